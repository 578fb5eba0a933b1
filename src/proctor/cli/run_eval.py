"""Run ``proctor eval TYPE`` with its options read, and print what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.evaluating import Evaluated, evaluate, opened_sandbox
from proctor.cli.planned_evaluation import PlannedEvaluation, given_values, path_of
from proctor.cli.printing import print_json, print_tables
from proctor.cli.running import run_async, watched
from proctor.evaluation.configuration import (
    find_config,
    override,
    parse_template_params,
    read_config,
    with_template_params,
)

__all__ = ["print_summaries", "run"]


def run(eval_type: str, options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, or not to the end, in one line; what was done is kept.
    """
    with watched() as display:
        planned = _planned(eval_type, options, display)
        evaluated = run_async(_run(planned, display))
    if evaluated.summary is not None:
        _print_result(planned.output, evaluated.summary, options)
    if evaluated.unfinished is not None:
        raise evaluated.unfinished


def print_summaries(summaries: Mapping[str, dict[str, Any]]) -> None:
    """Print a table of what evaluations come to, each under its name."""
    from proctor.reports.evaluation_table import evaluation_table

    print_tables(evaluation_table(summaries))


def _print_result(output: Path, summary: dict[str, Any], options: dict[str, Any]) -> None:
    if options["as_json"]:
        print_json(summary)
    elif not options["quiet"]:
        print_summaries({output.stem: summary})
        click.echo(f"results: {output}")


def _planned(eval_type: str, options: dict[str, Any], display: Display) -> PlannedEvaluation:
    values, where = {"eval_type": eval_type}, "command line"
    if options["config"] is not None:
        path = path_of(find_config(options["config"]), options["config"], display.note)
        values, where = read_config(path, eval_type), str(path)
    given = given_values(options)
    if options["template_params"] is not None:
        given = with_template_params(given, parse_template_params(options["template_params"]), "--template-params")
    return PlannedEvaluation.of(override(values, given), where, options, note=display.note, output=options["output"])


async def _run(planned: PlannedEvaluation, display: Display) -> Evaluated:
    async with opened_sandbox(planned.options, display, is_needed=planned.runs_code) as executor:
        return await evaluate(planned, executor, display)
