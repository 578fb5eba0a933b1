"""Rates and means with their uncertainty: 95 % intervals that know which answers belong to the same problem.

Several replies to one problem, or several tests of one reply, are no independent evidence. Rates over them have
Wilson's interval at the *effective* sample size (Kish, Survey Sampling, 1965; Korn and Graubard, Survey Methodology 24,
1998), which Franco, Little, Louis and Slud recommend for clustered answers (Journal of Survey Statistics and
Methodology 7, 2019). ``docs/metrics.md`` has the formulas.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

CONFIDENCE = 0.95  # of every interval
NORMAL = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Interval:
    """A rate between 0 and 1 with its 95 % interval; all None when nothing was counted."""

    estimate: float | None
    low: float | None
    high: float | None


def wilson_interval(hits: int, total: int) -> Interval:
    """The share of *hits* among *total* with Wilson's score interval (Wilson, 1927), without continuity correction.

    Raises:
        ValueError: *hits* is not between 0 and *total*.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"expected hits between 0 and the total, found {hits!r} of {total!r}")
    if total == 0:
        return Interval(None, None, None)
    return _wilson(hits / total, total)


def rate(hits: int, total: int) -> dict[str, Any]:
    """The share of *hits* among *total* as records hold it: estimate, low, high, hits, total."""
    return {**asdict(wilson_interval(hits, total)), "hits": hits, "total": total}


def clustered_rate(problems: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """The share of all hits among all counts, as :func:`rate` has it, and the number of ``problems``.

    Args:
        problems: For each problem its hits and its count, of replies or of tests. One of which nothing counts is none.
    """
    clusters = sorted(pair for pair in problems if pair[1])
    hits, total = sum(h for h, _ in clusters), sum(n for _, n in clusters)
    if total == len(clusters):  # one each: independent
        return {**rate(hits, total), "problems": total}
    interval = _clustered_interval(clusters, at_most=total)
    return {**asdict(interval), "hits": hits, "total": total, "problems": len(clusters)}


def clustered_mean(problems: Iterable[Sequence[float]]) -> dict[str, Any]:
    """The mean of all values, with Student's t-interval over problems and the sample standard deviation of a value.

    Args:
        problems: For each problem its values.

    Returns:
        ``estimate``, ``low``, ``high``, ``sd``, ``total`` (values) and ``problems``; bounds are None with fewer than
        two problems, ``sd`` with fewer than two values.
    """
    clusters = sorted(tuple(sorted(values)) for values in problems if values)
    values = [value for cluster in clusters for value in cluster]
    mean = math.fsum(values) / len(values) if values else None
    low = high = sd = None
    if mean is not None and len(values) > 1:
        sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    if mean is not None and len(clusters) > 1:
        variance = _variance([(math.fsum(cluster), len(cluster)) for cluster in clusters], mean)
        half = _student(len(clusters)) * math.sqrt(variance)
        low, high = mean - half, mean + half
    return {"estimate": mean, "low": low, "high": high, "sd": sd, "total": len(values), "problems": len(clusters)}


def pass_at_k(samples: int, hits: int, k: int) -> float:
    """How probable a hit is among *k* of the samples: unbiased (Chen et al., 2021, arXiv:2107.03374, equation 1).

    Raises:
        ValueError: There are fewer than *k* samples.
    """
    if not 0 <= hits <= samples or not 1 <= k <= samples:
        raise ValueError(f"expected hits and k among the samples, found {hits!r} hits and k={k!r} of {samples!r}")
    return 1 - math.comb(samples - hits, k) / math.comb(samples, k)


def rate_at_k(problems: Iterable[tuple[int, int]], k: int) -> dict[str, Any]:
    """:func:`pass_at_k` averaged over the problems with at least *k* samples; ``total`` is the number of samples.

    Args:
        problems: For each problem its hits and its samples.
        k: From 1.
    """
    clusters = sorted(pair for pair in problems if pair[1] >= k)
    shares = [(pass_at_k(samples, hits, k), 1) for hits, samples in clusters]
    total = sum(samples for _, samples in clusters)
    interval = _clustered_interval(shares, at_most=total)
    return {
        **asdict(interval),
        "hits": sum(hits for hits, _ in clusters),
        "total": total,
        "problems": len(clusters),
    }


def _clustered_interval(clusters: Sequence[tuple[float, int]], *, at_most: int) -> Interval:
    """Wilson's interval of a ratio of sums, at the effective sample size."""
    if not clusters:
        return Interval(None, None, None)
    share = math.fsum(hits for hits, _ in clusters) / sum(count for _, count in clusters)
    return _wilson(share, _effective_size(clusters, share, at_most))


def _effective_size(clusters: Sequence[tuple[float, int]], share: float, at_most: int) -> float:
    """How many independent answers the clusters are worth: never more than there are answers.

    Where the spread says nothing (one problem; all hits or none) each problem counts as one answer. The variance has as
    few degrees of freedom as there are problems less one: the size is cut accordingly (Korn and Graubard, 1998).
    """
    problems = len(clusters)
    if problems == 1 or share in {0, 1}:
        return problems
    variance = _variance(clusters, share)
    independent = share * (1 - share) / at_most  # the variance if all answers were
    design_effect = variance / independent * (_student(problems) / NORMAL) ** 2
    return at_most / max(1, design_effect)


def _variance(clusters: Sequence[tuple[float, int]], ratio: float) -> float:
    """Of a ratio of sums over problems, by linearization (Cochran, Sampling Techniques, 1977, section 6.4)."""
    problems, count = len(clusters), sum(count for _, count in clusters)
    squares = math.fsum((hits - ratio * n) ** 2 for hits, n in clusters)
    return problems / (problems - 1) * squares / count**2


def _wilson(share: float, size: float) -> Interval:
    """Wilson's score interval at a sample size that need not be whole."""
    z2 = NORMAL**2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Interval(share, 0.0 if share == 0 else low, 1.0 if share == 1 else high)  # no rounding error at the ends


def _student(problems: int) -> float:
    from scipy.special import stdtrit  # its statistics take a second to load, which Ctrl-C would wait for

    return float(stdtrit(problems - 1, (1 + CONFIDENCE) / 2))
