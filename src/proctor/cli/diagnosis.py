"""What ``proctor doctor`` finds out about this machine and the sandbox on it."""

import asyncio
import getpass
import os
import platform
import sys
from dataclasses import dataclass, field
from typing import Any

import proctor
from proctor.cli.options import processors
from proctor.cli.self_test import QUICK, Trial, solutions_per_second, try_attacks
from proctor.errors import ExecutionError
from proctor.execution import Limits, Program, SubprocessExecutor
from proctor.execution.isolation import plan_isolation
from proctor.execution.jail import landlock, seccomp

# What a solution might do, and whether it is kept from it at the levels 1, 2 and 3.
COVERAGE = (
    ("read your files, or the answers of a data set", (True, True, False)),
    ("write, rename or remove a file outside of its scratch folder", (True, True, False)),
    ("use the network", (True, True, False)),
    ("start, signal, trace or re-limit a process", (True, True, False)),
    ("read an earlier solution, or leave something for a later one", (True, True, False)),
    ("become root", (True, True, True)),
    ("use more than its limits of CPU time, memory and output", (True, True, True)),
    ("get out by a hole in Landlock or seccomp alone", (True, False, False)),
    ("see the system's libraries and the interpreter's packages", (False, False, False)),
    ("use a bug of the kernel, or a side channel of the machine", (False, False, False)),
)

LIMITS = {
    "cpu_seconds": ("CPU time, a test", "s", "SIGKILL; TIMEOUT"),
    "total_cpu_seconds": ("CPU time, a solution", "s", "SIGKILL; TIMEOUT"),
    "wall_seconds": ("wall time, of a sleeper", "s", "SIGKILL; TIMEOUT"),
    "timeouts": ("timeouts, a solution", "tests", "nothing: not run; TIMEOUT"),
    "memory_mb": ("memory", "MB", "MemoryError; MEMORY_LIMIT"),
    "output_bytes": ("output, each stream", "bytes", "OSError EFBIG; OUTPUT_LIMIT"),
    "value_bytes": ("a value, as JSON", "bytes", "nothing; OUTPUT_LIMIT"),
}
"""From a field of :class:`Limits` to what it limits, its unit, and what the program sees; then the verdict."""

_OPEN_FILES = "import resource\ndef f():\n    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]\n"


@dataclass
class Diagnosis:
    """All that ``proctor doctor`` says; ``--json`` prints it with these names.

    Attributes:
        proctor: Its version.
        level: The isolation level that solutions run at; None when the sandbox does not start.
        reasons: For every stronger level, why it is not reached.
        covered: What a solution is kept from at that level, and what not.
        isolation: The level's parts, as every grade records them.
        machine: Kernel, Landlock ABI (0 for none), seccomp, bubblewrap, user, processors.
        python: The interpreter that runs solutions.
        limits: Every limit: what, unit, default, on_reaching.
        attacks: The self-test.
        solutions_per_second: Of trivial ones, with ``jobs`` at once.
        jobs: Solutions that ran at once.
        error: Why the sandbox does not start, if it does not.
    """

    proctor: str
    level: int | None
    reasons: dict[int, str]
    machine: dict[str, Any]
    python: dict[str, str | None]
    jobs: int
    covered: dict[str, bool] = field(default_factory=dict)
    isolation: dict[str, Any] = field(default_factory=dict)
    limits: list[dict[str, Any]] = field(default_factory=list)
    attacks: list[Trial] = field(default_factory=list)
    solutions_per_second: float | None = None
    error: str | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the sandbox starts and keeps what its level promises."""
        return self.error is None and all(trial.is_fine for trial in self.attacks)


def diagnose(*, strongest_level: int, jobs: int, python: str | None) -> Diagnosis:
    """Look, start the sandbox, attack it, time it: some three seconds."""
    plan = plan_isolation(strongest_level)
    found = Diagnosis(
        proctor=proctor.__version__,
        level=None,
        reasons=plan.reasons,
        machine=_machine(plan.version),
        python={"path": python or sys.executable, "version": None},
        jobs=jobs,
        limits=_limits(),
    )
    try:
        asyncio.run(_try_out(found, SubprocessExecutor(jobs=jobs, strongest_level=strongest_level, python=python)))
    except ExecutionError as error:
        found.error = str(error)
    return found


async def _try_out(found: Diagnosis, executor: SubprocessExecutor) -> None:
    async with executor:
        found.isolation = executor.isolation
        found.level = level = int(found.isolation["level"])
        found.python["version"] = found.isolation.get("python")
        found.covered = {what: held[level - 1] for what, held in COVERAGE}
        found.limits.append(await _open_files(executor))
        found.solutions_per_second = round(await solutions_per_second(executor, jobs=found.jobs), 1)
        found.attacks = await try_attacks(executor)


def _machine(bubblewrap: str | None) -> dict[str, Any]:
    on_linux = platform.system() == "Linux"
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "processors": processors(),
        "landlock": landlock.abi(),
        "seccomp": on_linux and seccomp.is_supported(),
        "bubblewrap": bubblewrap,
        "user": _user(),
        "uid": os.getuid(),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a uid without a name, as containers give
        return ""


def _limits() -> list[dict[str, Any]]:
    defaults = Limits()
    return [
        {"what": what, "unit": unit, "default": getattr(defaults, name), "on_reaching": seen}
        for name, (what, unit, seen) in LIMITS.items()
    ]


async def _open_files(executor: SubprocessExecutor) -> dict[str, Any]:
    """The limit on them, which no option changes, as a solution reads it."""
    (result,) = await executor.run_calls(Program(_OPEN_FILES, "f"), ["f()"], QUICK)
    return {"what": "open files", "unit": "descriptors", "default": result.value, "on_reaching": "OSError EMFILE"}
