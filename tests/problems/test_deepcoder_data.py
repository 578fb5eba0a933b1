"""Real rows of DeepCoder and of rLLM's test-bed, through the loader and the grader."""

import json
from collections import Counter
from typing import Any

from proctor.execution import Limits
from proctor.grading import TestExecutionGrader, extract_reply
from proctor.problems import CodeProblem, SkippedProblem
from proctor.problems.deepcoder import load_deepcoder
from proctor.problems.options import LoadOptions
from shared_data import DATA, needs

pytestmark = needs(DATA)

MOST_TESTS = 5  # of each problem are run here

# What the data's own README says of the references; two more agree within 1e-6, and one prints `1.` for `1`.
WRONG_REFERENCES = {
    "primeintellect_train_7644": {"RUNTIME_ERROR"},  # imports what Python 3.9 took away
    "primeintellect_train_6974": {"COMPILE_ERROR"},  # returns outside a function
}


def load(name: str) -> list[CodeProblem | SkippedProblem]:
    return list(load_deepcoder(LoadOptions(source=DATA / name)))


def problems(name: str) -> list[CodeProblem]:
    return [item for item in load(name) if isinstance(item, CodeProblem)]


def kinds(name: str) -> dict[str, int]:
    return dict(Counter(f"{item.metadata['config']} {item.test_cases[0].type}" for item in problems(name)))


def test_all_rows_that_the_earlier_program_loaded_are_there() -> None:
    assert [item for item in load("deepcoder_sample.jsonl") if isinstance(item, SkippedProblem)] == []
    assert kinds("deepcoder_sample.jsonl") == {
        "taco functional": 15,
        "primeintellect functional": 5,
        "taco stdin": 5,
        "primeintellect stdin": 15,
    }


def test_all_rows_of_the_hub_are_there() -> None:
    assert [item for item in load("deepcoder_hub_rows.jsonl") if isinstance(item, SkippedProblem)] == []
    assert kinds("deepcoder_hub_rows.jsonl") == {
        "codeforces stdin": 60,
        "taco functional": 15,
        "taco stdin": 1,
        "primeintellect functional": 5,
        "primeintellect stdin": 15,
        "lcbv5 stdin": 1,
        "lcbv5 functional": 1,
    }


def test_a_row_of_the_hub_and_the_row_that_the_earlier_program_made_of_it_are_the_same_problem() -> None:
    rows = [json.loads(line) for line in (DATA / "deepcoder_hub_rows.jsonl").read_text(encoding="utf-8").splitlines()]
    loaded = {problem.problem_id: problem for problem in problems("deepcoder_sample.jsonl")}
    compared = 0
    for row, problem in zip(rows, problems("deepcoder_hub_rows.jsonl"), strict=True):
        if twin := loaded.get(row["origin"]):
            compared += 1
            assert (problem.test_cases, problem.function_name) == (twin.test_cases, twin.function_name)
            assert (problem.correct_solution, problem.solutions) == (twin.correct_solution, twin.solutions)
    assert compared == 36


def test_public_tests_expect_what_the_same_calls_expect_among_all_tests() -> None:
    compared = 0
    for problem in problems("deepcoder_sample.jsonl"):
        expected = {test.input: test.expected_output for test in problem.test_cases if test.type == "functional"}
        for test in problem.public_test_cases:
            if test.input in expected:
                compared += 1
                assert test.expected_output == expected[test.input]
    assert compared == 52


def test_references_pass_and_fail_as_is_known_of_them(sandbox: Any) -> None:
    grader = TestExecutionGrader(sandbox.executor, Limits())
    verdicts = {}
    for problem in problems("deepcoder_sample.jsonl"):
        tests = [*problem.test_cases[:MOST_TESTS], *problem.public_test_cases]
        result = sandbox.run(grader.grade(problem, problem.correct_solution or "", tests))
        if failed := {str(test.verdict) for test in result.tests if not test.passed}:
            verdicts[problem.problem_id] = failed
    assert verdicts == WRONG_REFERENCES


def test_responses_of_the_test_bed_are_graded_as_it_grades_them(sandbox: Any) -> None:
    grader = TestExecutionGrader(sandbox.executor, Limits())
    lines = (DATA / "format_fixtures.jsonl").read_text(encoding="utf-8").splitlines()
    skipped = []
    for row, item in zip(map(json.loads, lines), load("format_fixtures.jsonl"), strict=True):
        if isinstance(item, SkippedProblem):
            skipped.append((row["data_source"], item.reason.partition(": ")[2]))
            continue
        result = sandbox.run(grader.grade(item, extract_reply(row["model_response"]).code or ""))
        assert (row["data_source"], result.success) == (row["data_source"], row["expected_is_correct"])
    assert skipped == [
        ("swebench", "tests: expected a list, or an object with inputs and outputs (found: instance_id)"),
    ]
