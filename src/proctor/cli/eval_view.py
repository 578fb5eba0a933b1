"""``proctor eval view``: its options; :mod:`proctor.cli.run_eval_view` is imported when it runs."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summaries as JSON by file, and no table.")
def view(folder: Path, as_json: bool) -> None:
    """Sum up every result file below DIR, ours or the earlier program's.

    Summaries are made from the rows alone. Under `legacy`, --json has the figures of the earlier program by its own
    definitions. Files that hold no results are named and left out.
    """
    from proctor.cli.run_eval_view import run

    run(folder, as_json=as_json)
