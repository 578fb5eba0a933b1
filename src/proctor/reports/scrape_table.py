"""What ``proctor scrape`` prints when it is done."""

from typing import TYPE_CHECKING

from proctor.generation.scraping import ScrapeTotals
from proctor.reports.table import empty_table

if TYPE_CHECKING:
    from rich.table import Table


def scrape_table(totals: ScrapeTotals) -> "Table":
    """The problems by what became of them, over all runs of the output, and how many attempts they took."""
    attempts = f"{totals.attempts:,} attempts, {totals.new_attempts:,} of them made by this run"
    table = empty_table(attempts)
    table.add_column("problems")
    table.add_column("", justify="right")
    table.add_column("")
    for what, count, note in (
        ("solved", totals.solved, "an attempt meets the criteria"),
        ("exhausted", totals.exhausted, "all attempts are made, and none meets them"),
        ("skipped", len(totals.skipped), "cannot be scraped"),
        ("unanswered", len(totals.unanswered), "the model gave no answer; asked again by the next run"),
    ):
        table.add_row(what, f"{count:,}", note, style="" if count else "dim")
    return table
