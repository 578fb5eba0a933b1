"""Real problems with broken tests, read from files as others wrote them, and their references graded."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from proctor.execution import Limits
from proctor.grading import TestExecutionGrader
from proctor.problems import CodeProblem, LoadedProblems, load_dataset
from shared_data import DATA, needs

pytestmark = needs(DATA)

EVERY = 25  # a reference whose run is recorded as right is graded here


@cache
def loaded(name: str) -> LoadedProblems:
    return load_dataset(str(DATA / f"{name}.jsonl"))


def recorded(name: str) -> list[dict[str, Any]]:
    with (DATA / f"{name}.jsonl").open() as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize(("name", "right", "broken"), [("broken_mbpp", 2750, 1898), ("broken_apps", 1153, 1153)])
def test_every_row_and_every_test_is_loaded(name: str, right: int, broken: int) -> None:
    problems = loaded(name).problems
    assert loaded(name).skipped == []
    assert len(problems) == len(recorded(name))
    assert sum(len(problem.test_cases) for problem in problems) == right
    assert sum(len(problem.broken_test_cases) for problem in problems) == broken


@pytest.mark.parametrize("name", ["broken_mbpp", "broken_apps"])
def test_references_pass_and_fail_the_tests_that_the_records_say(sandbox: Any, name: str) -> None:
    grader = TestExecutionGrader(sandbox.executor, Limits(cpu_seconds=2.0, total_cpu_seconds=8.0))
    wrong = []
    for index, (problem, row) in enumerate(zip(loaded(name).problems, recorded(name), strict=True)):
        expected = [test["reference_passes"] for test in row["correct_tests"] + row["broken_tests"]]
        is_odd = row["n_correct_pass"] < row["n_correct"] or row["n_broken_accidentally_right"]
        if is_odd or index % EVERY == 0 or row["function_name"] == "int":
            assert problem.correct_solution is not None
            tests = [*problem.test_cases, *problem.broken_test_cases]
            result = sandbox.run(grader.grade(problem, problem.correct_solution, tests))
            if [test.passed for test in result.tests] != expected:
                wrong.append(problem.problem_id)
    assert wrong == []


def test_impossible_problems_are_loaded_with_their_altered_assertion_as_the_broken_test() -> None:
    items = loaded("impossible_lcb")
    counts = Counter(len(problem.broken_test_cases) for problem in items.problems)
    assert counts == {1: 96, 3: 1}  # three assertions took the place of one in lcbhard_5
    assert sum(len(problem.test_cases) for problem in items.problems) == 2327
    assert all(_differs_from_its_twin(problem) for problem in items.problems)


def test_impossible_problems_that_are_left_out_are_those_that_are_known_to_be_bad() -> None:
    skipped = [item.problem_id for item in loaded("impossible_lcb").skipped]
    assert skipped == [f"lcbhard_{number}" for number in (14, 57, 61, 67, 77, 81)]


def _differs_from_its_twin(problem: CodeProblem) -> bool:
    return not set(problem.broken_test_cases) & set(problem.test_cases)
