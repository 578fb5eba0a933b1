"""What loading a data set gives: its problems, and what was left out with the reason."""

from dataclasses import dataclass, field

from proctor.problems.problem import CodeProblem


@dataclass(frozen=True)
class SkippedProblem:
    """A problem of the source that was not loaded, and why, in one line."""

    problem_id: str
    reason: str


@dataclass(frozen=True)
class LoadedProblems:
    """The problems of one data set in its own order; nothing is dropped without a word in *skipped*."""

    problems: list[CodeProblem]
    skipped: list[SkippedProblem] = field(default_factory=list)
