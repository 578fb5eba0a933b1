"""What a profiled run prints: where the time of its problems went."""

import heapq
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from proctor.generation.profiling import Profile, shares_of
from proctor.reports.table import empty_table, plain_text
from proctor.reports.wording import format_percent, visible
from proctor.stopwatch import KINDS

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = 20  # problems in the table, the slowest; the file has all


def profile_table(profile: Profile) -> "Table":
    """The slowest problems, each with its calls, its seconds and their kinds' shares, and all problems together."""
    count = len(profile.problems)
    which = f", the slowest {SHOWN} of {count:,}" if count > SHOWN else ""
    table = empty_table(f"Where the time of each problem went{which}", gap=2)
    table.add_column("problem", overflow="fold")
    for header in ("calls", "seconds", *KINDS):
        table.add_column("I/O" if header == "io" else header, justify="right", no_wrap=True)
    for problem in heapq.nlargest(SHOWN, profile.problems, key=lambda problem: problem.seconds):
        table.add_row(plain_text(visible(problem.problem_id)), *_numbers(asdict(problem)))
    table.add_section()
    table.add_row("all", *_numbers(profile.totals()))
    return table


def _numbers(row: dict[str, Any]) -> list[str]:
    return [f"{row['calls']:,}", f"{row['seconds']:,.2f}", *map(format_percent, shares_of(row).values())]
