"""Evaluation: what many attempts say about a model."""

from proctor.evaluation.statistics import Interval, wilson_interval
from proctor.evaluation.summary import summarize

__all__ = ["Interval", "summarize", "wilson_interval"]
