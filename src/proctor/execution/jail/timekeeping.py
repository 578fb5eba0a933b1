"""Judge whether a child has taken too long, by its CPU time and, where it hardly computes, by the wall clock."""

import os
import sys
import time

from proctor.execution.jail.protocol import FRAME_HEAD, Request

_LINUX = sys.platform == "linux"
_IDLE_SHARE = 0.1  # a program that uses less of a processor sleeps or waits
_LOAD_FACTOR = 10  # by how much the wall clock may overrun its limit for the sake of one that computes


class Timekeeper:
    """Watches one child from its fork on; a step ends with a frame.

    Args:
        request: Whose limits hold.
        pid: The child.
        results: The file that it writes frames to.
    """

    def __init__(self, request: Request, pid: int, results: int) -> None:
        self._request = request
        self._clock = (~pid << 3) | 2  # Linux numbers a process's clock by the process (clock_getcpuclockid(3))
        self._frames = _FrameCounter(results)
        self._start = self._step_start = time.monotonic()
        self._step_cpu = 0.0

    def is_over(self) -> bool:
        """Whether the present step, or the whole run, has taken too long."""
        cpu, now = self._cpu_seconds(), time.monotonic()
        if self._frames.advanced():
            self._step_cpu, self._step_start = cpu, now
        step_cpu, step_wall = cpu - self._step_cpu, now - self._step_start
        return (
            step_cpu > self._request.step_cpu_seconds
            or _waits(step_cpu, step_wall, self._request.step_wall_seconds)
            # frames of its own making do not buy a solution more than this
            or _waits(cpu, now - self._start, self._request.total_wall_seconds)
        )

    def _cpu_seconds(self) -> float:
        if not _LINUX:  # RLIMIT_CPU and the wall clock are what is left
            return 0.0
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0


def _waits(cpu: float, wall: float, limit: float) -> bool:
    """Whether *wall* is over its limit, which counts in full only for a program that hardly computes.

    One that computes on a loaded machine is judged by its CPU time, however long it has to wait for the processor.
    """
    return wall > limit * (1 if cpu < _IDLE_SHARE * wall else _LOAD_FACTOR)


class _FrameCounter:
    """Tells from lengths alone, without reading any frame, whether the child has finished another step."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._at = 0

    def advanced(self) -> bool:
        size, before = os.fstat(self._file).st_size, self._at
        while self._at + FRAME_HEAD.size <= size:
            head = os.pread(self._file, FRAME_HEAD.size, self._at)
            if len(head) < FRAME_HEAD.size:
                break
            after = self._at + FRAME_HEAD.size + FRAME_HEAD.unpack(head)[0]
            if after > size:
                break
            self._at = after
        return self._at > before
