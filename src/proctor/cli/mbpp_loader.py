"""``python -m code_generation.mbpp_loader``: ``proctor problems load mbpp`` by its documented options and defaults."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.options import num_problems_option
from proctor.cli.problems import load

MODULE_COMMAND = "python -m code_generation.mbpp_loader"
N_PUBLIC, SEED = 2, 42  # public tests of each problem, and what they are drawn by, where nobody says

OWN = {"dataset", "output", "max_problems", "seed", "n_public", "shuffle"}
"""Parameters of ``problems load`` that are called otherwise here, have another default, or are not there."""


@click.command(
    context_settings={"show_default": True, "help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[parameter for parameter in load.params if parameter.name not in OWN],
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("datasets/mbpp_problems.jsonl"),
    help="Where the problems go; its folder is made.",
)
@num_problems_option
@click.option(
    "--n-public",
    metavar="N",
    type=click.IntRange(min=0),
    show_default=str(N_PUBLIC),
    help="Tests of each problem that are public.",
)
@click.option("--random-seed", "seed", metavar="N", type=int, default=SEED, help="What the public tests are drawn by.")
@click.pass_context
def mbpp_loader(context: click.Context, /, **options: Any) -> None:
    """Load MBPP into a file that the other commands read, with some tests of each problem made public.

    The same as `proctor problems load mbpp`, whose other options it takes too.
    """
    if options["n_public"] is None and options["public_ratio"] is None:
        options["n_public"] = N_PUBLIC
    context.invoke(load, dataset="mbpp", **options)
