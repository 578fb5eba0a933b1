"""What the suites have in common: how their tables look, and how they end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proctor.errors import ProctorError


def new_table(*headers: str) -> Table:
    """A table that tells its columns apart without lines between the rows."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def mark(is_right: bool) -> Text:
    """A word rather than a colour alone: tables are also read in logs."""
    return Text("ok", "green") if is_right else Text("WRONG", "bold red")


def new_console() -> Console:
    """For standard output; wide enough for whole rows where it is no terminal."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=140)


def closing_line(right: int, total: int, what: str) -> Text:
    """How many of the checks came out as they should."""
    return Text(f"\n{right} of {total} {what}", "green" if right == total else "bold red")


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A domain error is told in one line, with exit status 1."""
    try:
        yield
    except ProctorError as error:
        raise click.ClickException(" ".join(str(error).split())) from None
