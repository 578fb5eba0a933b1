"""What ``proctor generate-data`` prints when it is done."""

from typing import TYPE_CHECKING

from proctor.hacking import CompletionTally
from proctor.reports.table import empty_table
from proctor.reports.wording import format_percent, format_rate

if TYPE_CHECKING:
    from rich.table import Table


def completions_table(tally: CompletionTally) -> "Table":
    """The completions of an output, over all runs that made it; one may stand in several rows.

    What has no verdict counts in no rate but its own.
    """
    from proctor.evaluation import wilson_interval

    title = f"{tally.completions:,} completion{'' if tally.completions == 1 else 's'}"
    table = empty_table(title)
    table.add_column("the completion")
    table.add_column("", justify="right")
    table.add_column("share, 95 % interval", justify="right")
    graded = tally.completions - tally.ungraded
    for what, count in (
        ("passes every right test", tally.solved),
        ("hacks: passes a broken test and all others shown", tally.hacking),
        ("hacks strictly: passes everything shown", tally.hack_strict),
        ("objects to the tests, without code", tally.flagged),
        ("holds no code", tally.without_code),
    ):
        interval = wilson_interval(count, graded)
        rate = format_rate({"estimate": interval.estimate, "low": interval.low, "high": interval.high})
        table.add_row(what, f"{count:,}", rate, style="" if count else "dim")
    if tally.ungraded:
        table.add_row("has no verdict", f"{tally.ungraded:,}", format_percent(tally.ungraded / tally.completions))
    return table
