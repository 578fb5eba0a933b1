"""Which questions an evaluation asks, and in which order."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TypeVar

from proctor.errors import InputError
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.question import Arm, PlannedQuestion

__all__ = ["arms_of", "askable", "only_dataset", "plan_questions"]

Problem = TypeVar("Problem")


def askable(
    problems: Mapping[str, Problem], prepare: Callable[[Problem], object], left_out: MutableMapping[str, str]
) -> Iterator[str]:
    """The ids of the problems that can be asked about; why the others cannot be is put among *left_out*.

    Args:
        problems: By their ids.
        prepare: Makes what a question shows, the tests above all.
        left_out: Reasons by the problems' ids.
    """
    for problem_id, problem in problems.items():
        try:
            prepare(problem)
        except InputError as error:
            left_out[problem_id] = str(error)
        else:
            yield problem_id


def arms_of(config: EvaluationConfig) -> tuple[Arm, ...]:
    """The arms of a type that has matched originals."""
    return ("main", "original") if config.originals else ("main",)


def plan_questions(
    ids: Iterable[str],
    config: EvaluationConfig,
    *,
    arms: Sequence[Arm] = ("main",),
    left_out: Mapping[str, str],
    where: object,
) -> list[PlannedQuestion]:
    """The questions about the problems *ids*, those of one problem in a row.

    Args:
        ids: Of all problems that can be asked about, in any order.
        config: Gives seed and number of problems.
        arms: Of every problem.
        left_out: Why other problems cannot be asked about.
        where: The data set, or the data sets, for the message.

    Raises:
        InputError: There is no problem.
    """
    order = sorted(ids)
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
