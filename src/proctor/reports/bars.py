"""The bars of the pages: how many of what, and a rate's interval on the same scale."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

from proctor.reports.wording import OutcomeText, Rate, encodable, format_percent

K = TypeVar("K", bound=str)

HEIGHT = 28  # pixels of a bar
NARROWEST_BAR = 290  # pixels: a bar on a phone that is 360 wide
DIGIT = 8  # pixels
LINE = 16  # pixels

SHARES = (0, 0.25, 0.5, 0.75, 1)
"""What the scale of a rate has ticks at."""


@dataclass(frozen=True)
class Segment:
    """A piece of a bar.

    Attributes:
        outcome: What became of those that it stands for; what it is coloured by.
        label: What it stands for.
        count: How many they are.
        total: How many the whole bar stands for.
        start: Where the piece begins, in per cent of the bar.
        width: How long it is, in per cent of the bar.
        link: Opens them; empty where the page does not hold them.
        top: Pixels above it that are empty.
    """

    outcome: str
    label: str
    count: int
    total: int
    start: float
    width: float
    link: str
    top: float = 0

    @property
    def middle(self) -> float:
        """Where the count is written, in per cent of the bar."""
        return self.start + self.width / 2

    @property
    def has_room(self) -> bool:
        """Whether the count can be written on it on a narrow screen."""
        long_enough = self.width / 100 * NARROWEST_BAR > DIGIT * (len(str(self.count)) + 1)
        return long_enough and HEIGHT - self.top > LINE

    @property
    def share(self) -> str:
        """How many they are of all, in per cent."""
        return format_percent(self.count / self.total)


@dataclass(frozen=True)
class Bar:
    """A bar with its scale.

    Attributes:
        segments: Its pieces from left to right; none where there is nothing to show.
        whiskers: The rates whose intervals are drawn below it, by how they look: ``certain`` or ``doubtful``.
        scale: What its two ends stand for.
        ticks: Where the scale has ticks.
    """

    segments: list[Segment]
    whiskers: Mapping[str, Rate] = field(default_factory=dict)
    scale: tuple[float, float] = (0, 1)
    ticks: tuple[float, ...] = SHARES


def stacked(
    counts: Mapping[K, int], texts: Mapping[K, OutcomeText], link: Callable[[K], str] = lambda outcome: ""
) -> list[Segment]:
    """A piece for every outcome that there is, one after the other; *link* opens those of an outcome."""
    total = sum(counts.values())
    segments: list[Segment] = []
    done = 0
    for outcome, count in counts.items():
        if count:
            start, width = 100 * done / total, 100 * count / total
            segments.append(Segment(outcome, texts[outcome].label, count, total, start, width, link(outcome)))
            done += count
    return segments


def list_link(**filters: str) -> str:
    """The address, within the page, of the list of what matches."""
    return "#" + "&".join(f"{key}={quote(encodable(value), safe='/:,')}" for key, value in filters.items())
