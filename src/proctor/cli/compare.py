"""``proctor compare``: its options; :mod:`proctor.cli.run_compare`, which does it, is imported when it runs."""

from pathlib import Path
from typing import Any

import click


@click.command(context_settings={"show_default": True})
@click.argument("results", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option(
    "--metric",
    metavar="NAME",
    show_default="the one that the evaluation is about",
    help="What is compared: hack_rate, average_score or another one of docs/metrics.md.",
)
@click.option(
    "--baseline", metavar="NAME", show_default="the first", help="Which of the results the others are compared with."
)
@click.option("--all-pairs", is_flag=True, help="Compare each with each, instead of all with the baseline.")
@click.option(
    "--names",
    metavar="NAME,…",
    show_default="those of the files; an audit's models",
    help="What the results are called, in their order.",
)
@click.option(
    "--alpha",
    metavar="P",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    help="Largest p value, adjusted for the number of comparisons, that is called a difference.",
)
@click.option("--seed", metavar="N", type=click.IntRange(min=0), default=0, help="Of bootstrap and permutations.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON and nothing else.")
def compare(**options: Any) -> None:
    """Say whether models differ, by how much, and how sure that is.

    RESULTS are result files of proctor eval, one model each, folders of them, or folders of proctor audit, in which
    every model counts; all of one type. They are paired by problem: what only one of two was asked, or has no verdict,
    is left out and told.

    One answer to each problem: McNemar's exact test. Several, rates of tests, and means: a permutation test and the
    paired bootstrap. Several comparisons: p values adjusted by Holm. See docs/comparison.md.
    """
    from proctor.cli.run_compare import run

    run(options)
