"""Run ``proctor power`` with its options read, and print what came of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from proctor.cli.printing import print_json, print_tables
from proctor.errors import InputError
from proctor.evaluation.comparison import Assumptions, difference_found, power_at, problems_needed
from proctor.reports.table import empty_table
from proctor.reports.wording import format_percent

if TYPE_CHECKING:
    from rich.table import Table

DIFFERENCES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)  # shown where none is asked for


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        InputError: No two models are like that, or no number of problems is enough.
    """
    rows = list(_rows(options))
    if not rows:
        raise InputError("none of the usual differences is possible with these rates; say which one by --difference")
    if options["as_json"]:
        told = {name: options[name] for name in ("alpha", "samples")} | {"wanted": options["power"], "rows": rows}
        print_json(told)
        return
    print_tables(_table(rows, options))
    click.echo(f"\n{_assumption(options)}")


def _rows(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    difference, problems, alpha = options["difference"], options["problems"], options["alpha"]
    wanted = {"power": options["power"], "alpha": alpha}
    if difference is None and problems is not None:
        difference = difference_found(lambda step: _assume(options, step), problems, **wanted)
    for asked in DIFFERENCES if difference is None else (difference,):
        try:
            assumed = _assume(options, asked)
        except InputError:
            if difference is None:
                continue  # a line of the table that there cannot be
            raise
        enough = problems or problems_needed(assumed, **wanted)
        yield {
            "difference": assumed.difference,
            "rate_a": assumed.baseline,
            "rate_b": assumed.raised,
            "discordance": assumed.discordance,
            "correlation": assumed.correlation,
            "problems": enough,
            "power": power_at(assumed, enough, alpha=alpha),
        }


def _assume(options: dict[str, Any], difference: float) -> Assumptions:
    baseline, samples = options["baseline"], options["samples"]
    if options["discordance"] is not None:
        return Assumptions.of_discordance(baseline, difference, options["discordance"], samples)
    return Assumptions(baseline, difference, options["correlation"] or 0.0, samples)


def _table(rows: list[dict[str, Any]], options: dict[str, Any]) -> "Table":
    table = empty_table(f"Problems that show a difference, at {options['alpha']:g}, two-sided")
    for head in ("difference, points", "A", "B", "discordant", "problems", "power"):
        table.add_column(head, justify="right")
    for row in rows:
        shares = (format_percent(row[name]) for name in ("rate_a", "rate_b", "discordance"))
        table.add_row(f"{100 * row['difference']:.1f}", *shares, f"{row['problems']:,}", f"{row['power']:.3f}")
    return table


def _assumption(options: dict[str, Any]) -> str:
    samples = options["samples"]
    test = "McNemar's exact test" if samples == 1 else f"the paired t-test on the means of {samples} answers"
    if options["discordance"] is not None:
        return f"Power of {test}, where one answer of each model differs on {options['discordance']:g} of the problems."
    if options["correlation"]:
        return f"Power of {test}, where answers to a problem correlate by {options['correlation']:g}."
    alike = (
        "fewer where two models are alike" if samples == 1 else "more where a model's answers to a problem are alike"
    )
    return f"Power of {test}, for independent answers; it takes {alike}."
