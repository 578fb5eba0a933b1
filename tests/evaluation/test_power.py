"""The power of the comparison's tests against sums over every possible outcome, and the search on it."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, multinomial

from proctor.errors import InputError
from proctor.evaluation.comparison import Assumptions, difference_found, power_at, problems_needed


def summed_power(assumed: Assumptions, problems: int, alpha: float) -> float:
    """The probability of every table of discordant problems at which the test rejects."""
    shares = [assumed.only_a, assumed.only_a + assumed.difference, 1 - assumed.discordance]
    return math.fsum(
        float(multinomial.pmf([only_a, only_b, problems - only_a - only_b], problems, shares))
        for only_a in range(problems + 1)
        for only_b in range(problems + 1 - only_a)
        if only_a + only_b and binomtest(only_b, only_a + only_b).pvalue <= alpha
    )


@pytest.mark.parametrize(
    ("assumed", "problems", "alpha"),
    [
        (Assumptions(0.3, 0.4), 20, 0.05),
        (Assumptions(0.05, 0.9), 9, 0.05),
        (Assumptions(0.5, 0.25, correlation=0.4), 24, 0.01),
        (Assumptions(0.0, 0.5), 12, 0.05),
        (Assumptions.of_discordance(0.4, 0.2, 0.9), 15, 0.2),
    ],
)
def test_it_is_the_sum_over_every_outcome(assumed: Assumptions, problems: int, alpha: float) -> None:
    assert power_at(assumed, problems, alpha=alpha) == pytest.approx(summed_power(assumed, problems, alpha), abs=1e-12)


def test_so_few_problems_that_the_test_cannot_reject_have_no_power() -> None:
    assert power_at(Assumptions(0.0, 1.0), 5) == 0.0
    assert power_at(Assumptions(0.0, 1.0), 6) == 1.0
    assert power_at(Assumptions(0.0, 1.0, samples=3), 5) == 0.0
    assert power_at(Assumptions(0.0, 1.0, samples=3), 6) == 1.0


@pytest.mark.parametrize("wish", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(
    "assumed",
    [
        Assumptions(0.3, 0.2),
        Assumptions(0.1, 0.5),
        Assumptions.of_discordance(0.05, 0.1, 0.1),
        Assumptions.of_discordance(0.3, 0.4, 1.0),  # the teeth are the longest where all problems are discordant
        Assumptions(0.3, 0.1, correlation=0.5, samples=4),
    ],
)
def test_from_the_number_named_on_no_tooth_falls_below_the_wish(assumed: Assumptions, wish: float) -> None:
    needed = problems_needed(assumed, power=wish)
    assert power_at(assumed, needed - 1) < wish
    assert min(power_at(assumed, problems) for problems in range(needed, 3 * needed)) >= wish


def test_the_teeth_are_looked_past() -> None:
    all_discordant = Assumptions.of_discordance(0.3, 0.4, 1.0)
    reaching = [problems for problems in range(2, 60) if power_at(all_discordant, problems) >= 0.8]
    assert reaching[:4] == [49, 51, 52, 54]
    assert problems_needed(all_discordant) == 54


def test_ten_points_take_377_problems_when_answers_are_independent_and_78_when_they_are_nested() -> None:
    assert problems_needed(Assumptions(0.3, 0.1)) == 377
    assert problems_needed(Assumptions.of_discordance(0.3, 0.1, 0.1)) == 78


@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_five_answers_to_a_problem_are_worth_five_problems_as_long_as_all_answers_are_as_alike(
    correlation: float,
) -> None:
    one, five = (problems_needed(Assumptions(0.3, 0.1, correlation, samples)) for samples in (1, 5))
    assert five == pytest.approx(one / 5, abs=3)


@pytest.mark.parametrize(
    ("assumed", "problems"), [(Assumptions(0.2, 0.2, samples=3), 29), (Assumptions(0.3, 0.2, samples=2), 45)]
)
def test_with_several_answers_it_is_the_power_of_the_permutation_test(assumed: Assumptions, problems: int) -> None:
    random, trials = np.random.default_rng(0), 2000
    signs = random.choice([-1, 1], (999, problems))
    of_a, of_b = (
        random.binomial(assumed.samples, rate, (trials, problems)) for rate in (assumed.baseline, assumed.raised)
    )
    seen = (of_b - of_a).sum(axis=1, keepdims=True)
    exchanged = (of_b - of_a) @ signs.T
    at_most, at_least = (1 + (exchanged <= seen).sum(axis=1)), (1 + (exchanged >= seen).sum(axis=1))
    found = 2 * np.minimum(at_most, at_least) / 1000 <= 0.05
    assert power_at(assumed, problems) == pytest.approx(found.mean(), abs=0.03)


def test_discordance_and_correlation_say_the_same() -> None:
    assumed = Assumptions.of_discordance(0.3, 0.1, 0.2)
    assert assumed.discordance == pytest.approx(0.2)
    assert Assumptions(0.3, 0.1, assumed.correlation) == assumed


def test_the_difference_that_problems_show_is_the_least_with_the_power() -> None:
    found = difference_found(partial(Assumptions, 0.3), 200)
    assert found == pytest.approx(0.14)
    assert power_at(Assumptions(0.3, found), 200) >= 0.8 > power_at(Assumptions(0.3, found - 0.001), 200)


@pytest.mark.parametrize("baseline", [0.3, 0.97])
def test_too_few_problems_show_no_difference_at_all(baseline: float) -> None:
    with pytest.raises(InputError) as raised:
        difference_found(partial(Assumptions, baseline), 5)
    assert str(raised.value) == "5 problems show no difference with a power of 0.8; take more"


def test_a_difference_that_nobody_could_find_is_told() -> None:
    with pytest.raises(InputError) as raised:
        problems_needed(Assumptions(0.3, 0.002))
    assert str(raised.value) == (
        "a difference of 0.002 takes more than 100,000 problems; ask for a larger one, or for less power"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            (0.3, 0.8),
            "expected a baseline from 0 and a difference above 0 that make at most 1 together, found 0.3 and 0.8; "
            "the baseline is the lower one of the two rates",
        ),
        (
            (0.3, 0.1, 0.95),
            "expected a correlation that rates of 0.3 and 0.4 can have, found 0.95; choose one nearer to 0",
        ),
        (
            (0.3, 0.1, -0.9),
            "expected a correlation that rates of 0.3 and 0.4 can have, found -0.9; choose one nearer to 0",
        ),
    ],
)
def test_two_models_that_there_cannot_be_are_refused(values: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError) as raised:
        Assumptions(*values)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("baseline", "discordance", "possible"),
    [(0.3, 0.05, "0.1 to 0.7"), (0.3, 0.8, "0.1 to 0.7"), (0, 0.2, "0.1 to 0.1")],
)
def test_a_discordance_that_there_cannot_be_is_refused(baseline: float, discordance: float, possible: str) -> None:
    with pytest.raises(InputError) as raised:
        Assumptions.of_discordance(baseline, 0.1, discordance)
    assert str(raised.value) == (
        f"expected a discordance from {possible} for rates of {baseline:g} and {baseline + 0.1:g}, "
        f"found {discordance:g}"
    )
