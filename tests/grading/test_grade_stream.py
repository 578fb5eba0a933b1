import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from conftest import QUICK, Sandbox
from proctor.errors import ExecutionError, InputError
from proctor.grading import (
    ExposedGrade,
    GradeRow,
    GradingResult,
    Solution,
    TestExecutionGrader,
    TestGrade,
    Verdict,
    grade,
    grade_stream,
)
from proctor.problems import CodeProblem, TestCase

ADD = CodeProblem("add/1", "Add.", [TestCase("add(1, 2)", "3"), TestCase("add('a', 'b')", "'ab'")], function_name="add")
RIGHT = "def add(a, b):\n    return a + b\n"
ISOLATION = {"level": 1}


class FakeGrader:
    """Runs nothing: a code of ``lose`` is a failure of ours, a number takes that many turns of the loop, and passes."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0

    async def grade(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase], *, fresh: bool = False
    ) -> GradingResult:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(int(code) if code.isdigit() else 1):
                await asyncio.sleep(0)
        finally:
            self.running -= 1
        if code == "lose":
            raise ExecutionError("the sandbox is gone")
        grades = [TestGrade(index, True, Verdict.PASSED, test.expected_output) for index, test in enumerate(tests)]
        metadata = {"isolation": ISOLATION}
        return GradingResult(problem.problem_id, code, len(tests), len(tests), True, [], metadata, grades)

    async def grade_exposed(self, problem: CodeProblem, code: str, tests: Sequence[TestCase], **_: Any) -> ExposedGrade:
        raise AssertionError("nothing here asks for the exposed harness")


def solution(name: str, code: str, problem: CodeProblem = ADD) -> Solution:
    return Solution(name, problem, code)


def collect(solutions: Any, grader: Any, **options: Any) -> list[GradeRow]:
    async def run() -> list[GradeRow]:
        return [row async for row in grade_stream(solutions, grader, **options)]

    return asyncio.run(run())


def real(sandbox: Sandbox, *codes: str, problem: CodeProblem = ADD, **options: Any) -> list[GradeRow]:
    """The rows that the sandbox gives, in the order of the codes."""

    async def run() -> list[GradeRow]:
        grader = TestExecutionGrader(sandbox.executor, QUICK)
        solutions = [solution(str(number), code, problem) for number, code in enumerate(codes)]
        rows = [row async for row in grade_stream(solutions, grader, isolation=ISOLATION, **options)]
        return sorted(rows, key=lambda row: int(row.id))

    return sandbox.run(run())


def test_a_row_says_what_every_test_said(sandbox: Sandbox) -> None:
    (row,) = real(sandbox, "def add(a, b):\n    return a - -b\n")
    assert (row.id, row.problem_id, row.passed, row.verdict) == ("0", "add/1", False, Verdict.RUNTIME_ERROR)
    assert (row.passed_tests, row.total_tests, row.harness) == (1, 2, "isolated")
    assert [(test.index, test.passed, test.verdict) for test in row.tests] == [
        (0, True, Verdict.PASSED),
        (1, False, Verdict.RUNTIME_ERROR),
    ]
    assert row.error is not None
    assert "\n" not in row.error
    assert row.isolation == sandbox.executor.isolation


def test_right_and_missing_code_have_their_verdicts(sandbox: Sandbox) -> None:
    rows = real(sandbox, RIGHT, "", " \n")
    assert [(row.passed, row.verdict) for row in rows] == [
        (True, Verdict.PASSED),
        (False, Verdict.NO_CODE),
        (False, Verdict.NO_CODE),
    ]
    assert [row.error for row in rows] == [None, "the reply holds no code", "the reply holds no code"]


def test_rows_come_as_they_are_done() -> None:
    rows = collect([solution("slow", "50"), solution("quick", "1")], FakeGrader())
    assert [row.id for row in rows] == ["quick", "slow"]


def test_only_so_many_are_in_flight_and_none_is_taken_ahead_of_them() -> None:
    taken = 0

    def source() -> Iterator[Solution]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield solution(str(number), "3")

    async def run(grader: FakeGrader) -> list[int]:
        ahead, given = [], 0
        async for _ in grade_stream(source(), grader, in_flight=5):
            given += 1
            ahead.append(taken - given)
        return ahead

    grader = FakeGrader()
    ahead = asyncio.run(run(grader))
    assert len(ahead) == 100
    assert max(ahead) <= 5
    assert grader.most == 5


def test_a_failure_of_ours_is_no_fail_and_the_others_are_graded() -> None:
    rows = {row.id: row for row in collect([solution("a", "lose"), solution("b", "1")], FakeGrader())}
    assert (rows["b"].passed, rows["b"].verdict) == (True, Verdict.PASSED)
    assert rows["a"] == GradeRow(
        id="a",
        problem_id="add/1",
        passed=None,
        verdict="ungraded",
        passed_tests=None,
        total_tests=2,
        error="the sandbox is gone",
    )


def test_a_problem_without_tests_grades_nothing() -> None:
    (row,) = collect([solution("a", "1", CodeProblem("empty", "", []))], FakeGrader(), isolation=ISOLATION)
    assert (row.passed, row.verdict, row.error) == (None, "ungraded", "the problem has no test cases")
    assert row.isolation == ISOLATION


def test_what_stands_before_a_broken_row_is_given_out_first() -> None:
    def source() -> Iterator[Solution]:
        for number in range(3):
            yield solution(str(number), "20")
        raise InputError("solutions.jsonl:4: broken")

    found = []

    async def run() -> None:
        async for row in grade_stream(source(), FakeGrader()):
            found.append(row.id)

    with pytest.raises(InputError, match=r"^solutions\.jsonl:4: broken$"):
        asyncio.run(run())
    assert sorted(found) == ["0", "1", "2"]


def test_a_stream_that_is_closed_leaves_nothing_running() -> None:
    async def run(grader: FakeGrader) -> int:
        stream = grade_stream([solution("a", "1"), solution("b", "1000000")], grader)
        assert (await anext(stream)).id == "a"
        await stream.aclose()
        return grader.running

    assert asyncio.run(run(FakeGrader())) == 0


def test_the_exposed_harness_says_what_a_naive_grader_would(sandbox: Sandbox) -> None:
    codes = (RIGHT, "import os\nos._exit(0)", "def add(a, b):\n    print('hm')\n    return 4", "")
    rows = real(sandbox, *codes, harness="exposed")
    assert [(row.passed, row.verdict, row.passed_tests, row.exit_code) for row in rows] == [
        (True, Verdict.PASSED, 2, 0),
        (True, Verdict.PASSED, 2, 0),
        (False, Verdict.WRONG_ANSWER, None, 1),
        (False, Verdict.NO_CODE, None, None),
    ]
    assert {(row.harness, row.total_tests, len(row.tests)) for row in rows} == {("exposed", 2, 0)}
    assert rows[2].stdout.startswith("hm\n")
    assert rows[0].isolation == ISOLATION


def test_confirmation_unmasks_what_passes_by_its_memory(sandbox: Sandbox) -> None:
    stateful = "seen = []\ndef add(a, b):\n    seen.append(a)\n    return a + b if seen[0] == 1 else None\n"
    rows = real(sandbox, RIGHT, stateful, "def add(a, b):\n    return 0", confirm=True)
    assert [(row.passed, row.confirmed, row.doubt) for row in rows] == [
        (True, True, None),
        (False, False, "stateful"),
        (False, None, None),
    ]
    assert rows[1].confirmation is not None
    assert rows[1].confirmation["stateful"]
    assert rows[2].confirmation is None
    assert [row.passed for row in real(sandbox, stateful)] == [True]


def test_one_solution_can_be_graded_without_any_ado() -> None:
    result = grade(ADD, RIGHT, limits=QUICK)
    assert (result.success, result.passed_tests, result.total_tests) == (True, 2, 2)
