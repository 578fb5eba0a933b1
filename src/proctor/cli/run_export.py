"""Run ``proctor export`` with its options read."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.result_files import find_result_files, refuse_to_replace
from proctor.cli.running import watched
from proctor.reports.export import export
from proctor.reports.flat_rows import flatten


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line; then nothing is written. Or not with all files, which was told.
    """
    output: Path = options["output"]
    with watched(f"nothing was written to {output}") as display:
        display.stage("rows read", None)
        found = find_result_files(options["results"], display.note, advance=display.advance)
        refuse_to_replace(output, found.files)
        table = flatten(found.files, with_text=options["with_text"])
        count = export(table, output)
    click.echo(f"{count:,} rows, {len(table.columns)} columns: {output}")
    found.check_whole()
