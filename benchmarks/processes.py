"""What the kernel says of this process and all that it started: CPU time, memory, who is still there. Linux only."""

import ctypes
import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none is lost from sight."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(*, zombies: bool = False) -> dict[int, list[str]]:
    """The fields of ``/proc/PID/stat`` from the state on, of every process below this one; zombies only when asked."""
    stats = {pid: fields for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if (fields := _stat(pid))}
    family = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, fields in stats.items() if int(fields[1]) in family} - family
        family |= more
        grown = bool(more)
    family.remove(os.getpid())
    return {pid: stats[pid] for pid in sorted(family) if zombies or stats[pid][0] != "Z"}


def cpu_seconds() -> float:
    """CPU time of this process, of those below it and of all that they have waited for; ticks of 10 ms."""
    own = _stat(os.getpid())
    return sum(_ticks(fields) for fields in [own, *descendants(zombies=True).values()]) / _TICKS


def command_of(pid: int) -> str:
    """The command line of a process, shortened."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:100]
    except OSError:
        return ""


def rss_mb() -> float:
    """Memory of this process that is in RAM, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def open_descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd")) - 1  # the listing's own


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended since it was listed
        return []


def _ticks(fields: list[str]) -> int:
    return sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
