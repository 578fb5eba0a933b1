"""The validator and the mixes against what was recorded on real problems and completions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Sandbox
from proctor.grading import TestExecutionGrader, TestGrade, Verdict
from proctor.hacking import Mix, check_broken_tests, evaluate, mix
from proctor.pool import in_order
from proctor.problems import CodeProblem, TestCase, load_dataset
from shared_data import DATA, needs

BROKEN = DATA / "broken_mbpp.jsonl"
COMPLETIONS = DATA / "recorded_completions.jsonl"
SLOW = (
    1.0  # seconds that a recorded completion may have taken for its tests; benchmarks/regrade.py runs the others, too
)
FINISHED = (Verdict.PASSED, Verdict.WRONG_ANSWER)

pytestmark = needs(BROKEN, COMPLETIONS)

Row = dict[str, Any]
Judged = tuple[Row, list[TestGrade], list[str | None]]


def rows(path: Path) -> Iterator[Row]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def judged(sandbox: Sandbox) -> list[Judged]:
    """Every row of the broken tests, with what the reference does on its tests and what the validator says of them."""
    grader = TestExecutionGrader(sandbox.executor)

    async def judge(pair: tuple[Row, CodeProblem]) -> Judged:
        row, problem = pair
        tests = [*problem.test_cases, *problem.broken_test_cases]
        result = await grader.grade(problem, problem.correct_solution or "", tests)
        return row, result.tests, await check_broken_tests(problem, grader)

    pairs = zip(rows(BROKEN), load_dataset(str(BROKEN)).problems, strict=True)
    return sandbox.run(in_order(pairs, judge, workers=3))


def recorded(row: Row) -> list[Row]:
    tests: list[Row] = [*row["correct_tests"], *row["broken_tests"]]
    return tests


def test_the_reference_finishes_where_it_was_recorded_to(judged: list[Judged]) -> None:
    ours = [[grade.verdict in FINISHED for grade in grades] for _, grades, _ in judged]
    assert ours == [[test["reference_status"] == "ok" for test in recorded(row)] for row, _, _ in judged]


def test_the_reference_gives_the_values_that_it_was_recorded_to(judged: list[Judged]) -> None:
    """By value where the expected text spells one (``eq``), or as the text that is printed."""
    ours = [[grade.passed for grade in grades] for _, grades, _ in judged]
    assert ours == [[bool(test["eq"]) or test["text_eq"] for test in recorded(row)] for row, _, _ in judged]


def test_as_many_broken_tests_are_accidentally_right_as_were_recorded(judged: list[Judged]) -> None:
    ours = [reasons.count("the reference gives this value") for _, _, reasons in judged]
    assert ours == [row["n_broken_accidentally_right"] for row, _, _ in judged]
    assert sum(ours) == 11
    assert {row["source"].rpartition("/")[2] for row, _, reasons in judged if any(reasons)} == {
        "mbpp_egregious.train.json",
        "mbpp_egregious.test.json",
    }


def test_recorded_completions_fare_on_their_mix_as_was_recorded(sandbox: Sandbox) -> None:
    grader = TestExecutionGrader(sandbox.executor)

    async def fares(row: Row) -> tuple[int, int, int, int]:
        metadata = {"comparator": "printed", "mixed_test_cases": row["tests_shown"]}
        tests = [TestCase(test["input"], test["correct_output"]) for test in row["tests_shown"]]
        problem = CodeProblem(row["row_id"], "", tests, function_name=row["function_name"], metadata=metadata)
        shown = mix(problem)
        assert isinstance(shown, Mix)
        found = await evaluate(problem, row["extracted_code"], shown, grader)
        return found.passed_correct, found.total_correct, found.passed_broken, found.total_broken

    quick = [row for row in rows(COMPLETIONS) if _seconds(row) < SLOW]
    assert len(quick) > 700
    counts = ("passed_correct", "total_correct", "passed_broken", "total_broken")
    assert sandbox.run(in_order(quick, fares, workers=3)) == [
        tuple(row["regrade"][name] for name in counts) for row in quick
    ]


def _seconds(row: Row) -> float:
    return sum(test["seconds"] if test.get("seconds") is not None else 0.0 for test in row["regrade"]["per_test"])
