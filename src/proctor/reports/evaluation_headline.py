"""What a page of evaluations says first."""

from proctor.reports.evaluation_overview import TypeSection
from proctor.reports.wording import format_estimate


def headline(sections: list[TypeSection]) -> str:
    """What the metric that the first type is about comes to, over all types that are about it, in a few words."""
    rows = [row for section in sections for row in section.rows]
    if not rows:
        return "Audits side by side"
    label = sections[0].heads[0] if sections[0].heads else ""
    about = [section for section in sections if section.heads[:1] == [label]]
    first = [row.statistics[0].rate for section in about for row in section.rows if row.statistics]
    rates = sorted((rate for rate in first if rate["estimate"] is not None), key=lambda rate: float(rate["estimate"]))
    if not rates:
        return f"{len(rows)} file{'' if len(rows) == 1 else 's'} of results"
    of_type = f" of {sections[0].eval_type}" if len(about) == 1 else ""
    if len(rates) == 1:
        return f"{label.capitalize()} {format_estimate(rates[0])} in one evaluation{of_type}"
    lowest, highest = format_estimate(rates[0]), format_estimate(rates[-1])
    if lowest == highest:
        return f"{label.capitalize()} {lowest} in all {len(rates)} evaluations{of_type}"
    return f"{label.capitalize()}s from {lowest} to {highest} in {len(rates)} evaluations{of_type}"


def answer(sections: list[TypeSection]) -> str:
    """How many of the differences are more than chance, in one sentence; empty where nothing was compared."""
    pairs = [pair for section in sections for pair in section.pairs]
    if not pairs:
        return ""
    real = sum(pair.found["significant"] for pair in pairs)
    noun = "paired difference" if len(pairs) == 1 else "paired differences"
    return f"{real} of {len(pairs)} {noun} {'is' if real == 1 else 'are'} more than chance at 5 %, after Holm."
