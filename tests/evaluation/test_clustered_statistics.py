"""Intervals that know which answers belong to one problem: exact where they can be, and proven by coverage."""

import math
import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from proctor.evaluation.statistics import clustered_mean, clustered_rate, pass_at_k, rate, rate_at_k


def width(interval: dict[str, Any]) -> float:
    return float(interval["high"] - interval["low"])


@pytest.mark.parametrize(("hits", "total"), [(0, 9), (4, 9), (9, 9), (0, 0)])
def test_one_answer_for_each_problem_has_wilsons_interval(hits: int, total: int) -> None:
    problems = [(1, 1)] * hits + [(0, 1)] * (total - hits)
    assert clustered_rate([*problems, (0, 0)]) == {**rate(hits, total), "problems": total}


@pytest.mark.parametrize(("hits", "share"), [(0, 0.0), (3, 1.0)])
def test_where_nothing_varies_each_problem_counts_once(hits: int, share: float) -> None:
    once = rate(20 if share else 0, 20)
    assert clustered_rate([(hits, 3)] * 20) == {
        "estimate": share,
        "low": pytest.approx(once["low"]),
        "high": pytest.approx(once["high"]),
        "hits": 20 * hits,
        "total": 60,
        "problems": 20,
    }


def test_one_problem_is_one_answer_however_often_it_is_asked() -> None:
    half_of_one = 1.959964 / math.sqrt(1 + 1.959964**2)  # the width of Wilson's interval of half a hit in one answer
    assert width(clustered_rate([(50, 100)])) == pytest.approx(half_of_one)


def test_answers_that_all_agree_are_worth_one_a_problem() -> None:
    problems = [(5, 5)] * 40 + [(0, 5)] * 60
    together, once = clustered_rate(problems), rate(40, 100)
    assert together["estimate"] == once["estimate"]
    assert width(together) == pytest.approx(width(once), rel=0.03)  # the variance itself is an estimate


def test_answers_that_never_agree_are_worth_no_more_than_independent_ones() -> None:
    interval = clustered_rate([(2, 4)] * 25)
    independent = rate(50, 100)
    assert interval["low"] == pytest.approx(independent["low"])
    assert interval["high"] == pytest.approx(independent["high"])


def test_the_effective_size_is_that_of_the_written_formula() -> None:
    """By hand: 2/4, 0/2, 3/3: share 5/9, residuals -2/9, -10/9, 4/3, variance (3/2)(248/81)/81."""
    share, variance = 5 / 9, 1.5 * (4 + 100 + 144) / 81 / 81
    size = share * (1 - share) / variance * (1.959963984540054 / 4.302652729911275) ** 2
    interval = clustered_rate([(2, 4), (0, 2), (3, 3)])
    for bound in (interval["low"], interval["high"]):  # Wilson's definition
        assert abs(share - bound) / math.sqrt(bound * (1 - bound) / size) == pytest.approx(1.959963984540054)


def test_a_mean_has_students_interval_over_problems() -> None:
    """By hand: means of one value each, 2, 4 and 9."""
    deviation = math.sqrt((9 + 1 + 16) / 2)
    half = 4.302652729911275 * deviation / math.sqrt(3)
    assert clustered_mean([[2], [4], [9]]) == {
        "estimate": 5.0,
        "low": pytest.approx(5 - half),
        "high": pytest.approx(5 + half),
        "sd": pytest.approx(deviation),
        "total": 3,
        "problems": 3,
    }


@pytest.mark.parametrize(
    ("values", "estimate", "deviation"), [([[]], None, None), ([[7]], 7.0, None), ([[7, 9]], 8.0, math.sqrt(2))]
)
def test_a_mean_over_fewer_than_two_problems_has_no_bounds(
    values: list[list[float]], estimate: float | None, deviation: float | None
) -> None:
    mean = clustered_mean(values)
    assert (mean["estimate"], mean["low"], mean["high"]) == (estimate, None, None)
    assert mean["sd"] == (None if deviation is None else pytest.approx(deviation))


