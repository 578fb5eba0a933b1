"""What the commands that run programs in the sandbox have in common."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import click

from proctor.cli.console import Display, open_display
from proctor.cli.stopping import STOPPED, stoppable, terminated_like_ctrl_c
from proctor.execution import Executor, SubprocessExecutor, TogetherExecutor, weak_isolation_warning

KEY_OPTION = "--together-api-key"

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns, run to its end by an event loop that costs less than Python's own: it is in C.

    Raises:
        KeyboardInterrupt: Ctrl-C came; *work* has been cancelled, or broken off where it did not await.
    """
    try:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.get_loop()
            return runner.run(stoppable(work))
    finally:
        work.close()  # where Ctrl-C came before it began; Python would warn of it


@contextmanager
def watched(stopped: str = "what was done is kept, and the same command continues") -> Iterator[Display]:
    """What shows how far the block is; Ctrl-C and SIGTERM end it with how far it came, and *stopped*."""
    display: Display | None = None
    try:
        with terminated_like_ctrl_c(), open_display() as display:
            yield display
    except KeyboardInterrupt:
        how_far = f" after {display.done} of {display.total} {display.what}" if display and display.total else ""
        click.echo(f"stopped{how_far}; {stopped}", err=True)
        raise SystemExit(STOPPED) from None


@asynccontextmanager
async def open_executor(options: dict[str, Any], display: Display) -> AsyncIterator[Executor]:
    """The executor that ``--jobs``, ``--require-isolation`` and ``--python`` ask for; weak isolation is told.

    Where a command has ``--executor-type together``, it is Together's code interpreter instead.

    Raises:
        ExecutionError: It does not start, or the machine gives less isolation than is required.
        InputError: Together has no key, or httpx is not installed.
    """
    async with _executor_of(options) as executor:
        if warning := weak_isolation_warning(executor.isolation):
            display.note(warning)
        yield executor


def _executor_of(options: dict[str, Any]) -> SubprocessExecutor | TogetherExecutor:
    if options.get("executor_type") == "together":
        return TogetherExecutor(api_key=options["together_api_key"], max_concurrent=options["jobs"])
    return SubprocessExecutor(
        jobs=options["jobs"], require_isolation=options["require_isolation"], python=options["python"]
    )


def command_line() -> list[str]:
    """What the user typed, for records, without a key that stood in it."""
    typed = [*(click.get_current_context().find_root().info_name or "").split(), *sys.argv[1:]]
    return [_without_key(word, before) for before, word in zip(["", *typed], typed, strict=False)]


def _without_key(word: str, before: str) -> str:
    if before == KEY_OPTION:
        return "…"
    return f"{KEY_OPTION}=…" if word.startswith(f"{KEY_OPTION}=") else word
