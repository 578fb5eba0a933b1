"""Grade one solution and wait for it: for notebooks and scripts."""

import asyncio

from proctor.execution import Limits
from proctor.grading.grader import TestExecutionGrader
from proctor.grading.verdict import GradingResult
from proctor.problems import CodeProblem

__all__ = ["grade"]


def grade(
    problem: CodeProblem, code: str, *, limits: Limits | None = None, comparator: str | None = None
) -> GradingResult:
    """Grade one solution against all tests of its problem, in a sandbox that is started for it.

    Starting takes about a third of a second: for many solutions there is :func:`proctor.grading.grade_stream`.

    Args:
        problem: What the solution is for.
        code: The solution.
        limits: What it may use up.
        comparator: A name of :data:`proctor.grading.COMPARATORS` to use instead of the problem's own.

    Raises:
        ExecutionError: Our own machine failed, twice.
        RuntimeError: An event loop runs here already; await :class:`TestExecutionGrader` there.
    """
    from proctor.execution import SubprocessExecutor

    async def run() -> GradingResult:
        async with SubprocessExecutor() as executor:
            grader = TestExecutionGrader(executor, limits, comparator=comparator)
            return await grader.grade(problem, code, problem.test_cases)

    return asyncio.run(run())
