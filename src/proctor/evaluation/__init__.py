"""Evaluation: audits, evaluations of five types, and what many attempts or replies say about a model."""

from proctor.evaluation.comparison import compare_results, problems_needed
from proctor.evaluation.config import EvaluationConfig
from proctor.evaluation.metrics import METRICS, summarize_results
from proctor.evaluation.results import QuestionResult, read_results
from proctor.evaluation.statistics import Interval, wilson_interval
from proctor.evaluation.summary import summarize

__all__ = [
    "EvaluationConfig",
    "Interval",
    "METRICS",
    "QuestionResult",
    "compare_results",
    "problems_needed",
    "read_results",
    "summarize",
    "summarize_results",
    "wilson_interval",
]
