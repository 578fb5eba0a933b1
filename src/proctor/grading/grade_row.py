"""The row that a graded solution leaves in a file of grades, and how such rows are counted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from proctor.grading.exposed import ExposedGrade
from proctor.grading.solutions import Solution
from proctor.grading.verdict import GradingResult, TestGrade, Verdict

__all__ = ["UNGRADED", "GradeRow", "Harness", "Tally", "row_of_exposed", "row_of_result", "ungraded_row"]

UNGRADED = "ungraded"
DOUBTS = ("stateful", "flaky")
Harness = Literal["isolated", "exposed"]


@dataclass(frozen=True, kw_only=True)
class GradeRow:
    """One solution's grade.

    Attributes:
        id: The solution's.
        problem_id: The problem's.
        passed: Whether every test passed; None when we could not grade it.
        verdict: PASSED, else the verdict of the first test that did not pass (see :class:`Verdict`); ``ungraded``
            when there is none. Under the exposed harness, where one exit status says it all: PASSED, NO_CODE,
            WRONG_ANSWER for an exit by itself, RUNTIME_ERROR for an end by a signal, TIMEOUT for one by a limit.
        passed_tests: How many passed; None where nobody can tell: ungraded, or not passed under the exposed harness.
        total_tests: How many tests the problem has.
        tests: One grade for every test, in order; empty under the exposed harness.
        error: Why it did not pass, in one line; None when it did.
        harness: ``isolated`` or ``exposed``.
        isolation: Level and parts of the sandbox that it ran in.
        confirmed: Whether it passes with a fresh process for every test too; None when that was not asked, or it did
            not pass in the first place. What is not confirmed has not passed.
        doubt: ``stateful`` or ``flaky``, where *confirmed* is false.
        confirmation: How that was found out: see :meth:`proctor.grading.Confirmation.as_row`.
        trusts_solution: Names that a test took from the solution, which could have redefined them.
        exit_code: Of the one run under the exposed harness; None elsewhere.
        stdout: What that run wrote, cut.
        stderr: The same for standard error.
    """

    id: str
    problem_id: str
    passed: bool | None
    verdict: str
    passed_tests: int | None
    total_tests: int
    tests: list[TestGrade] = field(default_factory=list)
    error: str | None = None
    harness: Harness = "isolated"
    isolation: dict[str, Any] = field(default_factory=dict)
    confirmed: bool | None = None
    doubt: str | None = None
    confirmation: dict[str, Any] | None = None
    trusts_solution: list[str] = field(default_factory=list)
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""


@dataclass
class Tally:
    """Counts over rows.

    Attributes:
        verdicts: Rows by verdict, ``ungraded`` included.
        unconfirmed: Rows that pass only as long as all tests share a process, or only now and then, by the reason; by
            their verdicts they have not passed.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    unconfirmed: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: str, doubt: str | None) -> None:
        """Count one row."""
        self.verdicts[str(verdict)] += 1
        if doubt is not None:
            self.unconfirmed[doubt] += 1

    @property
    def total(self) -> int:
        """All rows."""
        return self.verdicts.total()

    @property
    def graded(self) -> int:
        """Those that have a verdict."""
        return self.total - self.verdicts[UNGRADED]

    @property
    def passed(self) -> int:
        """Those that passed."""
        return self.verdicts[Verdict.PASSED]


def row_of_result(solution: Solution, result: GradingResult) -> GradeRow:
    """The row of an isolated grading, confirmed or not."""
    confirmation = result.metadata.get("confirmation")
    doubt = next((name for name in DOUBTS if confirmation and confirmation[name]), None)
    failed = next((test for test in result.tests if not test.passed), None)
    return GradeRow(
        id=solution.id,
        problem_id=solution.problem.problem_id,
        passed=result.success,
        verdict=failed.verdict if failed else Verdict.PASSED,
        passed_tests=result.passed_tests,
        total_tests=result.total_tests,
        tests=result.tests,
        error=_first_line(failed.error) if failed else None,
        isolation=result.metadata.get("isolation", {}),
        confirmed=doubt is None if confirmation else None,
        doubt=doubt,
        confirmation=confirmation,
        trusts_solution=result.metadata.get("trusts_solution", []),
    )


def row_of_exposed(solution: Solution, grade: ExposedGrade | None, isolation: dict[str, Any]) -> GradeRow:
    """The row of a run under the exposed harness; *grade* is None for a solution without code, which has none."""
    total = len(solution.problem.test_cases)
    grade = grade or ExposedGrade(passed=False, exit_code=None, error="the reply holds no code")
    return GradeRow(
        id=solution.id,
        problem_id=solution.problem.problem_id,
        passed=grade.passed,
        verdict=_exposed_verdict(solution, grade),
        passed_tests=total if grade.passed else None,
        total_tests=total,
        error=_first_line(grade.error),
        harness="exposed",
        isolation=isolation,
        exit_code=grade.exit_code,
        stdout=grade.stdout,
        stderr=grade.stderr,
    )


def ungraded_row(solution: Solution, why: str, harness: Harness, isolation: dict[str, Any]) -> GradeRow:
    """The row of a solution that we could not grade, which is none of its failures."""
    return GradeRow(
        id=solution.id,
        problem_id=solution.problem.problem_id,
        passed=None,
        verdict=UNGRADED,
        passed_tests=None,
        total_tests=len(solution.problem.test_cases),
        error=why,
        harness=harness,
        isolation=isolation,
    )


def _exposed_verdict(solution: Solution, grade: ExposedGrade) -> Verdict:
    if not solution.code.strip():
        return Verdict.NO_CODE
    if grade.passed:
        return Verdict.PASSED
    if grade.exit_code is None:
        return Verdict.TIMEOUT
    return Verdict.WRONG_ANSWER if grade.exit_code >= 0 else Verdict.RUNTIME_ERROR


def _first_line(text: str | None) -> str | None:
    return text.strip().split("\n", 1)[0] if text else None
