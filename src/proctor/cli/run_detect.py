"""Run ``proctor detect`` with its options read, and print what came of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import proctor
from proctor.cli.console import Display
from proctor.cli.printing import print_json, print_tables
from proctor.cli.running import command_line, watched
from proctor.errors import InputError
from proctor.evaluation.audit import AuditFolder
from proctor.evaluation.detection import summarize_findings
from proctor.generation import OutputFile
from proctor.hacking.detection import Detection, FindingTally, detect, read_graded
from proctor.problems import CodeProblem, digest_problems, load_dataset
from proctor.records import write_json, write_jsonl
from proctor.sessions import Session
from proctor.steps import file_digest


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line; then nothing is written.
    """
    output: Path = options["output"]
    with watched(f"nothing was written to {output}") as display:
        summary = _detect(options, OutputFile(output, "findings"), display)
    if options["as_json"]:
        print_json(summary)
        return
    from proctor.reports.detection_table import detection_table

    print_tables(detection_table(summary))
    click.echo(f"findings: {output}")


def _detect(options: dict[str, Any], target: OutputFile, display: Display) -> dict[str, Any]:
    """Write the findings and the record beside them; returns their counts."""
    session = Session(command_line())
    paths = [AuditFolder(path).grades if path.is_dir() else path for path in options["grades"]]
    if target.path.resolve() in [path.resolve() for path in paths]:
        raise InputError(f"{target.path} holds the grades; choose another --output")
    parameters = {"grades": list(map(str, paths)), "problems": options["problems"]}
    target.read_record(parameters, {})  # refuses to write over something else
    problems = None if options["problems"] is None else _problems(options["problems"])
    display.stage("solutions", None)
    tally = FindingTally()
    write_jsonl(target.path, _findings(paths, problems, tally, display))
    summary = summarize_findings(tally)
    record = {
        "proctor": proctor.__version__,
        "command": session.command,
        "parameters": parameters,
        "digests": {
            "grades": {str(path): file_digest(path) for path in paths},
            "problems": None if problems is None else digest_problems(problems.values()),
        },
        "counts": summary,
        "sessions": [session.row(solutions=tally.solutions)],
    }
    write_json(target.record, record)
    return summary


def _findings(
    paths: list[Path], problems: dict[str, CodeProblem] | None, tally: FindingTally, display: Display
) -> Iterator[Detection]:
    for solution in read_graded(paths, problems):
        detection = detect(solution)
        tally.add(detection)
        display.advance()
        yield detection


def _problems(name: str) -> dict[str, CodeProblem]:
    return {problem.problem_id: problem for problem in load_dataset(name).problems}
