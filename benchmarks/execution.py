"""How fast trivial solutions run in the sandbox, beside one ``python3 -I -S`` per test and beside a bare fork.

Usage: ``python benchmarks/execution.py [--rounds N] [--seconds S] [--jobs N]``; Linux only.

All subjects take turns in every round, so that other work on the machine disturbs them alike; the table shows medians
over the rounds. Ratios are taken within each round. CPU time is that of everybody involved: parent, servers, children.
"""

import asyncio
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Self

import click
from processes import cpu_seconds
from rich import box
from rich.console import Console
from rich.table import Table

from proctor.cli.options import default_jobs
from proctor.execution import Limits, Program, Status, SubprocessExecutor
from proctor.execution.isolation import plan_isolation

GOAL = 40  # times the tests per second of python3 -I -S, at level 1 with ten tests a solution
SIZES = (1, 10, 100)  # tests a solution
SOLUTION = "def f(x):\n    return x + 1\n"
PLAIN, FORK = "python3 -I -S a test", "bare fork"

# Forks and waits until it is told to stop, then says how often; with a bare server's modules, and nothing else.
FORKER = """\
import gc, os, sys, time
import proctor.execution.jail.server
gc.collect()
gc.freeze()
print(flush=True)
for line in sys.stdin:
    end, count = time.perf_counter() + float(line), 0
    while time.perf_counter() < end:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        count += 1
    print(count, flush=True)
"""


@dataclass(frozen=True)
class Sample:
    """One subject's turn in one round: solutions and CPU per second of wall time."""

    solutions_per_second: float
    cpu_ms: float
    tests: int

    @property
    def tests_per_second(self) -> float:
        """The same in tests."""
        return self.solutions_per_second * self.tests

    @property
    def cpu_ms_per_test(self) -> float:
        """CPU milliseconds."""
        return self.cpu_ms / self.tests


Work = Callable[[float], Awaitable[int]]
"""Works for some seconds and returns how many solutions it got done."""


