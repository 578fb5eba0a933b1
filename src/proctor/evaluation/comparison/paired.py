"""Tests of a difference between two models that were asked about the same problems."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from proctor.evaluation.metrics import Count
from proctor.evaluation.statistics import CONFIDENCE, rate

__all__ = ["PairedDifference", "holm", "mcnemar", "resample"]

RESAMPLES = 9_999  # of the bootstrap and of the permutations: 10,000 with what was seen
BATCH = 1_000_000  # values drawn at once, so that memory does not grow with the number of problems


@dataclass(frozen=True)
class PairedDifference:
    """How far a metric of B lies above that of A.

    Attributes:
        estimate: The difference.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: How probable one as large or larger is where there is none, two-sided.
        test: What interval and p come from.
        discordant: Problems that only A hits, and only B; None where a problem has more than a hit or a miss.
    """

    estimate: float
    low: float
    high: float
    p: float
    test: Literal["mcnemar", "bootstrap"]
    discordant: tuple[int, int] | None = None


def mcnemar(both: int, only_a: int, only_b: int, neither: int) -> PairedDifference:
    """McNemar's exact test, with the interval of Newcombe (Statistics in Medicine 17:2635, 1998), method 10.

    Args:
        both: Problems that both models hit.
        only_a: Problems that only A hits.
        only_b: Problems that only B hits.
        neither: Problems that both miss.
    """
    from scipy.stats import binomtest

    discordant = only_a + only_b
    p = float(binomtest(only_b, discordant).pvalue) if discordant else 1.0
    low, high = _newcombe_interval(both, only_b, only_a, neither)
    estimate = (only_b - only_a) / (both + discordant + neither)
    return PairedDifference(estimate, low, high, p, "mcnemar", (only_a, only_b))


def resample(pairs: Sequence[tuple[Count, Count]], *, seed: int) -> PairedDifference:
    """The difference of two ratios of sums: bootstrapped over problems, and tested by exchanging the models.

    The interval is the percentile interval of the paired bootstrap, in which a problem is drawn with all that both
    models answered to it (Efron and Tibshirani, An Introduction to the Bootstrap, 1993). The p value is that of the
    permutation test in which each problem's two models change places or not: exact to 13 problems, drawn from there.

    Args:
        pairs: For each problem, in an order that does not change from run to run, what the answers of A and those of B
            add; denominators are above 0.
        seed: Of what is drawn.
    """
    import numpy as np
    from scipy.stats import bootstrap, permutation_test

    hits, weights = np.array(pairs).transpose(2, 1, 0)  # of A and of B, by problem
    difference = _difference(hits[0], weights[0], hits[1], weights[1])
    drawn: dict[str, Any] = {"n_resamples": RESAMPLES, "batch": max(1, BATCH // len(pairs)), "vectorized": True}
    interval = bootstrap(
        (hits[0], weights[0], hits[1], weights[1]),
        _difference,
        paired=True,
        method="percentile",
        confidence_level=CONFIDENCE,
        random_state=np.random.default_rng(seed),
        **drawn,
    ).confidence_interval
    a, b = np.arange(hits.size).reshape(hits.shape)  # places, so that hits and weights move together
    exchanged = permutation_test(
        (a, b),
        lambda a, b, axis: _difference(hits.take(a), weights.take(a), hits.take(b), weights.take(b), axis=axis),
        permutation_type="samples",
        random_state=np.random.default_rng(seed),
        **drawn,
    )
    return PairedDifference(
        float(difference), float(interval.low), float(interval.high), float(exchanged.pvalue), "bootstrap"
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values, adjusted for how many there are (Holm, Scandinavian Journal of Statistics 6:65, 1979)."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def _newcombe_interval(a: int, b: int, c: int, d: int) -> tuple[float, float]:
    """Of ``(a + b) / n - (a + c) / n``: from Wilson's intervals of both, and their correlation, cut towards 0."""
    n = a + b + c + d
    first, second = rate(a + b, n), rate(a + c, n)
    excess = a * d - b * c
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    correlation = min(excess, max(0.0, excess - n / 2)) / math.sqrt(margins) if margins else 0.0
    difference = (b - c) / n
    return (
        difference - _combine(first["estimate"] - first["low"], second["high"] - second["estimate"], correlation),
        difference + _combine(second["estimate"] - second["low"], first["high"] - first["estimate"], correlation),
    )


def _combine(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))


def _difference(hits_a: Any, weights_a: Any, hits_b: Any, weights_b: Any, axis: int = -1) -> Any:
    return hits_b.sum(axis) / weights_b.sum(axis) - hits_a.sum(axis) / weights_a.sum(axis)
