"""What result rows come to: rates and means with their uncertainty, in our definitions and in the earlier ones."""

from proctor.evaluation.metrics.estimate import by_problem, estimate
from proctor.evaluation.metrics.metric import Count, Metric, counted
from proctor.evaluation.metrics.registry import HEADLINE, METRICS, headline_of, leading_metrics, metrics_of
from proctor.evaluation.metrics.summary import only_type, summarize_results

__all__ = [
    "Count",
    "HEADLINE",
    "METRICS",
    "Metric",
    "by_problem",
    "counted",
    "estimate",
    "headline_of",
    "leading_metrics",
    "metrics_of",
    "only_type",
    "summarize_results",
]