def test_the_same_value_many_times_over_does_not_narrow_a_mean() -> None:
    once, often = clustered_mean([[2], [4], [9]]), clustered_mean([[2] * 50, [4] * 50, [9] * 50])
    assert width(often) == pytest.approx(width(once))


@pytest.mark.parametrize(("samples", "hits", "k"), [(5, 2, 1), (5, 2, 3), (5, 2, 5), (5, 0, 2), (4, 4, 2), (6, 3, 4)])
def test_pass_at_k_is_the_share_of_all_choices_of_k_that_hold_a_hit(samples: int, hits: int, k: int) -> None:
    draws = list(combinations([True] * hits + [False] * (samples - hits), k))
    assert pass_at_k(samples, hits, k) == pytest.approx(sum(map(any, draws)) / len(draws))


@pytest.mark.parametrize(("samples", "hits", "k"), [(3, 4, 1), (3, 1, 4), (3, 1, 0)])
def test_pass_at_k_of_impossible_numbers_is_refused(samples: int, hits: int, k: int) -> None:
    with pytest.raises(ValueError, match=rf"^expected .* found {hits} hits and k={k} of {samples}$"):
        pass_at_k(samples, hits, k)


def test_a_rate_at_k_averages_over_the_problems_with_enough_samples() -> None:
    at_two = rate_at_k([(1, 4), (0, 3), (2, 2), (1, 1)], 2)
    assert at_two["estimate"] == pytest.approx((0.5 + 0 + 1) / 3)
    assert (at_two["hits"], at_two["total"], at_two["problems"]) == (3, 9, 3)
    assert 0 < at_two["low"] < at_two["estimate"] < at_two["high"] < 1


def test_a_rate_at_k_that_no_problem_has_samples_for_is_none() -> None:
    empty = {"estimate": None, "low": None, "high": None, "hits": 0, "total": 0, "problems": 0}
    assert rate_at_k([(1, 2)], 3) == empty


def problems_drawn(rng: random.Random, problems: int) -> list[tuple[int, int]]:
    """Hits among 1 to 9 answers; the chance of a problem is from Beta(0.6, 1.4): mean 0.3, strongly correlated."""
    drawn = []
    for _ in range(problems):
        chance, answers = rng.betavariate(0.6, 1.4), rng.randint(1, 9)
        drawn.append((sum(rng.random() < chance for _ in range(answers)), answers))
    return drawn


def same_number_drawn(rng: random.Random, problems: int) -> list[tuple[int, int]]:
    chances = [rng.betavariate(0.6, 1.4) for _ in range(problems)]
    return [(sum(rng.random() < chance for _ in range(5)), 5) for chance in chances]


def ratings_drawn(rng: random.Random, problems: int) -> list[list[float]]:
    levels = [rng.uniform(2, 8) for _ in range(problems)]
    return [[level + rng.uniform(-1, 1) for _ in range(3)] for level in levels]


AT_2 = 1 - 1.4 / 2 * 2.4 / 3
"""The expectation of 1 - (1 - chance)²."""


@pytest.mark.parametrize(
    ("draw", "interval", "truth"),
    [
        (problems_drawn, clustered_rate, 0.3),
        (same_number_drawn, lambda drawn: rate_at_k(drawn, 2), AT_2),
        (ratings_drawn, clustered_mean, 5.0),
    ],
)
def test_95_percent_intervals_hold_the_truth_as_often_as_they_say(
    draw: Callable[[random.Random, int], Any], interval: Callable[[Any], dict[str, Any]], truth: float
) -> None:
    rng = random.Random("coverage")
    found = [interval(draw(rng, 40)) for _ in range(700)]
    held = sum(each["low"] <= truth <= each["high"] for each in found) / len(found)
    assert 0.92 <= held <= 0.98


def test_intervals_that_take_answers_for_independent_do_not() -> None:
    rng = random.Random("coverage")
    drawn = [problems_drawn(rng, 40) for _ in range(300)]
    found = [rate(sum(hits for hits, _ in each), sum(count for _, count in each)) for each in drawn]
    assert sum(each["low"] <= 0.3 <= each["high"] for each in found) / len(found) < 0.85
