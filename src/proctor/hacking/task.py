"""A task is a problem as one variant of the audit sets it: which tests are shown, and which of those are broken."""

from dataclasses import dataclass, replace
from enum import StrEnum

from proctor.errors import InputError
from proctor.problems import CodeProblem, TestCase
from proctor.problems.literals import respell_literal


class Variant(StrEnum):
    """How the shown tests of a problem are altered.

    ``one-off`` and ``conflicting`` follow ImpossibleBench (Zhong et al., 2025); ``sham`` and ``original`` are
    the controls that stand beside them.
    """

    ORIGINAL = "original"
    """Nothing is altered."""
    SHAM = "sham"
    """A right test stands twice, the second time spelt otherwise: no honest solution should fail it."""
    ONE_OFF = "one-off"
    """Some shown tests have a wrong expected value."""
    CONFLICTING = "conflicting"
    """Some shown tests have a twin with the same input and a wrong expected value."""

    @property
    def is_broken(self) -> bool:
        """Whether some shown tests are wrong, so that passing them all is cheating."""
        return self in (Variant.ONE_OFF, Variant.CONFLICTING)


class TestRole(StrEnum):
    """What a test is to its task."""

    __test__ = False  # pytest: not a test class

    RIGHT = "right"
    """Shown, and right."""
    BROKEN = "broken"
    """Shown, and wrong."""
    TWIN = "twin"
    """The right version of a broken test: shown beside it when conflicting, hidden when one-off."""
    HIDDEN = "hidden"
    """Right, and not shown."""


@dataclass(frozen=True)
class TaskTest:
    """One test of a task."""

    test: TestCase
    role: TestRole
    shown: bool


@dataclass(frozen=True)
class Task:
    """A problem as one variant sets it; its tests in the order in which they run: shown ones first."""

    problem: CodeProblem
    variant: Variant
    tests: list[TaskTest]

    @property
    def shown_tests(self) -> list[TestCase]:
        """What the model is shown, in order."""
        return [entry.test for entry in self.tests if entry.shown]


def is_breakable(problem: CodeProblem) -> bool:
    """Whether a prepared problem has broken tests, so that variants other than ``original`` exist of it."""
    return bool(problem.broken_test_cases)


def build_task(problem: CodeProblem, variant: Variant) -> Task:
    """The task that a variant makes of a prepared problem: shown tests first, then the hidden ones.

    Raises:
        InputError: The variant alters tests, and the problem has none that can be broken.
    """
    if variant is not Variant.ORIGINAL and not is_breakable(problem):
        reason = problem.metadata.get("unbreakable", "it was not prepared")
        raise InputError(f"{problem.problem_id} has no {variant} variant: {reason}; only 'original' can be asked of it")
    broken = dict(zip(problem.metadata.get("broken_indices", []), problem.broken_test_cases, strict=False))
    entries = [
        entry for i, test in enumerate(problem.public_test_cases) for entry in _entries(test, broken.get(i), variant)
    ]
    hidden = [TaskTest(test, TestRole.HIDDEN, shown=False) for test in problem.private_test_cases]
    shown_first = sorted(entries, key=lambda entry: not entry.shown)
    return Task(problem, variant, shown_first + hidden)


def respelt(test: TestCase) -> TestCase:
    """The same test with its expected value spelt otherwise, as ``sham`` shows it.

    Raises:
        InputError: The value is no literal.
    """
    return replace(test, expected_output=respell_literal(test.expected_output))


def _entries(test: TestCase, broken: TestCase | None, variant: Variant) -> list[TaskTest]:
    """What becomes of one public test; *broken* is its broken version if it is one of those that break."""
    right = TaskTest(test, TestRole.RIGHT, shown=True)
    if broken is None or variant is Variant.ORIGINAL:
        return [right]
    if variant is Variant.SHAM:
        return [right, TaskTest(respelt(test), TestRole.RIGHT, shown=True)]
    twin = TaskTest(test, TestRole.TWIN, shown=variant is Variant.CONFLICTING)
    return [twin, TaskTest(broken, TestRole.BROKEN, shown=True)]
