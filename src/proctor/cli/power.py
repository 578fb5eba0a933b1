"""``proctor power``: its options; :mod:`proctor.cli.run_power`, which does it, is imported when it runs."""

from typing import Any

import click

SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command(context_settings={"show_default": True})
@click.option(
    "--difference",
    metavar="SHARE",
    type=click.FloatRange(0, 1, min_open=True),
    show_default="a table of several",
    help="The difference that is to be found: 0.1 for 10 points.",
)
@click.option(
    "--problems",
    metavar="N",
    type=click.IntRange(2, 100_000),
    show_default="as many as it takes",
    help="How many problems there are: the difference that they show, or with --difference their power.",
)
@click.option(
    "--baseline", metavar="SHARE", type=click.FloatRange(0, 1), default=0.3, help="The lower one of the two rates."
)
@click.option("--power", metavar="SHARE", type=SHARE, default=0.8, help="How probably the difference is to be found.")
@click.option("--alpha", metavar="P", type=SHARE, default=0.05, help="Largest p value that counts, two-sided.")
@click.option(
    "--discordance",
    metavar="SHARE",
    type=click.FloatRange(0, 1, min_open=True),
    show_default="that of independent answers",
    help="The share of the problems that just one of the two models hits.",
)
@click.option(
    "--correlation",
    metavar="R",
    type=click.FloatRange(-1, 1),
    show_default="0",
    help="Of two answers to the same problem, of one model or of both; says the same as --discordance.",
)
@click.option(
    "--samples", metavar="K", type=click.IntRange(min=1), default=1, help="Answers of each model to a problem."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON and nothing else.")
def power(**options: Any) -> None:
    """Say how many problems it takes to find a difference.

    It is the power of the tests that proctor compare uses: exactly that of McNemar's exact test with one answer to a
    problem, that of the paired t-test, which is close to the permutation test's, with several. Answers are taken to be
    independent unless you say otherwise; most models are not, and then fewer problems do. See docs/comparison.md.
    """
    if options["discordance"] is not None and options["correlation"] is not None:
        raise click.UsageError("--discordance and --correlation say the same: give one of them.")
    from proctor.cli.run_power import run

    run(options)
