"""Stop a long command cleanly, whether by Ctrl-C or by SIGTERM."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

STOPPED = 130  # what a shell reports of a program that Ctrl-C ended
PATIENCE = 0.1  # seconds until an await; what must not be broken off in its middle, such as a row, takes far less

Handler = Callable[[int, FrameType | None], Any]
T = TypeVar("T")


@contextmanager
def terminated_like_ctrl_c() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, with everything saved; in the main thread, which alone hears signals."""
    if not _hears_signals():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        on_ctrl_c = signal.getsignal(signal.SIGINT)  # that of :func:`stoppable` while an event loop runs
        if not callable(on_ctrl_c):  # ignored, as in a shell's background jobs
            raise KeyboardInterrupt
        on_ctrl_c(signal.SIGINT, frame)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns, run by an ``asyncio.Runner``, whose way with Ctrl-C is to cancel at the next await.

    Where that is long in coming, as it is while a data set is read, KeyboardInterrupt is raised in the middle of it.
    """
    cancel = signal.getsignal(signal.SIGINT)
    if not (_hears_signals() and callable(cancel)):  # else ignored, as in a shell's background jobs
        return await work
    ctrl_c = _CtrlC(cancel, asyncio.get_running_loop())
    signal.signal(signal.SIGINT, ctrl_c.wait)
    try:
        return await work
    finally:
        ctrl_c.end_waiting(cancel)


def _hears_signals() -> bool:
    return threading.current_thread() is threading.main_thread()


class _CtrlC:
    """The first Ctrl-C, which waits for an await, but not for long; one that comes after that takes effect at once."""

    def __init__(self, cancel: Handler, loop: asyncio.AbstractEventLoop) -> None:
        self._cancel = cancel
        self._loop = loop
        self._awaited: asyncio.Handle | None = None

    def wait(self, number: int, frame: FrameType | None) -> None:
        if self._awaited is None:
            self._awaited = self._loop.call_soon_threadsafe(self._at_an_await)
            signal.signal(signal.SIGALRM, self._break_in)
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def end_waiting(self, then: Handler) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGINT) == self.wait:  # else it has ended, and so may the runner have since
            signal.signal(signal.SIGINT, then)

    def _at_an_await(self) -> None:
        self.end_waiting(self._cancel)
        self._cancel(signal.SIGINT, None)

    def _break_in(self, number: int, frame: FrameType | None) -> None:
        self.end_waiting(signal.default_int_handler)
        if self._awaited is not None:
            self._awaited.cancel()
        raise KeyboardInterrupt
