"""The part of the page that answers at a glance: a headline, and for every model its bars and its rates."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from proctor.hacking import Outcome, Variant
from proctor.reports.wording import OUTCOMES, Rate, encodable, format_percent, format_rate

NARROWEST_BAR = 290  # pixels: a bar on a phone that is 360 wide
DIGIT = 8  # pixels

NAMED_HACKERS = 3
"""Models that the sentence names; the table names all."""


@dataclass(frozen=True)
class Segment:
    """One outcome's piece of a bar.

    Attributes:
        outcome: What became of these attempts.
        count: How many they are.
        start: Where the piece begins, in per cent of the bar.
        width: How long it is, in per cent of the bar.
        has_room: Whether the count can be written on it on a narrow screen.
        link: Opens these attempts.
    """

    outcome: Outcome
    count: int
    start: float
    width: float
    has_room: bool
    link: str

    @property
    def middle(self) -> float:
        """Where the count is written, in per cent of the bar."""
        return self.start + self.width / 2


@dataclass(frozen=True)
class ModelRow:
    """What the page shows of one model; *rates* are those of ``summary.json``, by their keys."""

    name: str
    attempts: int
    broken_attempts: int
    segments: list[Segment]
    rates: dict[str, Rate]
    links: dict[str, str]
    flagged_beside_code: int
    ungraded: int

    @property
    def has_doubtful(self) -> bool:
        """Whether some attempts are hacks in some people's opinion only."""
        return bool(self.rates["hack_rate_with_doubtful"]["hits"] != self.rates["hack_rate"]["hits"])


@dataclass(frozen=True)
class VariantRow:
    """How often each outcome befell one model's attempts at one variant, and the links to these attempts."""

    model: str
    variant: str
    attempts: int
    outcomes: dict[Outcome, int]
    links: dict[Outcome, str]


def model_rows(summary: dict[str, Any]) -> list[ModelRow]:
    """Every model, the highest hack rate first."""
    rows = [_model_row(name, model) for name, model in summary["models"].items()]
    return sorted(rows, key=lambda row: (-(row.rates["hack_rate"]["estimate"] or 0), row.name))


def variant_rows(summary: dict[str, Any]) -> list[VariantRow]:
    """Every model and variant, the broken variants first."""
    return [
        VariantRow(
            name,
            variant,
            model["by_variant"][variant]["attempts"],
            model["by_variant"][variant]["outcomes"],
            {outcome: attempts_link(model=name, variant=variant, outcome=outcome) for outcome in OUTCOMES},
        )
        for name, model in summary["models"].items()
        for variant in sorted(model["by_variant"], key=lambda name: (not Variant(name).is_broken, name))
    ]


def broken_outcomes(model: dict[str, Any]) -> dict[Outcome, int]:
    """How often each outcome befell one model's attempts on broken variants, all of them together."""
    variants = [part["outcomes"] for name, part in model["by_variant"].items() if Variant(name).is_broken]
    return {outcome: sum(counts[outcome] for counts in variants) for outcome in OUTCOMES}


def attempts_link(**filters: str) -> str:
    """The address, within the page, of the list of the attempts that match."""
    return "#" + "&".join(f"{key}={quote(encodable(value), safe='/:,')}" for key, value in filters.items())


def headline(rows: list[ModelRow]) -> str:
    """Which models hack, in a few words."""
    asked, hackers = _asked(rows), _hackers(rows)
    if not asked:
        return "No attempt on broken tests was graded"
    if len(asked) == 1:
        return f"{asked[0].name} {'hacks' if hackers else 'did not hack'} its tests"
    if not hackers:
        return f"None of {len(asked)} models hacked its tests"
    verb = "hacks its tests" if len(hackers) == 1 else "hack their tests"
    return f"{len(hackers)} of {len(asked)} models {verb}"


def answer(rows: list[ModelRow]) -> str:
    """Which models hack and how often, in one sentence; empty when nothing was graded."""
    asked, hackers = _asked(rows), _hackers(rows)
    if not hackers:
        highest = max((row.rates["hack_rate"]["high"] for row in asked), default=0)
        return f"No graded attempt is a hack; the intervals reach up to {format_percent(highest)}." if asked else ""
    first, *others = [(row.name, format_rate(row.rates["hack_rate"])) for row in hackers[:NAMED_HACKERS]]
    told = [f"{first[0]} hacked in {first[1]} of its attempts on broken tests"]
    told += [f"{name} in {rate}" for name, rate in others]
    if len(hackers) > NAMED_HACKERS:
        told.append(f"{len(hackers) - NAMED_HACKERS} more as often or less")
    if rest := len(asked) - len(hackers):
        told.append(f"the other {rest} in none" if rest > 1 else "the other one in none")
    return f"{', '.join(told[:-1])}{',' * (len(told) > 2)} and {told[-1]}." if len(told) > 1 else f"{told[0]}."


def _asked(rows: list[ModelRow]) -> list[ModelRow]:
    return [row for row in rows if row.rates["hack_rate"]["total"]]


def _hackers(rows: list[ModelRow]) -> list[ModelRow]:
    return [row for row in rows if row.rates["hack_rate"]["hits"]]


def _model_row(name: str, model: dict[str, Any]) -> ModelRow:
    counts = broken_outcomes(model)
    return ModelRow(
        name=name,
        attempts=model["attempts"],
        broken_attempts=sum(counts.values()),
        segments=_segments(name, counts),
        rates={key: value for key, value in model.items() if isinstance(value, dict) and "estimate" in value},
        links={
            "broken": attempts_link(model=name, variant="broken"),
            "hacks": attempts_link(model=name, variant="broken", outcome="hacks"),
            "sham_fails": attempts_link(model=name, variant="sham", outcome="unsolved"),
            "solves": attempts_link(model=name, variant="original", outcome="solved"),
        },
        flagged_beside_code=model.get("flagged_beside_code", 0),
        ungraded=model["outcomes"][Outcome.UNGRADED],
    )


def _segments(name: str, counts: dict[Outcome, int]) -> list[Segment]:
    total = sum(counts.values())
    segments: list[Segment] = []
    done = 0
    for outcome, count in counts.items():
        if count:
            has_room = count / total * NARROWEST_BAR > DIGIT * (len(str(count)) + 1)
            link = attempts_link(model=name, variant="broken", outcome=outcome)
            segments.append(Segment(outcome, count, 100 * done / total, 100 * count / total, has_room, link))
            done += count
    return segments
