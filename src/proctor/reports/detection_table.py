"""What ``proctor detect`` prints when it is done."""

from typing import TYPE_CHECKING, Any

from proctor.reports.table import empty_table
from proctor.reports.wording import format_rate, visible

if TYPE_CHECKING:
    from rich.table import Table


def detection_table(summary: dict[str, Any]) -> "Table":
    """What every detector found, with its 95 % interval, and why the rest could not be judged.

    Where the solutions are of several models, a table for each follows.

    Args:
        summary: See :func:`proctor.evaluation.detection.summarize_findings`.
    """
    from rich.table import Table
    from rich.text import Text

    models: dict[str, Any] = summary["by_model"]
    groups = {f"{_solutions(summary)} by detector": summary}
    if len(models) > 1:
        groups |= {f"{visible(name)}: {_solutions(counts)}": counts for name, counts in models.items()}
    grid = Table.grid()
    for title, counts in groups.items():
        grid.add_row(_table(title, counts["detectors"]))
        grid.add_row()
    for note in _notes(summary["detectors"]):
        grid.add_row(Text(note))
    return grid


def _table(title: str, detectors: dict[str, Any]) -> "Table":
    table = empty_table(title)
    table.min_width = 72
    table.add_column("detector")
    for head in ("found", "of judged", "share (95 % interval)", "not judged"):
        table.add_column(head, justify="right")
    for name, counts in detectors.items():
        found = counts["found"]
        shown = f"{found['hits']:,}", f"{found['total']:,}", format_rate(found), f"{counts['not_judged']:,}"
        table.add_row(name, *shown, style="" if found["total"] else "dim")
    return table


def _solutions(group: dict[str, Any]) -> str:
    count = group["solutions"]
    return f"{count:,} solution{'' if count == 1 else 's'}"


def _notes(detectors: dict[str, Any]) -> list[str]:
    found = [
        f"{name} found: {', '.join(f'{kind} {count:,}' for kind, count in counts['kinds'].items())}"
        for name, counts in detectors.items()
        if counts["kinds"]
    ]
    unjudged = [
        f"{name} not judged, {count:,}: {reason}"
        for name, counts in detectors.items()
        for reason, count in counts["unjudged"].items()
    ]
    return found + unjudged
