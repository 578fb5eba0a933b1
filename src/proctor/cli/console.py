"""What a long command shows while it runs, on standard error: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SECONDS_BETWEEN_LINES = 10.0


class Display(Protocol):
    """A :class:`proctor.evaluation.audit.Progress` that also says how far it came.

    Attributes:
        done: Steps of the present stage that are done.
        total: Steps of the present stage; 0 where nobody knows.
        what: What those steps are.
    """

    done: int
    total: int
    what: str

    def stage(self, what: str, total: int | None, status: Callable[[], str] | None = None) -> None:
        """A stage begins, with None for a *total* that nobody knows; *status* has more to say about any moment."""
        ...

    def advance(self) -> None:
        """One step is done."""
        ...

    def note(self, line: str) -> None:
        """Print a line for the user."""
        ...


@contextmanager
def open_display() -> Iterator[Display]:
    """The display that fits standard error."""
    if not sys.stderr.isatty():
        yield PlainDisplay()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield BarDisplay(progress)


class PlainDisplay:
    """One line every ten seconds, for logs and pipes.

    Args:
        clock: Seconds, from any start.
        write: Where lines go.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        write: Callable[[str], None] = lambda line: click.echo(line, err=True),
    ) -> None:
        self.what, self.done, self.total = "", 0, 0
        self._status: Callable[[], str] | None = None
        self._clock = clock
        self._write = write
        self._start = self._last_line = clock()

    def stage(self, what: str, total: int | None, status: Callable[[], str] | None = None) -> None:
        """Begin to count anew."""
        self.what, self.done, self.total, self._status = what, 0, total or 0, status
        self._start = self._last_line = self._clock()

    def advance(self) -> None:
        """Print a line if the last one is ten seconds old."""
        self.done += 1
        now = self._clock()
        if now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            rate = self.done / (now - self._start)
            total = f" of {self.total}" if self.total else ""
            left = f", about {(self.total - self.done) / rate:.0f} s left" if self.total else ""
            status = f"; {self._status()}" if self._status else ""
            self._write(f"{self.done}{total} {self.what}, {rate:.1f}/s{left}{status}")

    def note(self, line: str) -> None:
        """Print it at once."""
        self._write(line)


class BarDisplay:
    """A bar for every stage, with rate and time left."""

    def __init__(self, progress: "Progress") -> None:
        self.what, self.done, self.total = "", 0, 0
        self._status: Callable[[], str] | None = None
        self._progress = progress
        self._bar: TaskID | None = None

    def stage(self, what: str, total: int | None, status: Callable[[], str] | None = None) -> None:
        """Draw a new bar under the last one; none where there is nothing to do."""
        if self._bar is not None and not self.total:  # nobody knew how many steps it had: it would move on for ever
            self._progress.update(self._bar, total=self.done, visible=self.done > 0)
        self.what, self.done, self.total, self._status = what, 0, total or 0, status
        self._bar = self._progress.add_task(what, total=total, rate="", status="") if total != 0 else None

    def advance(self) -> None:
        """Move the bar."""
        self.done += 1
        if self._bar is not None:
            speed = self._progress.tasks[self._bar].speed
            rate = f"{speed:.1f}/s" if speed else ""
            self._progress.update(self._bar, advance=1, rate=rate, status=self._status() if self._status else "")

    def note(self, line: str) -> None:
        """Print it above the bar."""
        self._progress.console.print(line, markup=False, highlight=False)
