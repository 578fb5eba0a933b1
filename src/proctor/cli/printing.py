"""What commands print on standard output: tables for people, JSON for programs."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["print_json", "print_tables"]


def print_json(value: object) -> None:
    """Print *value* as JSON, indented."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def print_tables(*tables: "RenderableType") -> None:
    """Print tables, and whatever else stands among them, one below the other."""
    from rich.console import Console

    console = Console(highlight=False)
    for table in tables:
        console.print(table)
