"""``proctor export``: its options; :mod:`proctor.cli.run_export`, which does it, is imported when it runs."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("results", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--output",
    metavar="TABLE.csv|TABLE.parquet",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the table goes, in the format that its suffix names. It is written whole or not at all.",
)
@click.option("--with-text", is_flag=True, help="Give replies, code, objections and errors columns too.")
def export(**options: Any) -> None:
    """Write results as one table, for other programs.

    It has a row for every row of results; docs/reports.md describes the columns.

    RESULTS are files of results, as proctor eval or the earlier program wrote them, and folders of them, which are
    searched with all that is in them.

    In CSV, a text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a carriage return)
    gets an apostrophe before it. Parquet has every text as it is; it needs the extra 'export'.
    """
    from proctor.cli.run_export import run

    run(options)
