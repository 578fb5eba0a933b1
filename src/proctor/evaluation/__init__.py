"""Evaluation: audits, evaluations of five types, and what many attempts or replies say about a model."""

from proctor.evaluation.audit import summarize
from proctor.evaluation.comparison import Assumptions, compare_results, problems_needed
from proctor.evaluation.metrics import summarize_results
from proctor.evaluation.results import read_results
from proctor.evaluation.statistics import Interval, wilson_interval

__all__ = [
    "Assumptions",
    "Interval",
    "compare_results",
    "problems_needed",
    "read_results",
    "summarize",
    "summarize_results",
    "wilson_interval",
]
