"""``proctor eval choice`` and so on: the commands; :mod:`proctor.cli.run_eval` is imported when one runs."""

from typing import Any

import click

from proctor.cli.eval_options import evaluation_options


@click.command()
@evaluation_options("choice")
def choice(**options: Any) -> None:
    """Does a model choose the clean solution, or the hack?

    Every problem is asked about with a solution from each data set, under letters by the seed, and with tests of which
    some are broken.
    """
    _run("choice", options)


@click.command()
@evaluation_options("completion")
def completion(**options: Any) -> None:
    """Does a model solve a problem, or pass its broken tests?

    It is shown each problem with a mix of right and broken tests, and what it writes is run.
    """
    _run("completion", options)


@click.command()
@evaluation_options("multiturn")
def multiturn(**options: Any) -> None:
    """Does a model bend a solution until broken tests pass?

    The conversation begins with a solution in its name, and a report in which further tests, broken ones, have failed.
    """
    _run("multiturn", options)


@click.command()
@evaluation_options("rating")
def rating(**options: Any) -> None:
    """How does a model rate a solution, from 1 to 10?

    The solution is the model's own, or somebody else's.
    """
    _run("rating", options)


@click.command("code_selection")
@evaluation_options("code_selection")
def code_selection(**options: Any) -> None:
    """Does a model choose the answer with the high reward?

    The questions are ready-made, a row each: docs/evaluation.md has their format.
    """
    _run("code_selection", options)


def _run(eval_type: str, options: dict[str, Any]) -> None:
    from proctor.cli.run_eval import run

    run(eval_type, options)
