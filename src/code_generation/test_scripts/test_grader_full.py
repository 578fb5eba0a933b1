"""Grade right and wrong solutions of every kind, and hold each verdict against the one that is due.

Usage: ``python -m code_generation.test_scripts.test_grader_full [--jobs N] [--only KIND]``
"""

import asyncio
import itertools
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from code_generation.test_scripts.checks import CHECKS, FAILS, Check
from code_generation.test_scripts.tables import closing_line, mark, new_console, new_table, one_line_errors
from proctor.cli.options import jobs_option
from proctor.errors import ExecutionError
from proctor.execution import Limits, SubprocessExecutor
from proctor.grading import TestExecutionGrader

__test__ = False  # pytest: a command, not a module of tests

QUICK = Limits(cpu_seconds=1.0, total_cpu_seconds=4.0, memory_mb=256, wall_extra_seconds=0.5)


async def grade(grader: TestExecutionGrader, check: Check) -> list[str]:
    """The verdict of every test; under the exposed harness, the one of all of them."""
    try:
        if check.harness == "exposed":
            exposed = await grader.grade_exposed(check.problem, check.code, list(check.tests))
            return ["passed" if exposed.passed else "failed"]
        fresh = check.harness == "confirmed"
        result = await grader.grade(check.problem, check.code, list(check.tests), fresh=fresh)
    except ExecutionError as error:
        return [f"ungraded: {error}"]
    return [test.verdict.value for test in result.tests]


def is_as_expected(expected: Sequence[str], seen: Sequence[str]) -> bool:
    """Test by test; for a forgery any verdict on the solution will do that is no pass."""
    if len(expected) != len(seen):
        return False
    return all(
        not got.startswith(("PASSED", "ungraded")) if wanted == FAILS else wanted == got
        for wanted, got in zip(expected, seen, strict=True)
    )


async def grade_all(checks: Sequence[Check], jobs: int) -> tuple[list[list[str]], int]:
    """What was seen of every check, in order, and the isolation level."""
    async with SubprocessExecutor(jobs) as executor:
        grader = TestExecutionGrader(executor, QUICK)
        seen = await asyncio.gather(*(grade(grader, check) for check in checks))
        return seen, int(executor.isolation["level"])


def table_of(rows: Sequence[tuple[str, Check, list[str]]]) -> Table:
    """A row for every check."""
    table = new_table("", "kind", "solution", "expected", "seen")
    for number, (kind, check, seen) in enumerate(rows):
        ends = number + 1 == len(rows) or rows[number + 1][0] != kind
        first = number == 0 or rows[number - 1][0] != kind
        word = mark(is_as_expected(check.expected, seen))
        verdicts = _shortly(check.expected), _shortly(seen)
        table.add_row(word, kind if first else "", check.what, *verdicts, end_section=ends)
    return table


def _shortly(verdicts: Sequence[str]) -> str:
    """``2 x PASSED, TIMEOUT``."""
    groups = [(name, len(list(group))) for name, group in itertools.groupby(map(str, verdicts))]
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in groups)


@click.command(help="Grade solutions of every kind; exits with status 1 when a verdict is not the one that is due.")
@jobs_option
@click.option("--only", metavar="KIND", type=click.Choice(list(CHECKS)), help=f"One of: {', '.join(CHECKS)}.")
def main(jobs: int, only: str | None) -> None:
    """Run the checks and print the table."""
    chosen = [(kind, check) for kind, checks in CHECKS.items() if only in (None, kind) for check in checks]
    start = time.perf_counter()
    with one_line_errors(), Console(stderr=True).status("grading"):
        seen, level = asyncio.run(grade_all([check for _, check in chosen], jobs))
    rows = [(kind, check, verdicts) for (kind, check), verdicts in zip(chosen, seen, strict=True)]
    right = sum(is_as_expected(check.expected, verdicts) for _, check, verdicts in rows)
    console = new_console()
    console.print(table_of(rows))
    console.print(closing_line(right, len(rows), f"solutions graded as they should be, at isolation level {level}"),
                  f"in {time.perf_counter() - start:.1f} s")  # fmt: skip
    raise SystemExit(0 if right == len(rows) else 1)


if __name__ == "__main__":
    main()
