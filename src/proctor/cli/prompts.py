"""``proctor prompts``: its options. What it does stands in :mod:`proctor.cli.run_prompts`, imported when it runs."""

from pathlib import Path
from typing import Any

import click

kind_option = click.option("--kind", metavar="KIND", help="Only prompts of this kind, such as generation or system.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON and nothing else.")


@click.group()
def prompts() -> None:
    """See every text that a model is sent, and try your own.

    list and show take --kind and --json. show takes --example, which fills the variables (with --stdin, for a program
    in place of a function), and --prompt-file for a file of your own in place of an ID.
    """


@prompts.command("list")
@kind_option
@json_option
def list_(**options: Any) -> None:
    """List the prompts.

    Each with its kind, its id and its first line; each kind with the variables that its prompts take.
    """
    from proctor.cli.run_prompts import list_prompts

    list_prompts(options)


@prompts.command()
@click.argument("prompt_id", metavar="[ID]", required=False)
@kind_option
@click.option(
    "--prompt-file",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A template of your own, of the kind generation, in place of an ID.",
)
@click.option("--example", is_flag=True, help="Fill its variables with a small example and show what a model reads.")
@click.option("--stdin", is_flag=True, help="With --example: for a problem that is solved by a program.")
@json_option
def show(**options: Any) -> None:
    """Show a prompt with its kind, its variables and its digest."""
    if (options["prompt_id"] is None) is (options["prompt_file"] is None):
        raise click.UsageError("expected an ID or --prompt-file, and not both.")
    if options["stdin"] and not options["example"]:
        raise click.UsageError("--stdin says which --example: give both.")
    from proctor.cli.run_prompts import show_prompt

    show_prompt(options)
