"""What the commands that ask a model, and keep a row for each of its answers, have in common."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from proctor.cli.console import Display
from proctor.errors import ModelError
from proctor.generation import RowFile
from proctor.models import CachedModel, Model

__all__ = ["announce", "keep_all"]

T = TypeVar("T")


def announce(what: str, total: int | None, model: Model, file: RowFile[Any], display: Display) -> None:
    """Tell what is going to be asked, with what it takes as it goes on, and prices that nobody knows.

    Args:
        what: The rows that are made.
        total: How many; None where nobody knows.
        model: Who is asked.
        file: Where they go, with the accounts.
        display: Told of it.
    """
    display.stage(what, total, status=file.accounts.line if isinstance(model, CachedModel) else None)
    if total != 0 and (line := file.accounts.unknown_prices_line()):
        display.note(line)


async def keep_all(
    made: AsyncGenerator[T], file: RowFile[Any], display: Display, *, row_of: Callable[[T], object] = lambda one: one
) -> ModelError | None:
    """Store what is *made*, piece by piece, as the rows that *row_of* makes of it.

    Returns:
        Why it ended early; None where it did not.
    """
    try:
        async with file.accounts_saved(), aclosing(made):
            async for one in made:
                file.keep(row_of(one))
                display.advance()
    except ModelError as error:
        return error
    return None
