"""A problem's own checker, where several answers are right.

``metadata["checker"]`` is trusted Python code that defines ``check(input, expected, got)``: the test's input and
expected output as texts, and what the solution gave, the printed text of a stdin test or the value of a functional
one. It accepts by returning ``True``. It runs in the sandbox, in a process without the solution, under the same limits.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from proctor.errors import ExecutionError
from proctor.execution import ExecutionResult, Executor, Limits, Program, Status
from proctor.execution.jail.values import render
from proctor.grading.judging import output_text
from proctor.grading.verdict import TestGrade, Verdict
from proctor.problems import CodeProblem, TestCase

__all__ = ["check_answers"]

_NAMES = """
import datetime
from collections import deque
from decimal import Decimal
from fractions import Fraction
inf, nan = float("inf"), float("nan")
"""


async def check_answers(
    problem: CodeProblem,
    answers: Sequence[tuple[TestCase, ExecutionResult, TestGrade]],
    executor: Executor,
    limits: Limits,
) -> list[TestGrade]:
    """The grades, with those that had passed left to the problem's checker.

    A checker that raises or does not end has not accepted: what it was given is the solution's doing.

    Raises:
        ExecutionError: The checker does not load, or our own machine failed twice.
    """
    asked = [place for place, (test, _, grade) in enumerate(answers) if grade.passed and test.type != "assertion"]
    grades = [grade for _, _, grade in answers]
    # as a prelude, because that is trusted: where it fails, we do, and not the solution
    program = Program("", entry_point="check", prelude=f"{_NAMES}\n{problem.metadata['checker']}")
    calls = [_call(*answers[place][:2]) for place in asked]
    results = await executor.run_calls(program, calls, limits, fresh=True) if calls else []
    for place, result in zip(asked, results, strict=True):
        if result.status is Status.NO_ENTRY_POINT:
            raise ExecutionError(f"metadata.checker of problem {problem.problem_id!r} does not define check()")
        if result.status is not Status.COMPLETED or result.value is not True:
            grades[place] = _refused(grades[place], result)
    return grades


def _refused(grade: TestGrade, result: ExecutionResult) -> TestGrade:
    said = "the checker does not accept this answer"
    if result.error:
        said += f": {result.error.splitlines()[0]}"
    return replace(grade, passed=False, verdict=Verdict.WRONG_ANSWER, error=said)


def _call(test: TestCase, result: ExecutionResult) -> str:
    got: Any = repr(output_text(result))
    if test.type == "functional":
        got = render(result.value, 1 << 30)
    return f"check({test.input!r}, {test.expected_output!r}, {got})"
