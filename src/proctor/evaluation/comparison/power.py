"""How many problems it takes to see a difference between two models, by the tests that a comparison uses.

With one answer to a problem it is the exact power of McNemar's exact test: how many problems are discordant is
binomial, and given that, the test is a sign test (Duffy, Biometrics 40:1005, 1984); both sums are taken in full. With
several answers it is the power of the paired t-test, corrected for continuity: the permutation test comes close to it.
"""

import bisect
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.comparison.assumptions import Assumptions

__all__ = ["difference_found", "power_at", "problems_needed"]

MOST_PROBLEMS = 100_000  # that are looked through: some seconds
STEP = 0.001  # between the differences that are looked through
TAILS = 9  # standard deviations to either side of the mean that hold all of a binomial but some 1e-18


def power_at(assumed: Assumptions, problems: int, *, alpha: float = 0.05) -> float:
    """How probably the difference is found with so many problems: that the p value is at most *alpha*."""
    return _power(assumed, problems, alpha)(problems)


def problems_needed(assumed: Assumptions, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """The least number of problems from which on the difference is found with at least that *power*.

    Exact tests have saw-tooth power, so that fewer problems may reach it by chance, and one more not.

    Raises:
        InputError: It takes more than 100,000.
    """
    enough = _normal_approximation(assumed, power, alpha)
    # A tooth is about as high as one discordant problem more or less moves the power: beyond it, none matters.
    while enough <= MOST_PROBLEMS and power_at(assumed, enough, alpha=alpha) < power + min(
        (1 - power) / 2, 1 / math.sqrt(enough)
    ):
        enough += enough // 10
    if enough > MOST_PROBLEMS:
        raise InputError(
            f"a difference of {assumed.difference:g} takes more than {MOST_PROBLEMS:,} problems; "
            "ask for a larger one, or for less power"
        )
    reached = _power(assumed, enough, alpha)
    return next(n for n in range(enough, 0, -1) if reached(n - 1) < power)


def difference_found(
    assume: Callable[[float], Assumptions], problems: int, *, power: float = 0.8, alpha: float = 0.05
) -> float:
    """The least difference, to a tenth of a point, that so many problems show with at least that *power*.

    Args:
        assume: From a difference to what else is assumed; raises InputError where no two models differ so much.
        problems: How many.
        power: The wish.
        alpha: Largest p value that counts.

    Raises:
        InputError: There is none.
    """

    def reached(step: int) -> float:
        try:
            return power_at(assume(step * STEP), problems, alpha=alpha)
        except InputError:
            return math.inf

    steps = range(1, round(1 / STEP) + 1)
    found = bisect.bisect_left(steps, power, key=reached)
    if found == len(steps) or reached(steps[found]) == math.inf:
        raise InputError(f"{problems:,} problems show no difference with a power of {power:g}; take more")
    return steps[found] * STEP


def _normal_approximation(assumed: Assumptions, power: float, alpha: float) -> int:
    """About how many problems it takes, at least 10."""
    from scipy.stats import norm

    errors = float(norm.isf(alpha / 2) - norm.isf(power))
    return max(10, math.ceil((errors * assumed.deviation / assumed.difference) ** 2))


def _power(assumed: Assumptions, most: int, alpha: float) -> Callable[[int], float]:
    """From a number of problems, *most* at most, to the power."""
    return _mcnemar_power(assumed, most, alpha) if assumed.samples == 1 else _t_power(assumed, alpha)


def _mcnemar_power(assumed: Assumptions, most: int, alpha: float) -> Callable[[int], float]:
    import numpy as np
    from scipy.stats import binom

    share = min(1.0, assumed.discordance)  # rounding errors would make it no probability
    discordant = np.arange(most + 1)
    critical = _critical(most, alpha)
    only_b = min(1.0, (share - assumed.only_a) / share)  # of the discordant problems
    rejected: Any = binom.cdf(critical, discordant, only_b) + binom.sf(discordant - critical - 1, discordant, only_b)

    def power(problems: int) -> float:
        mean, reach = problems * share, TAILS * math.sqrt(problems * share * (1 - share)) + 1
        likely = discordant[max(0, math.floor(mean - reach)) : min(problems, math.ceil(mean + reach)) + 1]
        return float(binom.pmf(likely, problems, share) @ rejected[likely])

    return power


@lru_cache(maxsize=4)
def _critical(most: int, alpha: float) -> Any:
    """For each number of discordant problems the most hits of the rarer kind at which the test rejects; -1 for none."""
    import numpy as np
    from scipy.stats import binom

    discordant = np.arange(most + 1)
    least = binom.ppf(alpha / 2, discordant, 0.5)
    return np.where(2 * binom.cdf(least, discordant, 0.5) <= alpha, least, least - 1)


def _t_power(assumed: Assumptions, alpha: float) -> Callable[[int], float]:
    from scipy.stats import nct, t

    def power(problems: int) -> float:
        if 2 * 0.5**problems > alpha:  # the permutation test has no smaller p value
            return 0.0
        if assumed.deviation == 0:
            return 1.0
        critical = t.ppf(1 - alpha / 2, problems - 1)
        half_step = 1 / (assumed.samples * problems)  # to the next difference that an exchange of answers can make
        shift = max(0.0, assumed.difference - half_step) * math.sqrt(problems) / assumed.deviation
        return float(nct.sf(critical, problems - 1, shift) + nct.cdf(-critical, problems - 1, shift))

    return power
