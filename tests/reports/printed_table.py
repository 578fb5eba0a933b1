"""A table as a terminal shows it."""

from rich.console import Console, RenderableType


def printed(table: RenderableType, width: int = 80) -> list[str]:
    """Its lines, without the spaces at their ends."""
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]


def printed_words(table: RenderableType, width: int = 100) -> list[str]:
    """Its lines without rules and empty ones, with one space between words."""
    return [" ".join(line.split()) for line in printed(table, width) if line.strip(" ─")]
