"""The problems that an evaluation is about, and the solutions that a data set has for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proctor.problems import CodeProblem, SkippedProblem, stream_dataset

__all__ = ["Filters", "ProblemSet", "read_problems", "solution_of"]

SOLUTION_KEYS = ("code", "parsed_completion")  # of rows that generate-data writes, and the earlier program wrote


@dataclass(frozen=True)
class Filters:
    """Which problems of a data set are asked about: ``dataset_filters`` of a configuration.

    Attributes:
        min_test_cases: How many right tests a problem has at least.
        max_test_cases: At most; None for any number.
        difficulty: The ratings that it may have, numbers or words; empty for any.
        tags: All of these it has.
    """

    min_test_cases: int = 0
    max_test_cases: int | None = None
    difficulty: list[int | str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def objection(self, problem: CodeProblem) -> str | None:
        """Why *problem* is left out, in a few words; None where it passes."""
        tests = len(problem.test_cases)
        if tests < self.min_test_cases:
            return f"it has {tests} right tests, fewer than min_test_cases = {self.min_test_cases}"
        if self.max_test_cases is not None and tests > self.max_test_cases:
            return f"it has {tests} right tests, more than max_test_cases = {self.max_test_cases}"
        if self.difficulty and not {problem.difficulty, *problem.tags} & {*self.difficulty}:
            return f"its difficulty {problem.difficulty!r} is not among {self.difficulty!r}"
        if missing := [tag for tag in self.tags if tag not in problem.tags]:
            return f"it lacks the tag {missing[0]!r}"
        return None


@dataclass(frozen=True)
class ProblemSet:
    """What a data set has to ask about.

    Attributes:
        problems: By id, in the order of the file.
        skipped: Why a problem of the file is not among them, by its id.
    """

    problems: dict[str, CodeProblem] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def read_problems(path: Path, filters: Mapping[str, Any] | None = None) -> ProblemSet:
    """The problems of a file in either format, JSON Lines or one document.

    Args:
        path: The file.
        filters: The fields of :class:`Filters` that are given.

    Raises:
        InputError: The file cannot be read or holds no problems; or an id stands there twice.
    """
    wanted = Filters(**{key: value for key, value in (filters or {}).items() if value is not None})
    found = ProblemSet()
    for item in stream_dataset(str(path)):
        if isinstance(item, SkippedProblem):
            found.skipped[item.problem_id] = item.reason
        elif objection := wanted.objection(item):
            found.skipped[item.problem_id] = objection
        else:
            found.problems[item.problem_id] = item
    return found


def solution_of(problem: CodeProblem) -> str | None:
    """The code of the completion that a row of a data set has; None where it has none."""
    found = (problem.metadata.get(key) for key in SOLUTION_KEYS)
    return next((code for code in found if isinstance(code, str) and code.strip()), None)
