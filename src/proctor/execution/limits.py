"""What a program may use up, and what happens when it does.

=================== ======= ======================= ==============================================
limit               unit    default                 what the program sees
=================== ======= ======================= ==============================================
cpu_seconds         s       5 for every test        SIGKILL; verdict TIMEOUT
total_cpu_seconds   s       30 for every solution   SIGXCPU, then SIGKILL; verdict TIMEOUT
wall_seconds        s       2 x cpu_seconds + 3     SIGKILL; verdict TIMEOUT
memory_mb           MiB     1024 above the server's MemoryError; verdict MEMORY_LIMIT
output_bytes        bytes   1 MiB for each stream   OSError EFBIG; verdict OUTPUT_LIMIT
value_bytes         bytes   4 MiB for each value    nothing; verdict OUTPUT_LIMIT
timeouts            tests   2 for every solution    the tests after them are not run; verdict TIMEOUT
=================== ======= ======================= ==============================================

Time is judged by the CPU that the program used, so that a loaded machine does not turn a pass into a timeout; the
wall clock is a backstop for programs that sleep or wait: one that computes may overrun it tenfold.
"""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Limits of one run; units and defaults in the module's table."""

    cpu_seconds: float = 5.0
    total_cpu_seconds: float = 30.0
    memory_mb: int = 1024
    output_bytes: int = 1 << 20
    value_bytes: int = 4 << 20
    timeouts: int = 2
    wall_factor: float = 2.0
    wall_extra_seconds: float = 3.0

    @property
    def wall_seconds(self) -> float:
        """Longest time without progress, generous on purpose: only sleepers should meet it."""
        return self.wall_factor * self.cpu_seconds + self.wall_extra_seconds
