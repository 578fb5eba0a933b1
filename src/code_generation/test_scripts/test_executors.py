"""Run the same small programs in every executor that can be had here, and hold what comes of each against its due.

Usage: ``python -m code_generation.test_scripts.test_executors [--base-url URL]``

The subprocess executor is tried at every isolation level of this machine, the Together executor where
``TOGETHER_API_KEY`` is set.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from code_generation.executor import ExecutionResult, Executor, Limits, SubprocessExecutor, TogetherExecutor
from code_generation.test_scripts.tables import closing_line, new_console, new_table, one_line_errors
from proctor.errors import ExecutionError
from proctor.execution import Program, Status
from proctor.execution.isolation import plan_isolation
from proctor.execution.jail.values import render
from proctor.execution.together.client import BASE_URL

__test__ = False  # pytest: a command, not a module of tests

QUICK = Limits(cpu_seconds=1.0, total_cpu_seconds=4.0, memory_mb=256, wall_extra_seconds=0.5)
TOGETHER = "Together"
KEY_VARIABLE = "TOGETHER_API_KEY"
STATUS = "Exits with status 1 when one ends otherwise than it should."


@dataclass(frozen=True)
class Trial:
    """One program, asked one thing: calls, a run as a script, or an assertion.

    Attributes:
        what: For people.
        expected: What each call or the script or the assertion comes to, as :func:`_told` words it.
        code: The program.
        calls: Call texts; none for a script or an assertion.
        stdin: Of a script.
        assertion: Statements that use ``f``.
        fresh: A process for every call.
    """

    what: str
    expected: Sequence[str]
    code: str
    calls: Sequence[str] = ("f()",)
    stdin: str | None = None
    assertion: str | None = None
    fresh: bool = False


COUNTER = "n = []\ndef f():\n    n.append(1)\n    return len(n)"
TRIALS = (
    Trial("plain values", ["(1, {2: None})", "'ab'"], "def f(x): return x", ["f((1, {2: None}))", "f('a' + 'b')"]),
    Trial("calls share a process", ["1", "2"], COUNTER, ["f()", "f()"]),
    Trial("a process for every call", ["1", "1"], COUNTER, ["f()", "f()"], fresh=True),
    Trial("an exception", [Status.RAISED], "def f(): return 1 / 0"),
    Trial("a syntax error", [Status.COMPILE_ERROR], "def f(:"),
    Trial("no such function", [Status.NO_ENTRY_POINT], "def g(): pass"),
    Trial(
        "an exit, and on to the next call",
        [f"{Status.EXITED}, status 0", "2"],
        "import os\ndef f(x): return x if x > 1 else os._exit(0)",
        ["f(1)", "f(2)"],
    ),
    Trial("no end", [Status.TIMEOUT], "def f():\n    while True: pass"),
    Trial("too much memory", [Status.MEMORY_LIMIT], "def f(): return bytearray(4 << 30)"),
    Trial("too much output", [Status.OUTPUT_LIMIT], "def f():\n    while True: print('x' * 10_000)"),
    Trial("no plain value", [Status.UNSUPPORTED_VALUE], "def f(): return f"),
    Trial("a crash", [f"{Status.CRASHED}, status -11"], "import ctypes\ndef f(): ctypes.string_at(0)"),
    Trial("a forged answer", [Status.CRASHED], "import os\ndef f():\n    os.write(3, b'forged')\n    return 1"),
    Trial("a script", ["'abab\\n', status 0"], "print(input() * 2)", (), stdin="ab\n"),
    Trial("a script that fails", ["'out\\n', status 1"], "print('out')\n1 / 0", (), stdin=""),
    Trial("an assertion that holds", ["held"], "def f(): return 1", (), assertion="assert f() == 1"),
    Trial("one that does not", [Status.ASSERTION_FAILED], "def f(): return 2", (), assertion="assert f() == 1"),
)
REFUSED = ["refused"]  # what the Together executor, with one process a session, says to assertions


@dataclass
class Subject:
    """An executor, or why there is none.

    Attributes:
        name: The column's head.
        executor: To be opened; None where it is skipped.
        skipped: The reason.
        seen: What came of each trial.
    """

    name: str
    executor: AbstractAsyncContextManager[Executor] | None
    skipped: str = ""
    seen: list[list[str]] = field(default_factory=list)

    def expected(self, trial: Trial) -> list[str]:
        """What is due in this executor."""
        return (
            REFUSED if trial.assertion is not None and self.name == TOGETHER else [str(part) for part in trial.expected]
        )

    def right(self) -> int:
        """How many trials came out as they should."""
        return sum(seen == self.expected(trial) for trial, seen in zip(TRIALS, self.seen, strict=False))


def subjects(base_url: str) -> Iterator[Subject]:
    """Every executor that there is, those that cannot be had here with the reason."""
    for level in (1, 2, 3):
        plan = plan_isolation(level)
        if plan.level == level:
            yield Subject(f"level {level}", SubprocessExecutor(strongest_level=level))
        else:
            yield Subject(f"level {level}", None, plan.reasons[level])
    if os.environ.get(KEY_VARIABLE, "").strip():
        yield Subject(TOGETHER, TogetherExecutor(base_url=base_url))
    else:
        yield Subject(TOGETHER, None, f"no {KEY_VARIABLE}")


async def try_out(subject: Subject) -> None:
    """Run every trial in one executor."""
    if subject.executor is None:
        return
    async with subject.executor as executor:
        for trial in TRIALS:
            subject.seen.append(await _seen(executor, trial))


async def _seen(executor: Executor, trial: Trial) -> list[str]:
    try:
        if trial.assertion is not None:
            results = await executor.examine(Program(trial.code, "f"), [trial.assertion], QUICK)
            return ["held" if result.status is Status.COMPLETED else _told(result) for result in results]
        if trial.stdin is not None:
            result = await executor.run_script(trial.code, trial.stdin, QUICK)
            return [f"{result.stdout.decode()!r}, status {result.exit_code}"]
        results = await executor.run_calls(Program(trial.code, "f"), trial.calls, QUICK, fresh=trial.fresh)
        return [_told(result) for result in results]
    except ExecutionError as error:
        return REFUSED if "two processes" in str(error) else [f"failed: {error}"]


def _told(result: ExecutionResult) -> str:
    """The value, or else the status, with the exit status where there is one."""
    if result.status is Status.COMPLETED:
        return render(result.value)
    return str(result.status) if result.exit_code is None else f"{result.status}, status {result.exit_code}"


def table_of(tried: Sequence[Subject]) -> Table:
    """A row for every trial, a column for every executor."""
    table = new_table("program", "expected", *(subject.name for subject in tried))
    for number, trial in enumerate(TRIALS):
        table.add_row(trial.what, "; ".join(trial.expected), *(_cell(subject, trial, number) for subject in tried))
    return table


def _cell(subject: Subject, trial: Trial, number: int) -> Text:
    seen, expected = subject.seen[number], subject.expected(trial)
    if seen != expected:
        return Text(f"WRONG: {'; '.join(seen)}", "bold red")
    return Text("ok" if expected != REFUSED else "ok: refused", "green")


def summary_of(all_subjects: Sequence[Subject]) -> Table:
    """A row for every executor."""
    table = new_table("executor", "programs that ended as they should")
    for subject in all_subjects:
        name = subject.name if subject.name == TOGETHER else f"subprocess, isolation {subject.name}"
        skipped = f"skipped: {subject.skipped}"
        table.add_row(name, f"{subject.right()} of {len(TRIALS)}" if subject.executor else skipped)
    return table


@click.command(help=f"Run small programs in every executor, {TOGETHER}'s where {KEY_VARIABLE} is set. {STATUS}")
@click.option("--base-url", metavar="URL", default=BASE_URL, show_default=True, help=f"Address of {TOGETHER}'s API.")
def main(base_url: str) -> None:
    """Run the trials and print the tables."""
    with one_line_errors(), Console(stderr=True).status("running programs"):
        found = list(subjects(base_url))
        asyncio.run(_try_all(found))
    tried = [subject for subject in found if subject.executor is not None]
    right, total = sum(subject.right() for subject in tried), len(tried) * len(TRIALS)
    console = new_console()
    console.print(table_of(tried), "", summary_of(found), closing_line(right, total, "programs ended as they should"))
    raise SystemExit(0 if right == total else 1)


async def _try_all(found: Sequence[Subject]) -> None:
    for subject in found:
        await try_out(subject)


if __name__ == "__main__":
    main()
