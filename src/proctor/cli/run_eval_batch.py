"""Run ``proctor eval batch`` with its options read, and print what came of it."""

import contextlib
import functools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.evaluating import evaluate, opened_sandbox
from proctor.cli.model_options import model_options_of
from proctor.cli.planned_evaluation import PlannedEvaluation, given_values, path_of
from proctor.cli.printing import print_json
from proctor.cli.run_eval import print_summaries
from proctor.cli.running import run_async, watched
from proctor.errors import InputError, ProctorError
from proctor.evaluation.configuration import (
    EvaluationConfig,
    alias_of,
    expand,
    find_config_folder,
    list_configs,
    override,
    read_config,
    result_name,
)
from proctor.generation import OutputFile, stored_accounts
from proctor.models.caps import Spent
from proctor.records import read_json

Failed = dict[str, str]
"""Why an evaluation is not there, or not finished, by the name of its configuration or of its result file."""


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: Nothing can be done; or not all of it was, in one line after those that say why.
    """
    failed: Failed = {}
    with watched() as display:
        planned = _planned(options, display, failed)
        summaries = run_async(_run(planned, options, display, failed))
    if options["as_json"]:
        print_json({str(path): summary for path, summary in summaries.items()})
    elif summaries and not options["quiet"]:
        print_summaries({path.stem: summary for path, summary in summaries.items()})
    for name, reason in failed.items():
        click.echo(f"{name}: {reason}", err=True)
    if failed:
        raise InputError(
            f"{len(failed):,} evaluations of {options['configs_dir']} are not there, or not finished: "
            f"{', '.join(failed)}; what was done is kept, and the same command continues"
        )


def _planned(options: dict[str, Any], display: Display, failed: Failed) -> list[PlannedEvaluation]:
    """What the configurations ask for.

    Raises:
        InputError: There is no such folder, or no configuration in it.
    """
    name, given = options["configs_dir"], given_values(options)
    note = functools.cache(display.note)  # many configurations take the same packaged example: told once
    planned = []
    for path in list_configs(path_of(find_config_folder(name), name, note)):
        with _noted(failed, path.name):
            for suffix, values in expand(override(read_config(path), given), str(path)):
                with _noted(failed, f"{path.stem}{suffix}"):
                    alias = options["model_alias"] or alias_of(str(values.get("model") or EvaluationConfig.model))
                    output = options["results_dir"] / result_name(path, suffix, alias)
                    planned.append(PlannedEvaluation.of(values, str(path), options, note=note, output=output))
    return planned


async def _run(
    planned: list[PlannedEvaluation], options: dict[str, Any], display: Display, failed: Failed
) -> dict[Path, dict[str, Any]]:
    """The summaries of all result files that have rows; one evaluation after another, in one sandbox."""
    summaries = {}
    runs_code = any(one.runs_code for one in planned)
    async with opened_sandbox(options, display, is_needed=runs_code) as executor:
        for one in planned:
            display.note(str(one.output))
            with _noted(failed, one.output.name):
                elsewhere = _spent_by(planned, options, but=one.output)
                evaluated = await evaluate(one, executor if one.runs_code else None, display, elsewhere=elsewhere)
                if evaluated.summary is not None:
                    summaries[one.output] = evaluated.summary
                if evaluated.unfinished is not None:
                    raise evaluated.unfinished
    return summaries


@contextlib.contextmanager
def _noted(failed: Failed, name: str) -> Iterator[None]:
    """A block that ends early when something is wrong, which *failed* says from then on."""
    try:
        yield
    except ProctorError as error:
        failed[name] = str(error)


def _spent_by(planned: list[PlannedEvaluation], options: dict[str, Any], *, but: Path) -> Spent:
    """What all other evaluations have taken so far, in this run and in earlier ones."""
    records = [OutputFile(one.output, "results").record for one in planned if one.output != but]
    models = model_options_of(options)
    spent = [stored_accounts(read_json(record), models, record).spent for record in records if record.exists()]
    return Spent(math.fsum(one.cost for one in spent), sum(one.tokens for one in spent))
