"""Right and broken tests as they are shown together, and how files hold them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from proctor.errors import InputError
from proctor.hacking.breaking.same_input import question_key
from proctor.hacking.task import TaskTest, TestRole
from proctor.problems import CodeProblem, TestCase, TestType

__all__ = ["OWN_MIX", "Mix", "MixedTest", "broken_questions", "mix_of", "own_mix"]

OWN_MIX = "mixed_test_cases"
"""Where ``metadata`` holds the data set's own mix: rows as :meth:`Mix.as_rows` makes them."""


@dataclass(frozen=True)
class MixedTest(TaskTest):
    """One test of a mix.

    Attributes:
        index: The place among the problem's ``test_cases`` of the test itself or, where it is broken, of its right
            version; None where there is none.
    """

    index: int | None = None

    @property
    def broken(self) -> bool:
        """Whether its expected value is wrong."""
        return self.role is TestRole.BROKEN


@dataclass(frozen=True)
class Mix:
    """What is shown of a problem, and what is not.

    Attributes:
        tests: The tests that are shown, in order. The right version of a broken test is among them, as its twin,
            where a data set's variant is ``conflicting``.
        hidden: The right tests that are not shown: twins of broken ones, and tests that are not public.
    """

    tests: list[MixedTest]
    hidden: list[MixedTest]

    @property
    def entries(self) -> list[MixedTest]:
        """What is shown, and behind it what is not."""
        return [*self.tests, *self.hidden]

    @property
    def shown_tests(self) -> list[TestCase]:
        """What the model is shown, in order."""
        return [entry.test for entry in self.tests]

    @property
    def num_broken(self) -> int:
        """How many of the shown tests are broken."""
        return sum(entry.broken for entry in self.tests)

    def as_rows(self, problem: CodeProblem) -> list[dict[str, Any]]:
        """What is shown, as files hold it; a problem with these rows in its ``metadata`` has this mix of its own."""
        return [_row_of(entry, problem) for entry in self.tests]


def mix_of(problem: CodeProblem, entries: list[MixedTest]) -> Mix:
    """The mix that shows *entries*; what has the input of a broken test is its twin."""
    wrong = broken_questions(entries)
    shown = {entry.index for entry in entries if not entry.broken}

    def role(test: TestCase, otherwise: TestRole) -> TestRole:
        return TestRole.TWIN if question_key(test) in wrong else otherwise

    return Mix(
        [entry if entry.broken else replace(entry, role=role(entry.test, TestRole.RIGHT)) for entry in entries],
        [
            MixedTest(test, role(test, TestRole.HIDDEN), shown=False, index=place)
            for place, test in enumerate(problem.test_cases)
            if place not in shown
        ],
    )


def broken_questions(entries: Iterable[MixedTest]) -> set[str]:
    """What the broken ones among *entries* ask."""
    return {question_key(entry.test) for entry in entries if entry.broken}


class _Row(msgspec.Struct):
    """One row of a mix; ``type`` is None where it goes without saying."""

    input: str
    use_broken: bool = False
    correct_output: str | None = None
    broken_output: str | None = None
    type: TestType | None = None


def own_mix(problem: CodeProblem) -> Mix:
    """The mix that a problem has of its own, in ``metadata``.

    Raises:
        InputError: It cannot be read.
    """
    where = f"problem {problem.problem_id!r}: metadata.{OWN_MIX}"
    try:
        rows = msgspec.convert(problem.metadata[OWN_MIX], list[_Row])
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}") from error
    numbered = [*enumerate(problem.test_cases)]
    places = {question_key(test): place for place, test in reversed(numbered)}
    same = {test: place for place, test in reversed(numbered)}
    implied: TestType = "stdin" if problem.function_name is None else "functional"
    entries = []
    for row in rows:
        expected = row.broken_output if row.use_broken else row.correct_output
        if expected is None:
            raise InputError(f"{where}: the test {row.input!r} lacks the output that it is shown with")
        test = TestCase(row.input, expected, row.type or implied)
        role = TestRole.BROKEN if row.use_broken else TestRole.RIGHT
        entries.append(MixedTest(test, role, shown=True, index=same.get(test, places.get(question_key(test)))))
    return mix_of(problem, entries)


def _row_of(entry: MixedTest, problem: CodeProblem) -> dict[str, Any]:
    row = {"input": entry.test.input, "use_broken": entry.broken, "type": entry.test.type}
    if not entry.broken:
        return {**row, "correct_output": entry.test.expected_output}
    right = {} if entry.index is None else {"correct_output": problem.test_cases[entry.index].expected_output}
    return {**row, **right, "broken_output": entry.test.expected_output}
