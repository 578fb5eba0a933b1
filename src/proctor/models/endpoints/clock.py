"""Time as the waiting here sees it, so that tests need not wait."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A clock that can be waited by."""

    def now(self) -> float:
        """Seconds since some moment; never less than before."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Really wait."""
        await asyncio.sleep(seconds)
