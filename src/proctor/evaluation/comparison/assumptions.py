"""What two models are taken to do, when nobody has asked them yet."""

import math
from dataclasses import dataclass
from typing import Self

from proctor.errors import InputError

__all__ = ["Assumptions"]

ROUNDING = 1e-12  # largest error of a probability


@dataclass(frozen=True)
class Assumptions:
    """Two models that are asked about the same problems, A and B, of which B hits more.

    Attributes:
        baseline: The share of the problems that A hits, from 0 to 1.
        difference: How much larger the share of B is, above 0.
        correlation: Of any two answers to the same problem, of one model or of both; 0 where they are independent.
        samples: Answers of each model to each problem.

    Raises:
        InputError: No two models are like that.
    """

    baseline: float
    difference: float
    correlation: float = 0.0
    samples: int = 1

    def __post_init__(self) -> None:
        """Check that every probability is one."""
        if not (0 <= self.baseline < self.raised <= 1 + ROUNDING):
            raise InputError(
                "expected a baseline from 0 and a difference above 0 that make at most 1 together, found "
                f"{self.baseline:g} and {self.difference:g}; the baseline is the lower one of the two rates"
            )
        if not -ROUNDING <= self.only_a <= min(self.baseline, 1 - self.raised) + ROUNDING:
            raise InputError(
                f"expected a correlation that rates of {self.baseline:g} and {self.raised:g} can have, "
                f"found {self.correlation:g}; choose one nearer to 0"
            )

    @classmethod
    def of_discordance(cls, baseline: float, difference: float, discordance: float, samples: int = 1) -> Self:
        """With the correlation at which just one of the two models hits in that share of the problems.

        Raises:
            InputError: No two models are like that.
        """
        free = cls(baseline, difference)
        low, high = difference, min(baseline + free.raised, 2 - baseline - free.raised)
        if not low - ROUNDING <= discordance <= high + ROUNDING:
            raise InputError(
                f"expected a discordance from {low:g} to {high:g} for rates of {baseline:g} and {free.raised:g}, "
                f"found {discordance:g}"
            )
        correlation = (free.discordance - discordance) / (2 * free.spread) if free.spread else 0.0
        return cls(baseline, difference, correlation, samples)

    @property
    def raised(self) -> float:
        """The share of the problems that B hits."""
        return self.baseline + self.difference

    @property
    def spread(self) -> float:
        """The product of the standard deviations of an answer of A and one of B."""
        return math.sqrt(max(0.0, self.baseline * (1 - self.baseline) * self.raised * (1 - self.raised)))

    @property
    def only_a(self) -> float:
        """The share of the problems that A hits and B does not, with one answer of each."""
        return self.baseline * (1 - self.raised) - self.correlation * self.spread

    @property
    def discordance(self) -> float:
        """The share of the problems that just one of the two hits, with one answer of each."""
        return 2 * self.only_a + self.difference

    @property
    def deviation(self) -> float:
        """The standard deviation, over problems, of the difference between the means of the two models' answers."""
        variances = self.baseline * (1 - self.baseline) + self.raised * (1 - self.raised)
        own = variances * (1 + (self.samples - 1) * self.correlation) / self.samples
        return math.sqrt(max(0.0, own - 2 * self.correlation * self.spread))
