"""``proctor eval view``: its options; :mod:`proctor.cli.run_eval_view` is imported when it runs."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summaries as JSON by file, and no table.")
def view(folder: Path, as_json: bool) -> None:
    """Sum up every result file below DIR, ours or the earlier program's: JSON Lines (.jsonl, .jsonl.gz).

    Summaries are made from the rows alone, for each evaluation type in a file. Under `legacy`, --json has the figures
    of the earlier program by its own definitions.

    Files that hold no results are named and left out. So are those with a line that is no result; then the exit status
    is 1. A last line that was cut off is named and left out alone.
    """
    from proctor.cli.run_eval_view import run

    run(folder, as_json=as_json)
