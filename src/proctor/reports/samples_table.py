"""What ``proctor sample`` prints when it is done."""

from typing import TYPE_CHECKING

from proctor.generation import SampleTally
from proctor.reports.table import empty_table
from proctor.reports.wording import format_percent

if TYPE_CHECKING:
    from rich.table import Table


def samples_table(tally: SampleTally) -> "Table":
    """The samples of an output, over all runs that made it, by what their replies hold."""
    title = f"{tally.samples:,} sample{'' if tally.samples == 1 else 's'}"
    table = empty_table(title)
    table.add_column("the reply")
    table.add_column("samples", justify="right")
    table.add_column("share", justify="right")
    for what, count in (
        ("holds a solution", tally.with_code),
        ("holds none", tally.without_code),
        ("was refused by the endpoint", tally.refused),
    ):
        if count:
            table.add_row(what, f"{count:,}", format_percent(count / tally.samples))
    return table
