"""Runs one request on the service's machine: forks a child for the solution, watches it, and hands on what it left.

Standard input: a request's header and body (:mod:`proctor.execution.jail.protocol`), and its end once ``+`` was told.
Standard output: ``+`` before the solution's turn comes, then an answer's header and the three files. It looks into none
of them.

Usage: ``python runner.py SECONDS``, the longest that the run may take, beside the limits in the request.
"""

import contextlib
import ctypes
import fcntl
import mmap
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from typing import NoReturn

from proctor.execution.jail import child
from proctor.execution.jail.protocol import REQUEST_BYTES, Answer, Request
from proctor.execution.jail.timekeeping import Timekeeper

_LOOK_SECONDS = 0.005  # between two looks at a child that runs
_OPEN_FILES = 64
_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run what stands on standard input."""
    _die_with_parent()
    request = Request.unpack(sys.stdin.buffer.read(REQUEST_BYTES))
    body = sys.stdin.buffer.read(request.body_bytes)
    longest = float(sys.argv[1])
    sys.path.pop(0)  # the folder of our own modules, which are loaded now, is none of a solution's
    files = [_new_file() for _ in range(3)]
    started = mmap.mmap(-1, 1)  # shared with the child: set when the solution's turn begins
    os.write(1, b"+")
    sys.stdin.buffer.read()  # ends when our caller has passed that on
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _become_child(request, body, files, started)
    killed, status, usage = _watch(pid, request, files[0], longest)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)  # whatever the solution started and left running
    began = bool(started[0])
    if not began and os.waitstatus_to_exitcode(status) != child.PRELUDE_FAILED:  # ours, and no verdict
        said = os.pread(files[2], 4096, 0).decode("utf-8", "replace").strip()
        raise RuntimeError(f"the child ended with status {status} before its solution began: {said[-500:]}")
    _hand_on(request, files, (killed, status, usage), time.monotonic() - start, began=began)


def _hand_on(
    request: Request,
    files: list[int],
    end: tuple[bool, int, resource.struct_rusage],
    wall_seconds: float,
    *,
    began: bool,
) -> None:
    killed, status, usage = end
    caps = (request.result_bytes, request.output_bytes, request.output_bytes)
    results, stdout, stderr = [min(os.fstat(file).st_size, cap) for file, cap in zip(files, caps, strict=True)]
    rss = usage.ru_maxrss * (1024 if _LINUX else 1)
    cpu_seconds = usage.ru_utime + usage.ru_stime
    answer = Answer(killed, status, cpu_seconds, wall_seconds, rss, results, stdout, stderr, began)
    with open(1, "wb", closefd=False) as out:
        out.write(answer.pack())
        for file, size in zip(files, (results, stdout, stderr), strict=True):
            out.write(os.pread(file, size, 0))


def _new_file() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _become_child(request: Request, body: bytes, files: list[int], started: mmap.mmap) -> NoReturn:
    """Everything between the fork and the solution."""

    def begin() -> None:
        started[0] = 1
        started.close()

    status = child.HARNESS_FAILED
    try:
        os.setsid()
        _die_with_parent()
        _arrange_descriptors(files)
        child.prepare()
        _limit(request)
        status = child.run(body, begin)
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(status)


def _die_with_parent() -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _arrange_descriptors(files: list[int]) -> None:
    """0 reads nothing, 1 and 2 are the outputs, 3 the results; nothing else stays open."""
    results, stdout, stderr = files
    # first out of the way of the numbers that are to be taken, then into place
    parked = [
        fcntl.fcntl(file, fcntl.F_DUPFD, 32) for file in (os.open(os.devnull, os.O_RDONLY), stdout, stderr, results)
    ]
    for target, file in enumerate(parked):
        os.dup2(file, target)
    os.closerange(len(parked), 256)


def _limit(request: Request) -> None:
    limits = [
        (resource.RLIMIT_CPU, request.total_cpu_seconds, request.total_cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, max(request.output_bytes, request.result_bytes), None),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, None),
    ]
    if _LINUX:
        with open("/proc/self/statm", encoding="ascii") as statm:
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        limits.append((resource.RLIMIT_AS, mapped + request.memory_bytes, None))
    for kind, soft, hard in limits:
        resource.setrlimit(kind, (soft, soft if hard is None else hard))


def _watch(pid: int, request: Request, results: int, longest: float) -> tuple[bool, int, resource.struct_rusage]:
    """Wait for the child's end; kill it when a step takes too long. A step ends with a frame.

    Returns:
        Whether it was killed, its wait status and what it used.
    """
    timekeeper, start = Timekeeper(request, pid, results), time.monotonic()
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return False, status, usage
        if time.monotonic() - start > longest or timekeeper.is_over():
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return True, status, usage
        time.sleep(_LOOK_SECONDS)


if __name__ == "__main__":
    main()
