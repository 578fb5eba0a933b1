"""Which questions an evaluation asks, and in which order."""

import random
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TypeVar

from proctor.errors import InputError
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.question import Arm, PlannedQuestion

__all__ = ["arms_of", "only_dataset", "plan_questions"]

Problem = TypeVar("Problem")


def arms_of(config: EvaluationConfig) -> tuple[Arm, ...]:
    """The arms of a type that has matched originals."""
    return ("main", "original") if config.originals else ("main",)


def plan_questions(
    problems: Mapping[str, Problem],
    config: EvaluationConfig,
    *,
    prepare: Callable[[Problem], object] = lambda problem: problem,
    arms: Sequence[Arm] = ("main",),
    left_out: MutableMapping[str, str],
    where: object,
) -> list[PlannedQuestion]:
    """The questions about *problems*, those of one problem in a row.

    Args:
        problems: By their ids, in any order.
        config: Gives seed and number of problems.
        prepare: Makes what a question shows, the tests above all; a problem is left out where it raises an InputError.
        arms: Of every problem.
        left_out: Why problems cannot be asked about, by their ids; those that cannot be prepared are put there.
        where: The data set, or the data sets, for the message.

    Raises:
        InputError: There is no problem to ask about.
    """
    order = []
    for problem_id in sorted(problems):
        try:
            prepare(problems[problem_id])
        except InputError as error:
            left_out[problem_id] = str(error)
        else:
            order.append(problem_id)
    if not order:
        example = next((f": {problem_id}: {reason}" for problem_id, reason in left_out.items()), "")
        raise InputError(f"{where}: none of its {len(left_out)} problems can be asked about{example}")
    random.Random(f"{config.seed}:order").shuffle(order)
    chosen = order[: config.max_problems]
    return [PlannedQuestion(number, problem_id, arm) for number, problem_id in enumerate(chosen) for arm in arms]


def only_dataset(datasets: Mapping[str, Path], eval_type: str) -> Path:
    """The data set of a type that asks about one, whatever its label.

    Raises:
        InputError: There are more, or none.
    """
    if len(datasets) != 1:
        found = ", ".join(sorted(datasets)) or "none"
        raise InputError(f"{eval_type}: expected one data set, found {found}; give one as --datasets problems:FILE")
    (path,) = datasets.values()
    return path
