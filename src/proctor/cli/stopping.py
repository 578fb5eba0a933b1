"""Stop a long command cleanly, whether by Ctrl-C or by SIGTERM."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130  # what a shell reports of a program that Ctrl-C ended


@contextmanager
def terminated_like_ctrl_c() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, with everything saved."""

    def stop(number: int, frame: FrameType | None) -> None:
        on_ctrl_c = signal.getsignal(signal.SIGINT)  # asyncio's own while it runs: it cancels, and raises at the end
        if not callable(on_ctrl_c):  # ignored, as in a shell's background jobs
            raise KeyboardInterrupt
        on_ctrl_c(signal.SIGINT, frame)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
