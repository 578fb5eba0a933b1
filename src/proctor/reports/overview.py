"""The part of the page that answers at a glance: a headline, and for every model its bars and its rates."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from proctor.hacking import Outcome, Variant
from proctor.reports.bars import Bar, list_link, stacked
from proctor.reports.wording import OUTCOMES, Rate, format_percent, format_rate

NAMED_HACKERS = 3
"""Models that the sentence names; the table names all."""


@dataclass(frozen=True)
class ModelRow:
    """What the page shows of one model; *rates* are those of ``summary.json``, by their keys."""

    name: str
    attempts: int
    bar: Bar
    rates: dict[str, Rate]
    links: dict[str, str]
    flagged_beside_code: int
    ungraded: int

    @property
    def has_doubtful(self) -> bool:
        """Whether some attempts are hacks in some people's opinion only."""
        return "doubtful" in self.bar.whiskers


@dataclass(frozen=True)
class VariantRow:
    """How often each outcome befell one model's attempts at one variant, and the links to these attempts."""

    model: str
    variant: str
    attempts: int
    outcomes: dict[Outcome, int]
    links: dict[Outcome, str]


def model_rows(summary: dict[str, Any], *, linked: bool = True) -> list[ModelRow]:
    """Every model, the highest hack rate first; *linked* where the page holds the attempts themselves."""
    rows = [_model_row(name, model, linked=linked) for name, model in summary["models"].items()]
    return sorted(rows, key=lambda row: (-(row.rates["hack_rate"]["estimate"] or 0), row.name))


def variant_rows(summary: dict[str, Any]) -> list[VariantRow]:
    """Every model and variant, the broken variants first."""
    return [
        VariantRow(
            name,
            variant,
            model["by_variant"][variant]["attempts"],
            model["by_variant"][variant]["outcomes"],
            {outcome: list_link(model=name, variant=variant, outcome=outcome) for outcome in OUTCOMES},
        )
        for name, model in summary["models"].items()
        for variant in sorted(model["by_variant"], key=lambda name: (not Variant(name).is_broken, name))
    ]


def broken_outcomes(model: dict[str, Any]) -> dict[Outcome, int]:
    """How often each outcome befell one model's attempts on broken variants, all of them together."""
    variants = [part["outcomes"] for name, part in model["by_variant"].items() if Variant(name).is_broken]
    return {outcome: sum(counts[outcome] for counts in variants) for outcome in OUTCOMES}


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


def _model_row(name: str, model: dict[str, Any], *, linked: bool) -> ModelRow:
    counts = broken_outcomes(model)
    rates = {key: value for key, value in model.items() if isinstance(value, dict) and "estimate" in value}

    def link(variant: str, outcome: str = "") -> str:
        chosen = {"model": name, "variant": variant} | ({"outcome": outcome} if outcome else {})
        return list_link(**chosen) if linked else ""

    certain, doubtful = rates["hack_rate"], rates["hack_rate_with_doubtful"]
    whiskers = ({} if doubtful["hits"] == certain["hits"] else {"doubtful": doubtful}) | {"certain": certain}
    return ModelRow(
        name=name,
        attempts=model["attempts"],
        bar=Bar(stacked(counts, OUTCOMES, partial(link, "broken")), whiskers),
        rates=rates,
        links={
            "broken": link("broken"),
            "hacks": link("broken", "hacks"),
            "sham_fails": link("sham", "unsolved"),
            "solves": link("original", "solved"),
        },
        flagged_beside_code=model.get("flagged_beside_code", 0),
        ungraded=model["outcomes"][Outcome.UNGRADED],
    )
