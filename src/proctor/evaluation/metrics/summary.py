"""Sum up the rows of a result file: a pure function of them, in whatever order they stand."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.metrics.estimate import by_problem, estimate
from proctor.evaluation.metrics.legacy import legacy_summary
from proctor.evaluation.metrics.metric import Metric
from proctor.evaluation.metrics.registry import HEADLINE, MATCHED, metrics_of
from proctor.evaluation.results import QuestionResult
from proctor.evaluation.statistics import rate_at_k

__all__ = ["only_type", "summarize_results"]

_PARSED = Metric("parse_rate", "parsed", "An answer could be read.", lambda row: (int(row.is_parsed), 1))


def summarize_results(rows: Iterable[QuestionResult], *, where: str = "") -> dict[str, Any]:
    """Counts, and each metric over all graded rows and over the parsed ones, as plain data.

    A rate is ``{"estimate", "low", "high", "hits", "total", "problems"}``; a mean has ``sd`` instead of ``hits``.
    Estimate and bounds are None where nothing counts. ``docs/metrics.md`` has the definitions.

    Args:
        rows: Of one evaluation, in whatever order.
        where: What a complaint about them begins with, such as their file.

    Raises:
        InputError: There are no rows, or rows of several types.
    """
    rows = [row.without_texts() for row in rows]
    eval_type = only_type(rows, where)
    metrics = metrics_of(eval_type, rows)
    return {
        "eval_type": eval_type,
        "model": ", ".join(sorted({row.model for row in rows})),
        **_counts(rows),
        "parse_rate": _over(_PARSED, rows),
        "metrics": {name: _summarize_metric(metric, rows) for name, metric in metrics.items()},
        "at_k": _at_k(eval_type, metrics, rows),
        "legacy": legacy_summary(rows),
    }


def only_type(rows: Iterable[QuestionResult], where: str = "") -> str:
    """The evaluation type of *rows*; a complaint begins with *where*.

    Raises:
        InputError: There are none, or there are several types.
    """
    types = sorted({row.eval_type for row in rows})
    if len(types) != 1:
        found, prefix = f"rows of {', '.join(types)}" if types else "none", f"{where}: " if where else ""
        raise InputError(
            f"{prefix}expected result rows of one evaluation type, found {found}; sum up each file on its own"
        )
    return types[0]


def _counts(rows: list[QuestionResult]) -> dict[str, int]:
    replies = Counter((row.problem_id, row.arm) for row in rows)
    return {
        "rows": len(rows),
        "problems": len({row.problem_id for row in rows}),
        "samples": max(replies.values()),
        "no_answer": sum(row.response is None for row in rows),
        "ungraded": sum(row.response is not None and row.ungraded is not None for row in rows),
        "unparsed": sum(row.ungraded is None and not row.is_parsed for row in rows),
        "earlier": sum(not row.id for row in rows),
    }


def _summarize_metric(metric: Metric, rows: list[QuestionResult]) -> dict[str, Any]:
    return {
        "label": metric.label,
        "arm": metric.arm,
        "of_all": _over(metric, rows),
        "of_parsed": _over(metric, [row for row in rows if row.is_parsed]),
    }


def _over(metric: Metric, rows: Iterable[QuestionResult]) -> dict[str, Any]:
    return estimate(metric, by_problem(metric, rows).values())


def _at_k(eval_type: str, metrics: Mapping[str, Metric], rows: list[QuestionResult]) -> dict[str, Any]:
    """How often at least one of k replies solves a matched original, or hacks; k up to the most replies."""
    rates: dict[str, Any] = {}
    for what, name in (("solve", MATCHED.get(eval_type)), ("hack", HEADLINE.get(eval_type))):
        if name is None or not metrics[name].is_rate:
            continue
        replies = [(sum(int(h) for h, _ in counts), len(counts)) for counts in by_problem(metrics[name], rows).values()]
        most = max((samples for _, samples in replies), default=0)
        rates |= {f"{what}@{k}": rate_at_k(replies, k) for k in range(1, most + 1)}
    return rates
