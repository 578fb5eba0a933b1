"""``proctor eval batch``: its options; :mod:`proctor.cli.run_eval_batch` is imported when it runs."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.eval_options import common_options, running_options


@click.command()
@click.option(
    "--configs-dir",
    metavar="DIR",
    default="evaluation/configs",
    help="The configurations, files in .json; those that come with proctor if there is no such folder here.",
)
@click.option(
    "--results-dir",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    help="Where the result files go: CONFIG_ALIAS.jsonl.",
)
@click.option(
    "--model-alias", metavar="NAME", show_default="the model's name", help="What the result files call the model."
)
@common_options
@running_options(runs_code=True)
def batch(**options: Any) -> None:
    """Run every configuration of a folder.

    A configuration with a key `grid`, such as {"prompt_id": ["basic", "harness"], "max_turns": [1, 3]}, is one for each
    combination. Options given here come before what a file says. Caps on cost and tokens hold for all result files
    together. A result file that is there is continued if it was made with the same parameters, and refused if not.

    A configuration that fails does not end the others.
    """
    from proctor.cli.run_eval_batch import run

    run(options)
