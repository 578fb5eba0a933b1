"""What ``proctor grade`` prints when it is done."""

from typing import TYPE_CHECKING

from proctor.grading import UNGRADED, Tally, Verdict
from proctor.reports.table import empty_table

if TYPE_CHECKING:
    from rich.table import Table


def grading_table(tally: Tally) -> "Table":
    """Solutions by verdict, with their share of all; the verdicts in their own order, then ``ungraded``.

    The note under it gives the share that passed; where some are ungraded, of the graded ones and of all.
    """
    from rich.table import Table

    total = tally.total
    table = empty_table(f"{total:,} solution{'' if total == 1 else 's'} by verdict")
    table.add_column("verdict")
    table.add_column("solutions", justify="right")
    table.add_column("share", justify="right")
    for verdict in [*Verdict, UNGRADED]:
        if count := tally.verdicts[verdict]:
            table.add_row(str(verdict), f"{count:,}", _share(count, total))
    grid = Table.grid()
    grid.add_row(table)
    grid.add_row()
    for note in _notes(tally):
        grid.add_row(note)
    return grid


def _notes(tally: Tally) -> list[str]:
    notes = [f"passed: {tally.passed:,} of {tally.graded:,} graded, {_share(tally.passed, tally.graded)}"]
    if ungraded := tally.total - tally.graded:
        notes[0] += f"; of all {tally.total:,}, {_share(tally.passed, tally.total)}"
        notes.append(
            f"{ungraded:,} ungraded, by a failure of ours or for want of tests, as their error says: not failed"
        )
    for doubt, count in sorted(tally.unconfirmed.items()):
        notes.append(f"{count:,} passed at first and are {doubt}: not confirmed with a fresh process for every test")
    return notes


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "-"
