"""The pieces that the tables of the terminal are made of."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.reports.wording import visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

NAME_WIDTH = 24  # columns of the terminal that a name may take in any case
BESIDE = 76  # columns that stand beside names at most


def empty_table(title: str, *, gap: int | None = None) -> "Table":
    """A table under a bold title, its columns *gap* blanks apart; None for Rich's own padding."""
    from rich import box
    from rich.table import Table

    return Table(
        title=plain_text(title, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,  # its divider is one blank of the gap
        padding=(0, 1) if gap is None else (0, gap - 1, 0, 0),
        show_edge=False,
    )


def plain_text(text: str, style: str = "") -> "Text":
    """Text in which nothing is markup."""
    from rich.text import Text

    return Text(text, style=style)


@dataclass(frozen=True)
class NameCell:
    """A name in a table, in as few lines as there is room for, broken after punctuation if it can be.

    Attributes:
        name: The name.
        below: What stands below it, less conspicuous.
    """

    name: str
    below: str = ""

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement

        width = max(map(len, [*_broken(self.name, console.width), *_broken(self.below, console.width)]))
        return Measurement(width, width)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        yield plain_text("\n".join(_broken(self.name, console.width)))
        if self.below:
            yield plain_text("\n".join(_broken(self.below, console.width)), style="dim")


def _broken(name: str, columns: int) -> list[str]:
    """The lines of a name on a terminal of so many columns."""
    limit = max(NAME_WIDTH, columns - BESIDE)
    lines = [""]
    for piece in re.findall(rf"[^/:,_-]{{,{limit - 1}}}[/:,_-]|[^/:,_-]{{1,{limit}}}", visible(name)):
        if lines[-1] and len(lines[-1] + piece) > limit:
            lines.append("")
        lines[-1] += piece
    return lines
