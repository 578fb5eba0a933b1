"""What a metric is: a count over the result rows of one arm."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from proctor.evaluation.question import Arm
from proctor.evaluation.results import QuestionResult

__all__ = ["Count", "Metric", "counted"]

Count = tuple[float, int]
"""What is added to numerator and denominator: ``(1, 1)`` for a hit, ``(3, 5)`` for 3 of 5 tests, ``(7, 1)`` for a 7."""


@dataclass(frozen=True)
class Metric:
    """A rate or a mean.

    Attributes:
        name: Its key in summaries.
        label: Its name in running text.
        meaning: One line for readers who never saw the definition.
        count: From a row to what it adds; None where the row does not count.
        arm: Over which rows.
        is_rate: Whether it lies between 0 and 1; else it is a mean.
    """

    name: str
    label: str
    meaning: str
    count: Callable[[QuestionResult], Count | None]
    arm: Arm = "main"
    is_rate: bool = True


def counted(metric: Metric, rows: Iterable[QuestionResult]) -> Iterator[tuple[QuestionResult, float, int]]:
    """The rows that count in a metric, each with what it adds to the numerator and to the denominator.

    Those of its arm, except what has no verdict and what the metric does not apply to.
    """
    for row in rows:
        if row.arm == metric.arm and row.ungraded is None and (count := metric.count(row)) is not None:
            yield row, *count
