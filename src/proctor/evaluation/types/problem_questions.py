"""What the types that ask about problems share: solutions that are read with them, and the tests that are shown."""

from dataclasses import dataclass
from pathlib import Path

from proctor.errors import InputError
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.datasets import read_problems, solution_of
from proctor.evaluation.question import Arm
from proctor.hacking import Mix, mix, right_mix
from proctor.problems import CodeProblem, SkippedProblem

__all__ = ["SolvedProblem", "read_solved", "shown_mix"]


@dataclass(frozen=True)
class SolvedProblem:
    """A problem and somebody's solution to it, right or not."""

    problem: CodeProblem
    code: str


def read_solved(path: Path, config: EvaluationConfig) -> tuple[dict[str, SolvedProblem], dict[str, str]]:
    """The problems of a data set that have a solution, by their ids, and why the others are left out.

    Raises:
        InputError: The data set cannot be read.
    """
    found = read_problems(path, config.dataset_filters)
    solved, left_out = {}, dict(found.skipped)
    for problem_id, problem in found.problems.items():
        if (code := solution_of(problem)) is None:
            left_out[problem_id] = f"it has no solution in {path.name}"
        else:
            solved[problem_id] = SolvedProblem(problem, code)
    return solved, left_out


def shown_mix(problem: CodeProblem, config: EvaluationConfig, arm: Arm) -> Mix:
    """The tests that are shown of a problem: as many broken ones as the configuration wants, else its own mix.

    Args:
        problem: Read from a data set.
        config: Gives amount and seed.
        arm: ``original`` for the same tests with their right values.

    Raises:
        InputError: It has too few tests for that; the message is the bare reason.
    """
    shown = mix(problem, num_broken=config.num_broken, fraction_broken=config.fraction_broken, seed=config.seed)
    if isinstance(shown, SkippedProblem):
        raise InputError(shown.reason)
    if arm == "original":
        shown = right_mix(problem, shown)
    if not shown.tests:
        raise InputError("it has no right version of the tests that are shown")
    return shown
