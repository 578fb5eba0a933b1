"""The types of evaluation, each a class over :class:`proctor.evaluation.question.EvaluationType`."""

from proctor.evaluation.question import EvaluationType
from proctor.evaluation.types.choice import ChoiceEvaluation
from proctor.evaluation.types.code_selection import CodeSelectionEvaluation
from proctor.evaluation.types.completion import CompletionEvaluation
from proctor.evaluation.types.multiturn import MultiturnEvaluation
from proctor.evaluation.types.rating import RatingEvaluation

__all__ = ["EVALUATION_TYPES"]

EVALUATION_TYPES: dict[str, type[EvaluationType]] = {
    "choice": ChoiceEvaluation,
    "completion": CompletionEvaluation,
    "multiturn": MultiturnEvaluation,
    "rating": RatingEvaluation,
    "code_selection": CodeSelectionEvaluation,
}
"""Every type by its name."""
