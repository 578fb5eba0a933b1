"""Run ``proctor eval view`` with its options read."""

from pathlib import Path

import click

from proctor.cli.result_files import find_result_files
from proctor.cli.run_eval import print_json, print_summaries
from proctor.errors import InputError
from proctor.evaluation.metrics import summarize_results


def run(folder: Path, *, as_json: bool) -> None:
    """Do what the options say.

    Raises:
        InputError: There are no results below *folder*.
    """
    files = find_result_files([folder], _note)
    summaries = {}
    for name, file in files.items():
        try:
            summaries[name] = summarize_results(file)
        except InputError as error:  # one bad row, or rows of several evaluations
            _note(f"{file.path}: {error}: left out")
    if not summaries:
        raise InputError(f"{folder} holds no results of an evaluation")
    if as_json:
        print_json({str(files[name].path): summary for name, summary in summaries.items()})
    else:
        print_summaries(summaries)


def _note(line: str) -> None:
    click.echo(line, err=True)
