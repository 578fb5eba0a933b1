"""``proctor build-dataset``: its options; :mod:`proctor.cli.run_build_dataset` is imported when it runs."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.breaking_options import breaking_options
from proctor.cli.options import num_problems_option
from proctor.cli.problems import load

LOADING = {"source", "revision", "configs", "start_idx", "shuffle", "n_public", "public_ratio", "include_known_bad"}
"""Parameters of ``problems load`` that mean the same here."""


def _names(_: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    return [name.strip() for name in value.split(",")]


def _shares(_: click.Context, parameter: click.Parameter, value: str) -> list[float]:
    try:
        return [float(share) for share in value.split(",")]
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of numbers such as 0.8,0.2.", param=parameter) from None


@click.command(
    context_settings={"show_default": True, "help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[parameter for parameter in load.params if parameter.name in LOADING],
)
@click.option(
    "--dataset", metavar="NAME|FILE", required=True, help="mbpp, apps, humaneval, deepcoder, or a file of problems."
)
@num_problems_option
@click.option(
    "--splits", "parts", metavar="NAME[,NAME]", default="train", callback=_names, help="The parts that are made."
)
@click.option(
    "--ratios", metavar="SHARE[,SHARE]", default="1.0", callback=_shares, help="Their shares of the problems, in sum 1."
)
@click.option(
    "--output-dir",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where SPLIT.json goes for every part, with SPLIT.json.run.json beside it, and formatted.json; it is made.",
)
@click.option(
    "--save-formatted/--no-save-formatted",
    default=True,
    help="Whether all problems are kept in formatted.json as well, as they were before their tests were broken.",
)
@breaking_options
def build_dataset(**options: Any) -> None:
    """Make a data set of problems whose tests have broken versions.

    A broken test has the input of a right one and a wrong value, which counts only after the reference solution has run
    to its end on it and given something else. What a problem's parts are drawn by is --seed. Problems without a test
    that can be broken stay in the data set and say why.

    On any error nothing is written; what a model has answered is not paid for again.
    """
    from proctor.cli.run_build_dataset import run

    run(options)
