"""Run ``proctor prompts`` with its options read."""

from collections.abc import Iterable
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proctor.cli.printing import print_json
from proctor.errors import InputError, UnknownNameError
from proctor.prompts import (
    PROMPT_KINDS,
    Prompt,
    example_variables,
    find_prompt,
    load_prompt_file,
    prompt_ids,
)

WIDE = 120  # columns where nobody's terminal says how many there are


def list_prompts(options: dict[str, Any]) -> None:
    """Print the registered prompts, kind by kind.

    Raises:
        UnknownNameError: No such kind.
    """
    kind = options["kind"]
    found = [find_prompt(one, name) for one in ([kind] if kind else PROMPT_KINDS) for name in prompt_ids(one)]
    if options["as_json"]:
        print_json([_row(prompt) | {"first_line": _first_line(prompt)} for prompt in found])
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    console.print(_table(found))


def show_prompt(options: dict[str, Any]) -> None:
    """Print one prompt.

    Raises:
        UnknownNameError: No such kind or id.
        InputError: The id stands in several kinds; or a file is no prompt.
    """
    prompt = _chosen(options)
    example = prompt.render(**example_variables(prompt.kind, stdin=options["stdin"])) if options["example"] else None
    if options["as_json"]:
        print_json(_row(prompt) | {"text": prompt.text} | ({} if example is None else {"example": example}))
        return
    for name, value in (("prompt", prompt.name), ("variables", _variables(prompt)), ("digest", prompt.digest)):
        click.echo(click.style(f"{name:<11}", dim=True) + value)
    click.echo()
    click.echo(prompt.text.rstrip("\n") if example is None else example)


def _chosen(options: dict[str, Any]) -> Prompt:
    kind, prompt_id = options["kind"], options["prompt_id"]
    if options["prompt_file"] is not None:
        if kind not in (None, "generation"):
            raise InputError(f"a prompt file is of the kind 'generation', found --kind {kind!r}")
        return load_prompt_file(options["prompt_file"])
    return find_prompt(*_kind_and_id(kind, prompt_id))


def _kind_and_id(kind: str | None, prompt_id: str) -> tuple[str, str]:
    """Which prompt is meant; its name in a run record, ``generation/basic``, will do too."""
    if kind is not None:
        return kind, prompt_id
    if "/" in prompt_id:
        kind, _, prompt_id = prompt_id.partition("/")
        return kind, prompt_id
    if prompt_id in PROMPT_KINDS:
        known = ", ".join(prompt_ids(prompt_id))
        raise InputError(f"expected a prompt's id, found the kind {prompt_id!r}; it has: {known}")
    kinds = [one for one in PROMPT_KINDS if prompt_id in prompt_ids(one)]
    if not kinds:
        raise UnknownNameError("prompt", prompt_id, {name for one in PROMPT_KINDS for name in prompt_ids(one)})
    if len(kinds) > 1:
        raise InputError(f"prompt {prompt_id!r} stands in several kinds; choose one by --kind: {', '.join(kinds)}")
    return kinds[0], prompt_id


def _row(prompt: Prompt) -> dict[str, Any]:
    return {
        "kind": prompt.kind,
        "id": prompt.prompt_id,
        "variables": sorted(prompt.takes),
        "digest": prompt.digest,
    }


def _table(found: Iterable[Prompt]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("id", style="bold", no_wrap=True)
    table.add_column("variables", style="dim", max_width=24)
    table.add_column("first line", no_wrap=True, overflow="ellipsis", ratio=1)
    last = None
    for prompt in found:
        if last not in (None, prompt.kind):
            table.add_section()
        is_first = prompt.kind != last
        head = (prompt.kind, _variables(prompt)) if is_first else ("", "")
        table.add_row(head[0], Text(prompt.prompt_id), head[1], Text(_first_line(prompt)))
        last = prompt.kind
    return table


def _variables(prompt: Prompt) -> str:
    return ", ".join(sorted(prompt.takes)) or "none"


def _first_line(prompt: Prompt) -> str:
    return prompt.text.strip().partition("\n")[0]
