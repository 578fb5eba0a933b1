"""``proctor report``: its options; :mod:`proctor.cli.run_report`, which does it, is imported when it runs."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("results", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--output",
    metavar="REPORT.html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; what stood there before is replaced. Without it, tables are printed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print summaries and comparisons as JSON and nothing else.")
def report(**options: Any) -> None:
    """Show results of evaluations and audits: a page, or tables.

    RESULTS are files of results, as proctor eval or the earlier program wrote them, folders of them, which are searched
    with all that is in them, and folders of audits, in any mix.

    Files of one type that share problems are compared with the first of them. The page holds their bars with 95 %
    intervals, the paired differences, the parameters in which they differ, and every transcript; it asks nobody for
    anything. Of one audit alone its own page is written anew.
    """
    from proctor.cli.run_report import run

    run(options)
