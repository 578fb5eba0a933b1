"""Does the sandbox hold out: many solutions, hostile ones among them, a parent that is killed, a machine that is busy?

Usage: ``python benchmarks/soak.py [--solutions N] [--strongest-level L] [--attacks | --kill | --load]``; Linux only.
Exits with status 1 when a promise is broken: more than 150 MB, memory that grows, a fork server restarted, a process or
descriptor left, a wrong answer, verdicts that differ under load.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from processes import adopt_orphans, command_of, descendants, open_descriptors, rss_mb

from proctor.cli.options import default_jobs
from proctor.errors import ExecutionError
from proctor.execution import Limits, Program, Status, SubprocessExecutor

MOST_MB, MOST_GROWTH_MB = 150, 16
QUICK = Limits(cpu_seconds=0.2, total_cpu_seconds=0.4, memory_mb=256, wall_extra_seconds=1.0)

# Small and various; the full battery is tests/attacks.
ATTACKS = (
    "import os\ndef f(x):\n    os._exit(0)",
    "import sys\ndef f(x):\n    sys.exit(0)",
    "def f(x):\n    while True: pass",
    "import ctypes\ndef f(x):\n    ctypes.string_at(0)",
    "def f(x):\n    grown = []\n    while True: grown.append(bytearray(1 << 20))",
    "def f(x):\n    while True: print('x' * 10**6)",
    "def f(x):\n    return 'x' * 10**7",
    "import os\ndef f(x):\n    while True: os.fork()",
    "import os\ndef f(x):\n    os.kill(os.getppid(), 9); os.kill(-1, 9)",
    "import os\nos.write(3, b'\\0\\0\\0\\2{}' * 1000)\ndef f(x):\n    return x",
    "import os\nos.closerange(0, 64)\ndef f(x):\n    return x",
    "import threading, time\ndef f(x):\n    for _ in range(100):\n"
    "        threading.Thread(target=time.sleep, args=(9,)).start()\n    return x",
    "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return f(x) + 1",
    "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
    "    except (OSError, ValueError): pass\ndef f(x):\n    while True: pass",
    "def f(x):\n    for n in range(10**6):\n        open(str(n), 'w').write('x' * 10**5)",
    "import atexit, os, sys\natexit.register(os.abort)\nsys.modules.clear()\ndef f(x):\n    return x",
)

# What a program near its limit uses, in shares of the limit, and how it must end.
SHARES = {0.3: Status.COMPLETED, 0.6: Status.COMPLETED, 0.8: Status.COMPLETED, 0.9: Status.COMPLETED,
          1.2: Status.TIMEOUT, 1.5: Status.TIMEOUT}  # fmt: skip
BURN = "import time\ndef f(seconds):\n    while time.process_time() < seconds: pass\n    return 1\n"


class Promises:
    """Counts those that were broken, and says so."""

    def __init__(self) -> None:
        self.broken = 0

    def check(self, holds: bool, what: str) -> None:
        """Print whether *what* holds."""
        self.broken += not holds
        click.echo(f"{click.style('ok', 'green') if holds else click.style('BROKEN', 'red')}  {what}")

    def nobody_is_left(self, when: str) -> None:
        """No process below this one runs a second later."""
        start = time.perf_counter()
        while descendants() and time.perf_counter() - start < 1:
            time.sleep(0.005)
        left = [f"{pid} {command_of(pid)}" for pid in descendants()]
        told = "; ".join(left) if left else f"the last had gone within {1000 * (time.perf_counter() - start):.0f} ms"
        self.check(not left, f"{when}: {len(left)} processes left; {told}")


# ---- many solutions


async def soak(promises: Promises, solutions: int, jobs: int, level: int, *, attacks: bool) -> None:
    """Run them all, and look at memory, servers, descriptors and answers."""
    before = open_descriptors()
    async with SubprocessExecutor(jobs=jobs, strongest_level=level) as executor:
        click.echo(f"isolation level {executor.isolation['level']}, {solutions:,} solutions, {jobs} at once")
        kinds = [Program(f"{line}def f():\n    return 1\n", "f") for line in ("", "import math\n")] * jobs
        await asyncio.gather(*(executor.run_calls(kind, ["f()"], Limits()) for kind in kinds))  # starts every server
        servers, memory = executor.server_pids(), list[float]()
        numbers, wrong, ends = iter(range(solutions)), list[str](), Counter[str]()
        start = time.perf_counter()

        async def ask() -> None:
            for number in numbers:
                if number % max(1, solutions // 10) == 0:
                    memory.append(rss_mb())
                    click.echo(f"{number:>8,} solutions  {memory[-1]:6.1f} MB")
                hostile = attacks and number % 10 == 9
                told = await (_attack(executor, number) if hostile else _solve(executor, number))
                if hostile:
                    ends[told] += 1
                elif told:
                    wrong.append(told)

        await asyncio.gather(*(ask() for _ in range(jobs)))
        seconds = time.perf_counter() - start
        memory.append(rss_mb())
        click.echo(f"{solutions:>8,} solutions  {memory[-1]:6.1f} MB, {solutions / seconds:,.0f} a second")
        if attacks:
            click.echo("attacks ended as " + ", ".join(f"{name} {count}" for name, count in ends.most_common()))
            promises.check(not ends["ours"], f"{ends['ours']} attacks made the sandbox itself fail")
        promises.check(not wrong, f"{len(wrong)} wrong answers{': ' if wrong else ''}{'; '.join(wrong[:3])}")
        promises.check(executor.server_pids() == servers, "no fork server was restarted")
    promises.check(max(memory) < MOST_MB, f"at most {max(memory):.1f} MB (limit {MOST_MB})")
    growth = memory[-1] - memory[1]
    promises.check(growth < MOST_GROWTH_MB, f"{growth:+.1f} MB since the first tenth (limit {MOST_GROWTH_MB})")
    promises.check(open_descriptors() == before, f"{open_descriptors()} files open, {before} before")
    promises.nobody_is_left("afterwards")


async def _solve(executor: SubprocessExecutor, number: int) -> str:
    """A solution that nobody else has, so that a mixed-up answer shows; empty when it was right."""
    program = Program(f"def f(x):\n    return x + {number}\n", "f")
    (result,) = await executor.run_calls(program, ["f(1)"], QUICK)
    is_right = result.status is Status.COMPLETED and result.value == number + 1
    return "" if is_right else f"solution {number}: {result.status} {result.value!r} {result.error or ''}"


async def _attack(executor: SubprocessExecutor, number: int) -> str:
    """How it ended; ``ours`` when the sandbox itself failed, which no program may bring about."""
    try:
        (result,) = await executor.run_calls(Program(ATTACKS[number // 10 % len(ATTACKS)], "f"), ["f(1)"], QUICK)
    except ExecutionError as error:
        click.echo(f"attack {number // 10 % len(ATTACKS)}: {error}", err=True)
        return "ours"
    return result.status


# ---- a parent that is killed


def kill_in_the_middle(promises: Promises, jobs: int, level: int) -> None:
    """Start this program again, kill it while solutions run, and see what of it is still there after a second."""
    adopt_orphans()
    command = [sys.executable, __file__, "--solutions", "1000000", "--attacks"]
    command += ["--jobs", str(jobs), "--strongest-level", str(level)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        time.sleep(3)
        running = [pid for pid in descendants() if pid != child.pid]
        promises.check(len(running) > jobs, f"{len(running)} processes ran below the parent when it was killed")
        child.send_signal(signal.SIGKILL)
    promises.nobody_is_left("after SIGKILL")


# ---- a machine that is busy


async def compare_under_load(promises: Promises, jobs: int, level: int, *, limit: float, copies: int) -> None:
    """The verdicts of one batch near its CPU limit: with the processors idle, and with all of them kept busy."""
    cores = len(os.sched_getaffinity(0))
    idle, seconds = await _batch(jobs, level, limit, copies)
    click.echo(f"idle: {len(idle)} programs in {seconds:.1f} s, load {os.getloadavg()[0]:.1f}")
    with busy_processors(2 * cores):
        loaded, seconds = await _batch(jobs, level, limit, copies)
    click.echo(f"with {2 * cores} busy processes on {cores} processors: {seconds:.1f} s, load {os.getloadavg()[0]:.1f}")
    for name, found in (("idle", idle), ("loaded", loaded)):
        wrong = Counter(f"{share:g} of the limit: {status}" for share, status in found if status is not SHARES[share])
        promises.check(not wrong, f"{name}: every program near its limit got its verdict {dict(wrong) or ''}")
    promises.check(idle == loaded, "the verdicts are the same")
    promises.nobody_is_left("afterwards")


async def _batch(jobs: int, level: int, limit: float, copies: int) -> tuple[list[tuple[float, Status]], float]:
    limits = Limits(cpu_seconds=limit, total_cpu_seconds=4 * limit)
    shares = [share for _ in range(copies) for share in SHARES]

    async def one(executor: SubprocessExecutor, share: float) -> tuple[float, Status]:
        (result,) = await executor.run_calls(Program(BURN, "f"), [f"f({share * limit})"], limits)
        return share, result.status

    start = time.perf_counter()
    async with SubprocessExecutor(jobs=jobs, strongest_level=level) as executor:
        found = await asyncio.gather(*(one(executor, share) for share in shares))
    return found, time.perf_counter() - start


@contextmanager
def busy_processors(count: int) -> Iterator[None]:
    """That many processes that compute until the block is left.

    Each has a session of its own, as fork servers have: the kernel shares processors out among sessions first.
    """
    command = [sys.executable, "-I", "-S", "-c", "while True: pass"]
    busy = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


@click.command(context_settings={"show_default": True})
@click.option("--solutions", type=click.IntRange(min=10), default=20_000, help="Trivial solutions.")
@click.option("--jobs", type=click.IntRange(min=1), default=default_jobs, help="Solutions at once.")
@click.option("--strongest-level", type=click.IntRange(1, 3), default=1, help="The strongest isolation that is used.")
@click.option("--attacks", is_flag=True, help="Every tenth solution is hostile.")
@click.option("--kill", is_flag=True, help="Kill the parent in the middle instead, and see what is left.")
@click.option("--load", is_flag=True, help="Compare verdicts near the CPU limit, idle and loaded, instead.")
@click.option("--limit", type=float, default=0.5, help="With --load: the CPU limit of a test, in seconds.")
@click.option("--copies", type=int, default=4, help="With --load: programs of every kind.")
def main(
    solutions: int, jobs: int, strongest_level: int, attacks: bool, kill: bool, load: bool, limit: float, copies: int
) -> None:
    """Run one of the checks."""
    promises = Promises()
    if kill:
        kill_in_the_middle(promises, jobs, strongest_level)
    elif load:
        asyncio.run(compare_under_load(promises, jobs, strongest_level, limit=limit, copies=copies))
    else:
        adopt_orphans()
        asyncio.run(soak(promises, solutions, jobs, strongest_level, attacks=attacks))
    sys.exit(1 if promises.broken else 0)


if __name__ == "__main__":
    main()
