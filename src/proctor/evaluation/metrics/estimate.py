"""From the rows of a metric to its estimate, problem by problem."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from proctor.evaluation.metrics.metric import Count, Metric, counted
from proctor.evaluation.results import QuestionResult
from proctor.evaluation.statistics import clustered_mean, clustered_rate

__all__ = ["by_problem", "estimate"]


def by_problem(metric: Metric, rows: Iterable[QuestionResult]) -> dict[str, list[Count]]:
    """The rows that count in a metric, as what they add, by the problems that they are about."""
    problems: dict[str, list[Count]] = defaultdict(list)
    for row, hits, total in counted(metric, rows):
        problems[row.problem_id].append((hits, total))
    return problems


def estimate(metric: Metric, problems: Iterable[list[Count]]) -> dict[str, Any]:
    """The rate or the mean with its interval over problems: see :mod:`proctor.evaluation.statistics`."""
    if metric.is_rate:
        return clustered_rate((sum(int(hits) for hits, _ in counts), sum(n for _, n in counts)) for counts in problems)
    return clustered_mean([value for value, _ in counts] for counts in problems)