async def measure(work: Work, seconds: float, tests: int) -> Sample:
    """One turn."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    done = await work(seconds)
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    return Sample(done / wall, 1000 * cpu / done, tests)


def sandboxed(executor: SubprocessExecutor, jobs: int, tests: int) -> Work:
    """Solutions in the sandbox, *jobs* at once, each with *tests* calls."""
    program, calls = Program(SOLUTION, "f"), [f"f({number})" for number in range(tests)]
    expected = [number + 1 for number in range(tests)]

    async def work(seconds: float) -> int:
        end, done = time.perf_counter() + seconds, 0

        async def ask() -> None:
            nonlocal done
            while time.perf_counter() < end:
                results = await executor.run_calls(program, calls, Limits())
                if [result.value for result in results if result.status is Status.COMPLETED] != expected:
                    raise click.ClickException(f"a wrong answer: {results}")
                done += 1

        await asyncio.gather(*(ask() for _ in range(jobs)))
        return done

    return work


def plain(jobs: int) -> Work:
    """An interpreter for every test, *jobs* at once; what it says is its exit status."""
    command = [sys.executable, "-I", "-S", "-c", f"{SOLUTION}assert f(1) == 2\n"]

    async def work(seconds: float) -> int:
        end, counts = time.perf_counter() + seconds, [0] * jobs

        def run(number: int) -> None:
            while time.perf_counter() < end:
                subprocess.run(command, check=True)
                counts[number] += 1

        threads = [threading.Thread(target=run, args=(number,)) for number in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts)

    return work


class Forker:
    """A warm process that forks, exits and waits."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, "-P", "-c", FORKER], stdin=pipe, stdout=pipe, text=True)
        self.said()

    def tell(self, seconds: float) -> None:
        """Let it work that long."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{seconds}\n")
            self._process.stdin.flush()

    def said(self) -> str:
        """Its next line."""
        return self._process.stdout.readline() if self._process.stdout is not None else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def forking(forkers: list[Forker]) -> Work:
    """Fork, exit and wait, in every one of *forkers* at once."""

    async def work(seconds: float) -> int:
        for forker in forkers:
            forker.tell(seconds)
        return sum(int(forker.said()) for forker in forkers)

    return work


Samples = dict[tuple[str, int], list[Sample]]


async def run(rounds: int, seconds: float, jobs: int) -> Samples:
    """Let all subjects take turns; the first round warms up and does not count."""
    samples: Samples = defaultdict(list)
    async with contextlib.AsyncExitStack() as stack:
        subjects: dict[tuple[str, int], Work] = {}
        forkers = [stack.enter_context(Forker()) for _ in range(jobs)]
        subjects[FORK, 1] = forking(forkers)
        subjects[PLAIN, 1] = plain(jobs)
        for level in (1, 2, 3):
            if plan_isolation(level).level != level:
                continue
            executor = await stack.enter_async_context(SubprocessExecutor(jobs, strongest_level=level))
            subjects |= {(f"level {level}", tests): sandboxed(executor, jobs, tests) for tests in SIZES}
        for number in range(rounds + 1):
            for (name, tests), work in subjects.items():
                sample = await measure(work, seconds if number else min(seconds, 0.2), tests)
                if number:
                    samples[name, tests].append(sample)
    return samples


def table_of(samples: Samples) -> Table:
    """Medians, and the ratios to ``python3 -I -S``."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for header in ("tests a\nsolution", "solutions/s", "tests/s", "CPU ms\na solution", "CPU ms\na test"):
        table.add_column(header, justify="right")
    table.add_column("tests/s over\npython3 -I -S", justify="right")
    table.add_column("CPU a test\nunder it", justify="right")
    for (name, tests), turns in samples.items():
        more, less = ratios(samples, name, tests)
        cells = (
            f"{_median(turn.solutions_per_second for turn in turns):,.0f}",
            f"{_median(turn.tests_per_second for turn in turns):,.0f}",
            f"{_median(turn.cpu_ms for turn in turns):.2f}",
            f"{_median(turn.cpu_ms_per_test for turn in turns):.3f}",
            f"{more:.1f} times",
            f"{less:.1f} times",
        )
        table.add_row(name, str(tests), *cells, end_section=tests == SIZES[-1] or name == PLAIN)
    return table


def ratios(samples: Samples, name: str, tests: int) -> tuple[float, float]:
    """How many times the tests per second, and how many times less CPU a test, than one interpreter per test."""
    pairs = list(zip(samples[name, tests], samples[PLAIN, 1], strict=True))
    more = _median(turn.tests_per_second / other.tests_per_second for turn, other in pairs)
    return more, _median(other.cpu_ms_per_test / turn.cpu_ms_per_test for turn, other in pairs)


def _median(values: Iterable[float]) -> float:
    return statistics.median(list(values))


@click.command(context_settings={"show_default": True})
@click.option("--rounds", type=click.IntRange(min=1), default=5, help="Turns of every subject.")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=1.0, help="Length of a turn.")
@click.option("--jobs", type=click.IntRange(min=1), default=default_jobs, help="Programs at once.")
def main(rounds: int, seconds: float, jobs: int) -> None:
    """Measure, and print the table."""
    console = Console(highlight=False, width=110)
    before = os.getloadavg()[0]
    samples = asyncio.run(run(rounds, seconds, jobs))
    console.print(table_of(samples))
    console.print(
        f"{time.strftime('%Y-%m-%d')}: {os.cpu_count()} processors, Linux {platform.release()}, "
        f"Python {platform.python_version()}; {jobs} at once, medians of {rounds} rounds of {seconds:g} s; "
        f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    )
    if ("level 1", 10) in samples:
        more, less = ratios(samples, "level 1", 10)
        met = "met" if more >= GOAL else "not met"
        console.print(
            f"level 1, 10 tests: {more:.1f} times the tests a second of {PLAIN} (goal {GOAL}: {met}), "
            f"with {less:.1f} times less CPU a test"
        )


if __name__ == "__main__":
    main()
