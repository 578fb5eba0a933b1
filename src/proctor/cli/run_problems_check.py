"""Run ``proctor problems check`` with its options read, and print what came of it."""

from collections.abc import Container, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.options import limits_of
from proctor.cli.printing import print_tables
from proctor.cli.run_grade import WAITING
from proctor.cli.running import command_line, open_executor, run_async, watched
from proctor.errors import InputError
from proctor.grading import GradeFile, GradeRun, Solution, Tally, TestExecutionGrader, grade_stream
from proctor.grading.problem_check import (
    CheckParameters,
    CheckRow,
    check_row,
    checkable,
    patient,
    reference_solutions,
    unreadable_row,
)
from proctor.grading.repeated import RepeatedGrader
from proctor.problems import CodeProblem, LoadOptions, SkippedProblem, stream_dataset
from proctor.records import JsonlAppender, read_jsonl

SEED = "problems check"  # of the orders in which tests are run: the same ones in every check


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line; rows that were made are kept.
        SystemExit: With status 1, where something is wrong and ``--strict`` was said.
    """
    path: Path = options["file"]
    manifest: Path = options["output"] or _beside(path)
    with watched() as display:
        _check_file(path, GradeFile(manifest), options, display)
    from proctor.reports.defects_table import count_defects, defects_table

    counts = count_defects(read_jsonl(manifest, CheckRow))
    print_tables(defects_table(counts))
    click.echo(f"manifest: {manifest}")
    if options["strict"] and counts.problems:
        raise SystemExit(1)


def _check_file(path: Path, target: GradeFile, options: dict[str, Any], display: Display) -> None:
    parameters = CheckParameters(
        limits=limits_of(options),
        **{name: options[name] for name in ("python", "references", "runs", "slow_share")},
    )
    session = GradeRun(command_line(), parameters)
    count, unreadable = _survey(path, parameters.references)
    with target.locked():
        target.begin(session, path)
        with JsonlAppender(target.path) as rows:
            done, tally = target.read_done()  # after the appender has cut off what a killed process left half-written
            display.stage("references", count + len(unreadable) - len(done))
            recorder = _Recorder(rows, tally, session, display)
            try:
                for skipped in unreadable:
                    if (row := unreadable_row(skipped)).id not in done:
                        recorder.keep(row)
                if display.done < display.total:
                    run_async(_grade(_waiting(path, parameters.references, done), parameters, options, recorder))
            finally:
                target.end(session, tally)


class _Recorder:
    """Where a row goes when it is made.

    Attributes:
        session: The run that makes them.
        display: Who watches.
    """

    def __init__(self, rows: JsonlAppender, tally: Tally, session: GradeRun, display: Display) -> None:
        self.session = session
        self.display = display
        self._rows = rows
        self._tally = tally

    def keep(self, row: CheckRow) -> None:
        self._rows.append(row)
        self._tally.add(row.verdict, row.doubt)
        self.session.graded += 1
        self.display.advance()


async def _grade(
    references: Iterator[Solution], parameters: CheckParameters, options: dict[str, Any], recorder: _Recorder
) -> None:
    async with open_executor(options, recorder.display) as executor:
        recorder.session.isolation = executor.isolation
        grader = TestExecutionGrader(executor, patient(parameters.limits))
        repeated = RepeatedGrader(grader, runs=parameters.runs, seed=SEED)
        grades = grade_stream(references, repeated, in_flight=WAITING * options["jobs"])
        async with aclosing(grades):
            async for grade in grades:
                recorder.keep(check_row(grade, parameters))


def _survey(path: Path, most: int) -> tuple[int, list[SkippedProblem]]:
    """How many references there are, and the problems that cannot be checked; read before anything runs.

    Raises:
        InputError: The file is no file of problems, or holds none.
    """
    count, unreadable = 0, []
    for problem in _problems(path):
        if isinstance(problem, SkippedProblem):
            unreadable.append(problem)
        else:
            count += len(reference_solutions(problem, most))
    if not count + len(unreadable):
        raise InputError(f"{path}: expected problems, found none")
    return count, unreadable


def _waiting(path: Path, most: int, done: Container[str]) -> Iterator[Solution]:
    for problem in _problems(path):
        if isinstance(problem, CodeProblem):
            yield from (solution for solution in reference_solutions(problem, most) if solution.id not in done)


def _problems(path: Path) -> Iterator[CodeProblem | SkippedProblem]:
    if not path.is_file():
        raise InputError(f"no such file: {path}; load a data set into one with `proctor problems load`")
    return checkable(stream_dataset(str(path), LoadOptions(include_known_bad=True)))


def _beside(path: Path) -> Path:
    name = path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")
    return path.with_name(f"{name}.defects.jsonl")
