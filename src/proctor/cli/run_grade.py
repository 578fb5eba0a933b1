"""Run ``proctor grade`` with its options read, and print what came of it."""

from contextlib import aclosing
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.options import limits_of
from proctor.cli.printing import print_tables
from proctor.cli.running import command_line, open_executor, run_async, watched
from proctor.grading import (
    GradeFile,
    GradeRun,
    GradingParameters,
    SolutionFile,
    Tally,
    TestExecutionGrader,
    check_gradable,
    comparator_named,
    grade_stream,
)
from proctor.grading.ids import IdSet
from proctor.problems import CodeProblem, digest_problems, load_dataset
from proctor.records import JsonlAppender

WAITING = 3  # solutions in hand for every one that may run, so that no processor waits for a row


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line; grades that were made are kept.
    """
    with watched() as display:
        tally = _grade_file(options, display)
    from proctor.reports.grading_table import grading_table

    print_tables(grading_table(tally))
    click.echo(f"grades: {options['output']}")


def _grade_file(options: dict[str, Any], display: Display) -> Tally:
    parameters = _parameters(options)
    problems = _problems(options["problems"], display)
    digest = None if problems is None else digest_problems(problems.values())
    session = GradeRun(command_line(), parameters, digest)
    source, target = SolutionFile(options["solutions"], problems), GradeFile(options["output"])
    count = source.check()
    with target.locked():
        target.begin(session, source.path)
        with JsonlAppender(target.path) as rows:
            done, tally = target.read_done()  # after the appender has cut off what a killed process left half-written
            display.stage("solutions", count - len(done))
            try:
                if count > len(done):
                    run_async(_grade(options, session, source, done, rows, tally, display))
            finally:
                target.end(session, tally)
    return tally


async def _grade(
    options: dict[str, Any],
    session: GradeRun,
    source: SolutionFile,
    done: IdSet,
    rows: JsonlAppender,
    tally: Tally,
    display: Display,
) -> None:
    async with open_executor(options, display) as executor:
        session.isolation = executor.isolation
        grader = TestExecutionGrader(executor, limits_of(options), comparator=options["comparator"])
        grades = grade_stream(
            source.solutions(done),
            grader,
            harness=options["harness"],
            confirm=options["confirm"],
            isolation=session.isolation,
            in_flight=WAITING * options["jobs"],
        )
        async with aclosing(grades):
            async for row in grades:
                rows.append(row)
                tally.add(row.verdict, row.doubt)
                session.graded += 1
                display.advance()


def _parameters(options: dict[str, Any]) -> GradingParameters:
    if options["comparator"] is not None:
        comparator_named(options["comparator"])  # an unknown one is told before anything else
    same = {name: options[name] for name in ("harness", "confirm", "comparator", "python")}
    return GradingParameters(**same, limits=limits_of(options))


def _problems(name: str | None, display: Display) -> dict[str, CodeProblem] | None:
    if name is None:
        return None
    check_gradable(name)  # before anything is fetched
    loaded = load_dataset(name)
    if loaded.skipped:
        display.note(
            f"{len(loaded.skipped)} problems of {name} were left out, such as {loaded.skipped[0].problem_id}: "
            f"{loaded.skipped[0].reason}"
        )
    return {problem.problem_id: problem for problem in loaded.problems}
