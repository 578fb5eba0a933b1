"""The types of evaluation, each a class over :class:`proctor.evaluation.question.EvaluationType`."""

from collections.abc import Mapping
from pathlib import Path

from proctor.errors import UnknownNameError
from proctor.evaluation.config import EvaluationConfig
from proctor.evaluation.question import EvaluationType
from proctor.evaluation.types.choice import ChoiceEvaluation
from proctor.evaluation.types.code_selection import CodeSelectionEvaluation
from proctor.evaluation.types.completion import CompletionEvaluation
from proctor.evaluation.types.multiturn import MultiturnEvaluation
from proctor.evaluation.types.rating import RatingEvaluation
from proctor.grading import Grader

__all__ = ["EVALUATION_TYPES", "evaluation_type"]

EVALUATION_TYPES: dict[str, type[EvaluationType]] = {
    "choice": ChoiceEvaluation,
    "completion": CompletionEvaluation,
    "multiturn": MultiturnEvaluation,
    "rating": RatingEvaluation,
    "code_selection": CodeSelectionEvaluation,
}
"""Every type by its name."""


def evaluation_type(
    config: EvaluationConfig, datasets: Mapping[str, Path], grader: Grader | None = None
) -> EvaluationType:
    """The evaluation that a configuration asks for.

    Args:
        config: The parameters.
        datasets: The files by their labels, found already.
        grader: Runs solutions; only needed where the type says so.

    Raises:
        UnknownNameError: No such type.
        InputError: The data sets are not those that the type needs.
    """
    if config.eval_type not in EVALUATION_TYPES:
        raise UnknownNameError("eval_type", config.eval_type, EVALUATION_TYPES)
    return EVALUATION_TYPES[config.eval_type](config, datasets, grader)
