"""How far our verdicts agree with recorded ones: solutions that are known to pass or to fail.

Usage: ``python benchmarks/agreement.py [--jobs N] [--only NAME] FILE...``

A row of a functional file has ``dataset``, ``entry_point``, ``test_form`` (``assert``, ``check`` or ``call_json``),
``prelude``, ``setup`` and ``tests``; one of a stdin file has ``config`` and ``tests`` of ``input`` and ``output``. Both
have ``id``, ``problem_id``, ``kind``, ``solution`` and ``expected_verdict``, ``pass`` or ``fail``. Every row is graded
by ``TestExecutionGrader`` in a ``SubprocessExecutor``. Printed are a line for every data set and kind of solution, then
every row that does not agree, with the reason where ``docs/grading.md`` has one. The exit status is 1 where a
disagreement has none.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from proctor.cli.options import default_jobs
from proctor.errors import ExecutionError
from proctor.execution import Limits, SubprocessExecutor
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import CodeProblem, TestCase
from proctor.records import read_jsonl

LIMITS = Limits(cpu_seconds=10.0, total_cpu_seconds=60.0)  # the recorded verdicts were made with 10 s for every test

Row = dict[str, Any]


@dataclass(frozen=True)
class Graded:
    """A row with what we said of it.

    Attributes:
        row: As it stands in the file.
        dataset: What it is counted under.
        result: Our grade; None where we failed.
        said: For people: the first failed test's verdict and error.
    """

    row: Row
    dataset: str
    result: GradingResult | None
    said: str

    @property
    def agrees(self) -> bool:
        """Whether our verdict is the recorded one."""
        return self.result is not None and self.result.success == (self.row["expected_verdict"] == "pass")

    @property
    def reason(self) -> str | None:
        """Why docs/grading.md expects us to differ; None where it does not."""
        if self.result is None:
            return None
        if self.result.success and self.row.get("expected_verdict_float_1e-6") == "pass":
            return "numbers may differ by 1e-6 (docs/grading.md, row numbers); the record compares them as text"
        return None


def problem_of(row: Row) -> tuple[CodeProblem, str]:
    """The problem of a row, and the name that it is counted under."""
    if "test_form" not in row:
        tests = [TestCase(test["input"], test["output"], "stdin") for test in row["tests"]]
        metadata = {"config": row["config"]}
        return CodeProblem(row["problem_id"], "", tests, "deepcoder", metadata=metadata), f"stdin {row['config']}"
    name = row["entry_point"]
    metadata = {"prelude": row.get("prelude") or "", "setup_code": row.get("setup") or ""}
    if row["dataset"] == "humaneval" and row["kind"] == "reference":  # the prompt's own helpers are trusted code
        metadata["prelude"] = row["solution"].split(f"def {name}(")[0]
    tests = list(_functional_tests(row, name))
    return CodeProblem(row["problem_id"], "", tests, row["dataset"], name, metadata=metadata), (
        f"{row['test_form']} {row['dataset']}"
    )


def _functional_tests(row: Row, name: str) -> Iterator[TestCase]:
    if row["test_form"] == "call_json":
        for test in row["tests"]:
            call = f"{name}({', '.join(map(repr, test['args']))})"
            yield TestCase(call, repr(test["raw_output"]))
    elif row["test_form"] == "assert":
        for text in row["tests"]:
            yield TestCase(text, "", "assertion")
    else:
        tests = row["tests"]
        yield TestCase(tests if isinstance(tests, str) else "\n".join(tests), "", "assertion")


async def grade_row(grader: TestExecutionGrader, row: Row) -> Graded:
    """Grade one row; a failure of ours is no agreement."""
    problem, dataset = problem_of(row)
    try:
        result = await grader.grade(problem, row["solution"])
    except ExecutionError as error:
        return Graded(row, dataset, None, f"ungraded: {error}")
    failed = next((test for test in result.tests if not test.passed), None)
    told = (failed.error or "").strip().splitlines()[:1] if failed else []
    return Graded(row, dataset, result, " ".join([str(result.metadata["verdict"]), *told])[:160])


async def grade_rows(rows: list[Row], jobs: int) -> list[Graded]:
    """Grade *rows* in a sandbox of *jobs* interpreters; the order is kept."""
    async with SubprocessExecutor(jobs=jobs) as executor:
        grader, gate = TestExecutionGrader(executor, LIMITS), asyncio.Semaphore(2 * jobs)

        async def graded(row: Row) -> Graded:
            async with gate:
                return await grade_row(grader, row)

        return await asyncio.gather(*map(graded, rows))


def table(graded: Iterable[Graded]) -> str:
    """A line for every data set and kind."""
    total: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str]] = Counter()
    for found in graded:
        key = found.dataset, found.row["kind"]
        total[key] += 1
        agreed[key] += found.agrees
    lines = [f"{'data set':<24}{'kind':<12}{'rows':>6}{'agree':>7}"]
    lines += [
        f"{dataset:<24}{kind:<12}{total[dataset, kind]:>6}{agreed[dataset, kind]:>7}" for dataset, kind in sorted(total)
    ]
    return "\n".join([*lines, f"{'all':<36}{total.total():>6}{agreed.total():>7}"])


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), default=default_jobs, help="Solutions that run at once.")
@click.option("--only", default="", help="Count only rows whose data set's name, as in the table, contains this.")
def main(files: tuple[Path, ...], jobs: int, only: str) -> None:
    """Grade the rows of all files and say where we differ."""
    rows = [row for path in files for row in read_jsonl(path) if only in problem_of(row)[1]]
    began = time.perf_counter()
    graded = asyncio.run(grade_rows(rows, jobs))
    click.echo(table(graded))
    differing = [found for found in graded if not found.agrees]
    for found in differing:
        click.echo(f"\n{found.row['id']}: recorded {found.row['expected_verdict']}, ours {found.said}")
        click.echo(f"  {found.reason or 'no reason known'}")
    unexplained = sum(found.reason is None for found in differing)
    seconds = time.perf_counter() - began
    click.echo(f"\n{len(rows)} rows in {seconds:.0f} s; {unexplained} disagreements without a reason")
    sys.exit(1 if unexplained or not rows else 0)


if __name__ == "__main__":
    main()
