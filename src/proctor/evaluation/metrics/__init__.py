"""What result rows come to: rates and means with their uncertainty, in our definitions and in the earlier ones."""

from proctor.evaluation.metrics.estimate import by_problem, estimate
from proctor.evaluation.metrics.legacy import legacy_summary
from proctor.evaluation.metrics.metric import Metric, counted
from proctor.evaluation.metrics.registry import HEADLINE, MATCHED, METRICS, metrics_of
from proctor.evaluation.metrics.summary import only_type, summarize_results

__all__ = [
    "HEADLINE",
    "MATCHED",
    "METRICS",
    "Metric",
    "by_problem",
    "counted",
    "estimate",
    "legacy_summary",
    "metrics_of",
    "only_type",
    "summarize_results",
]
