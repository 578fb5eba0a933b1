"""What this room and those above it ask of a grader, so that a fake can stand in for the sandbox."""

from typing import Protocol

from proctor.grading import ExposedGrade, GradingResult
from proctor.problems import CodeProblem, TestCase


class Grader(Protocol):
    """Runs solutions against tests; :class:`proctor.grading.TestExecutionGrader` is the one that does."""

    async def grade(
        self, problem: CodeProblem, code: str, tests: list[TestCase], *, fresh: bool = False
    ) -> GradingResult:
        """One verdict for every test of *tests*, in order, under the isolated harness.

        Args:
            problem: The problem that the solution is for.
            code: The solution.
            tests: What to run.
            fresh: Whether every test gets a process of its own.

        Raises:
            ExecutionError: Our own machine failed.
        """
        ...

    async def grade_exposed(self, problem: CodeProblem, code: str, tests: list[TestCase]) -> ExposedGrade:
        """Run *tests* beside the solution, in its own process, as naive graders do: exit status 0 is a pass.

        Raises:
            ExecutionError: Our own machine failed.
        """
        ...
