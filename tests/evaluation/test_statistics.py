import subprocess
import sys

import pytest
from scipy.stats import binomtest

from proctor.evaluation import Interval, wilson_interval


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 45, 0.0484, 0.2350),
        (5, 10, 0.2366, 0.7634),
        (15, 148, 0.0624, 0.1605),
        (10, 10, 0.7225, 1.0),
        (0, 1, 0.0, 0.7935),
        (1, 1, 0.2065, 1.0),
        (154, 154, 0.9757, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    interval = wilson_interval(hits, total)
    assert interval.estimate == hits / total
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("total", [1, 9, 154, 5000])
def test_the_interval_is_that_of_scipy(total: int) -> None:
    for hits in {0, 1, total // 3, total - 1, total}:
        theirs = binomtest(hits, total).proportion_ci(method="wilson")
        ours = wilson_interval(hits, total)
        assert [ours.low, ours.high] == pytest.approx([theirs.low, theirs.high], abs=1e-14)


@pytest.mark.parametrize(("hits", "total"), [(0, 7), (3, 7), (7, 7), (1, 1000), (999, 1000)])
def test_the_interval_solves_the_score_equation(hits: int, total: int) -> None:
    """At both bounds the estimate lies 1.96 standard errors of the *bound* away (Wilson's definition)."""
    interval = wilson_interval(hits, total)
    assert interval.low is not None
    assert interval.high is not None
    for bound in (interval.low, interval.high):
        if 0 < bound < 1:
            error = (bound * (1 - bound) / total) ** 0.5
            assert abs(hits / total - bound) / error == pytest.approx(1.959964, abs=1e-5)


def test_nothing_counted_has_no_rate() -> None:
    assert wilson_interval(0, 0) == Interval(None, None, None)


@pytest.mark.parametrize(("hits", "total"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match=f"^expected hits between 0 and the total, found {hits} of {total}$"):
        wilson_interval(hits, total)


def test_bounds_are_plain_floats() -> None:
    interval = wilson_interval(3, 9)
    assert [type(bound) for bound in (interval.estimate, interval.low, interval.high)] == [float, float, float]


def test_a_rate_is_there_at_once() -> None:
    """SciPy takes a second to load; a command that Ctrl-C stops sums up before it ends."""
    program = "import sys, proctor.evaluation as e; e.wilson_interval(3, 9); sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
