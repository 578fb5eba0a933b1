"""Grade the reference solutions of real problems: a sample of HumanEval, and of any problems file.

Usage: ``python -m code_generation.test_scripts.test_real_dataset_samples [--num N] [--seed S] [--source FILE]``

HumanEval's canonical solutions are known to be right: one that fails is a fault of this installation, and the exit
status is 1. Published files do hold references that fail their own tests: those of ``--source`` are told and no more.
A solution that could not be graded at all is a fault of ours in both.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from code_generation.test_scripts.tables import closing_line, new_console, new_table, one_line_errors
from proctor.cli.options import jobs_option
from proctor.errors import ExecutionError
from proctor.execution import SubprocessExecutor
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import CodeProblem, load_dataset

__test__ = False  # pytest: a command, not a module of tests

HUMANEVAL = "humaneval"


@dataclass(frozen=True)
class Reference:
    """One reference solution; *number* counts those of its problem from 1."""

    problem: CodeProblem
    number: int
    code: str


Outcome = GradingResult | str
"""The grade, or why there is none."""


@dataclass(frozen=True)
class Sample:
    """What a sample of one data set came to.

    Attributes:
        name: The data set's name or its file.
        size: How many problems it has.
        problems: Those that were drawn.
        outcomes: Of every reference solution of theirs that has tests.
    """

    name: str
    size: int
    problems: list[CodeProblem]
    outcomes: list[tuple[Reference, Outcome]]

    def failed(self) -> list[tuple[Reference, GradingResult]]:
        """Those that did not pass all their tests."""
        return [(one, found) for one, found in self.outcomes if isinstance(found, GradingResult) and not found.success]

    def ungraded(self) -> list[tuple[Reference, str]]:
        """Those that we failed to grade."""
        return [(one, found) for one, found in self.outcomes if isinstance(found, str)]

    @property
    def passed(self) -> int:
        """How many passed."""
        return len(self.outcomes) - len(self.failed()) - len(self.ungraded())


def references(problem: CodeProblem) -> list[Reference]:
    """Its solutions, each text once; none where there is nothing to grade them against."""
    codes = dict.fromkeys(code for code in (problem.correct_solution, *problem.solutions) if code)
    return [Reference(problem, number, code) for number, code in enumerate(codes, 1) if problem.test_cases]


def draw(problems: Sequence[CodeProblem], count: int, seed: int) -> list[CodeProblem]:
    """That many of them, in their own order; all of them where there are no more."""
    chosen = random.Random(seed).sample(range(len(problems)), min(count, len(problems)))
    return [problems[number] for number in sorted(chosen)]


async def grade_references(
    grader: TestExecutionGrader, problems: Sequence[CodeProblem], jobs: int
) -> list[tuple[Reference, Outcome]]:
    """Every reference solution of *problems* with what came of it, in order."""
    outcomes: dict[int, tuple[Reference, Outcome]] = {}
    waiting = enumerate(reference for problem in problems for reference in references(problem))

    async def ask() -> None:
        for number, reference in waiting:
            outcomes[number] = reference, await _outcome(grader, reference)

    await asyncio.gather(*(ask() for _ in range(jobs)))
    return [outcomes[number] for number in sorted(outcomes)]


async def _outcome(grader: TestExecutionGrader, reference: Reference) -> Outcome:
    try:
        return await grader.grade(reference.problem, reference.code, reference.problem.test_cases)
    except ExecutionError as error:
        return str(error)


async def grade_samples(loaded: Mapping[str, Sequence[CodeProblem]], count: int, seed: int, jobs: int) -> list[Sample]:
    """Draw from every data set and grade."""
    samples = []
    async with SubprocessExecutor(jobs) as executor:
        for name, problems in loaded.items():
            drawn = draw(problems, count, seed)
            outcomes = await grade_references(TestExecutionGrader(executor), drawn, jobs)
            samples.append(Sample(name, len(problems), drawn, outcomes))
    return samples


def summary_of(samples: Sequence[Sample]) -> Table:
    """A row for every data set."""
    table = new_table(
        "data set", "problems", "drawn", "without reference or tests", "solutions", "passed", "failed", "ungraded"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for sample in samples:
        without = sum(not references(problem) for problem in sample.problems)
        counts = (sample.size, len(sample.problems), without, len(sample.outcomes), sample.passed, len(sample.failed()),
                  len(sample.ungraded()))  # fmt: skip
        table.add_row(sample.name, *(f"{count:,}" for count in counts))
    return table


def failures_of(samples: Sequence[Sample]) -> Table:
    """A row for every reference that did not pass."""
    table = new_table("problem", "solution", "tests passed", "verdict", "test", "error")
    for sample in samples:
        for reference, grade in sample.failed():
            first = next(test for test in grade.tests if not test.passed)
            table.add_row(
                grade.problem_id,
                str(reference.number),
                f"{grade.passed_tests} of {grade.total_tests}",
                first.verdict.value,
                str(first.index),
                _first_line(first.error),
            )
        for reference, reason in sample.ungraded():
            table.add_row(reference.problem.problem_id, str(reference.number), "", "ungraded", "", _first_line(reason))
    return table


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0][:100]


@click.command(
    help="Grade the reference solutions of a sample of HumanEval and of a problems file. Exits with status 1 when "
    "one of HumanEval's fails, or any could not be graded."
)
@click.option("--num", metavar="N", type=click.IntRange(min=1), default=50, show_default=True, help="Problems to draw.")
@click.option("--seed", metavar="S", type=int, default=0, show_default=True, help="What they are drawn by.")
@click.option("--source", metavar="FILE", type=click.Path(path_type=Path), help="A problems file to draw from too.")
@jobs_option
def main(num: int, seed: int, source: Path | None, jobs: int) -> None:
    """Draw, grade, and print the tables."""
    names = [HUMANEVAL] + ([str(source)] if source is not None else [])
    with one_line_errors(), Console(stderr=True).status("grading"):
        loaded = {name: load_dataset(name).problems for name in names}  # before anything is graded
        samples = asyncio.run(grade_samples(loaded, num, seed, jobs))
    console = new_console()
    console.print(summary_of(samples))
    failures = failures_of(samples)
    if failures.row_count:
        console.print("", failures)
    total = len(samples[0].outcomes)
    console.print(closing_line(samples[0].passed, total, "canonical solutions of HumanEval pass"))
    is_fine = samples[0].passed == total and not any(sample.ungraded() for sample in samples)
    raise SystemExit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
