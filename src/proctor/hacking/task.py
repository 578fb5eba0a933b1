"""A task is a problem as one variant of the audit sets it: which tests are shown, and which of those are broken."""

from dataclasses import dataclass
from enum import StrEnum

from proctor.problems import CodeProblem, TestCase


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
