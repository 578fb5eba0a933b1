"""What every attack is held against: nothing may be left of it, and the next solution must not notice it."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from conftest import Sandbox
from proctor.execution import Limits
from proctor.execution.fork_server import first_jail_user

SMALL = Limits(cpu_seconds=0.5, total_cpu_seconds=1.5, memory_mb=150, wall_extra_seconds=0.5)

NATIVE = """
import ctypes, os, struct, sys, tempfile
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "denied")
    return result
"""
FRAMES = """
import json, os, struct
def raw(data):
    view = memoryview(struct.pack("!I", len(data)) + data)
    while view:
        view = view[os.write(3, view):]
def frame(**message):
    raw(json.dumps(message).encode())
"""
READY = FRAMES + "frame(i=-1, part='ready')\n"

KNOWN_GAPS: dict[str, str] = {}
"""Attacks of which the sandbox is not yet safe, and why."""


def cases(table: Mapping[str, object]) -> list[ParameterSet]:
    """The rows of a table of attacks as a test's parameters; each known gap must show itself until it is closed."""
    rows = []
    for name, row in table.items():
        marks = [pytest.mark.xfail(strict=True, reason=KNOWN_GAPS[name])] if name in KNOWN_GAPS else []
        rows.append(pytest.param(*(row if isinstance(row, tuple) else (row,)), id=name, marks=marks))
    return rows


_JAIL_USERS = range(first_jail_user(os.getpid()), first_jail_user(os.getpid()) + 256)
_NEXT_SOLUTION = """
import os, tempfile
def f():
    left = []
    for folder, folders, files in os.walk(tempfile.gettempdir()):
        left += [os.path.join(folder, name) for name in folders + files]
    return [len("ok"), sorted(left)]
"""
_NEXT_WITHOUT_FILES = "def f():\n    return [len('ok'), []]"


@dataclass(frozen=True)
class Traces:
    """What an attack could leave behind or break.

    Attributes:
        servers: Process ids of the servers; others after an attack mean that it ended one.
        processes: Ours and orphans of the jail's users.
        descriptors: How many this process has open.
        next_solution: What a harmless solution gives: a number, and the files that it finds.
    """

    servers: list[int]
    processes: set[int]
    descriptors: int
    next_solution: object


def traces(sandbox: Sandbox) -> Traces:
    """Run a harmless solution, and look around."""
    code = _NEXT_SOLUTION if sandbox.executor.isolation["scratch"] else _NEXT_WITHOUT_FILES
    sandbox.call("def f():\n    return 1")  # the bare server is there from the start, as the warm one is
    answer = sandbox.call(code).value
    descriptors = len(os.listdir("/proc/self/fd"))
    return Traces(sandbox.executor.server_pids(), _processes(), descriptors, answer)


@contextlib.contextmanager
def unharmed(sandbox: Sandbox) -> Iterator[None]:
    """Whatever runs within leaves no process, file or descriptor, no ended server and no harm for the next solution."""
    before = traces(sandbox)
    yield
    deadline = time.monotonic() + 2
    while (harm := _differences(before, traces(sandbox))) and time.monotonic() < deadline:
        pass  # what is ended by a signal may take a moment to go, and so may another test session's processes
    assert not harm, harm


def _differences(before: Traces, after: Traces) -> dict[str, object]:
    """What is otherwise now; a process that has gone was another test session's."""
    left = after.processes - before.processes
    pairs = {name: (vars(before)[name], vars(after)[name]) for name in ("servers", "descriptors", "next_solution")}
    changed: dict[str, object] = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return changed | ({"processes left": left} if left else {})


def _processes() -> set[int]:
    """Living processes that come from this one, and those of the jail's users whose parent is gone."""
    parents: dict[int, int] = {}
    orphans = set()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            user = folder.stat().st_uid
        except OSError:  # it ended meanwhile
            continue
        if state not in "ZX":
            parents[int(folder.name)] = int(parent)
            if parent == "1" and user in _JAIL_USERS:
                orphans.add(int(folder.name))
    return {pid for pid in parents if _descends(pid, parents)} | orphans


def _descends(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == os.getpid():
            return True
    return False
