"""Run ``proctor doctor`` with its options read, and show what it found."""

from collections.abc import Iterable
from typing import Any

import msgspec
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from proctor.cli.diagnosis import Diagnosis, diagnose
from proctor.cli.printing import print_json, print_tables

LEVELS = {
    1: ("green", "namespaces by bubblewrap, Landlock and seccomp"),
    2: ("green", "Landlock and seccomp"),
    3: ("yellow", "limits only: do not run models that you distrust here"),
}
OUTCOME_STYLES = {"denied": "green", "not denied": "bold red", "not covered": "yellow", "unclear": "bold red"}


def run(options: dict[str, Any]) -> int:
    """Diagnose and print; the exit status: 1 when the sandbox does not start or does not keep its promises."""
    with Console(stderr=True).status("trying the sandbox"):
        found = diagnose(strongest_level=options["strongest_level"], jobs=options["jobs"], python=options["python"])
    if options["as_json"]:
        row = msgspec.to_builtins(found, str_keys=True) | {"ok": found.is_fine}
        print_json(row)
    else:
        print_tables(shown(found))
    return 0 if found.is_fine else 1


def shown(found: Diagnosis) -> RenderableType:
    """The whole page, as the terminal shows it."""
    parts: list[RenderableType] = [_headline(found)]
    parts += [Text(f"  not level {level}: {reason}", "dim") for level, reason in found.reasons.items()]
    parts += [_heading("This machine"), _facts(found)]
    if found.level is not None:
        parts += [_heading(f"At level {found.level} a solution cannot"), _coverage(found, held=True)]
        parts += [_heading("but can"), _coverage(found, held=False)]
    parts += [_heading("Limits"), _limits(found)]
    if found.level is not None:
        parts += [_heading("Attacks, tried just now"), _attacks(found), _verdict(found)]
    return Group(*parts)


def _headline(found: Diagnosis) -> Text:
    if found.level is None:
        return Text(f"The sandbox does not work here: {found.error}", "bold red")
    style, what = LEVELS[found.level]
    return Text.assemble(("Isolation level ", "bold"), (f"{found.level}", f"bold {style}"), f": {what}")


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _facts(found: Diagnosis) -> RenderableType:
    machine, isolation = found.machine, found.isolation
    abi = f"ABI {machine['landlock']}" if machine["landlock"] else "none"
    rows = {
        "proctor": found.proctor,
        "system": f"{machine['system']} {machine['kernel']}, {machine['architecture']}, "
        f"{machine['processors']} processors",
        "user": f"{machine['user']} (uid {machine['uid']}); solutions run as {_solution_user(isolation)}",
        "Landlock": abi,
        "seccomp": "yes" if machine["seccomp"] else "no",
        "bubblewrap": machine["bubblewrap"] or "not used",
        "namespaces": ", ".join(isolation.get("namespaces", [])) or "none",
        "network": isolation.get("network", "unknown"),
        "scratch": "a folder of 16 MB, wiped after each solution" if isolation.get("scratch") else "none",
        "late imports": "yes" if isolation.get("late_imports") else "no: only modules that are loaded beforehand",
        "Python": f"{found.python['version'] or 'unknown'}, {found.python['path']}",
    }
    return _grid(rows.items())


def _solution_user(isolation: dict[str, Any]) -> str:
    names = {"own": "the same user", "unprivileged": "a user of their own", "nobody": "nobody"}
    return names.get(str(isolation.get("user")), "unknown")


def _coverage(found: Diagnosis, *, held: bool) -> RenderableType:
    mark = Text("✓", "green") if held else Text("✗", "yellow")
    table = _plain_table()
    for what, is_held in found.covered.items():
        if is_held is held:
            table.add_row(mark, what)
    return Padding(table, (0, 0, 0, 2))


def _limits(found: Diagnosis) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("limit")
    table.add_column("default", justify="right")
    table.add_column("unit")
    table.add_column("the program sees; verdict", style="dim")
    for limit in found.limits:
        value = limit["default"]
        number = f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else "unknown"
        table.add_row(limit["what"], number, limit["unit"], limit["on_reaching"])
    return Padding(table, (0, 0, 0, 2))


def _attacks(found: Diagnosis) -> RenderableType:
    table = _plain_table()
    for trial in found.attacks:
        style = OUTCOME_STYLES[trial.outcome]
        table.add_row(Text(trial.outcome, style), Text(trial.attack, "" if trial.is_fine else style), trial.detail)
    table.columns[-1].style = "dim"
    return Padding(table, (0, 0, 0, 2))


def _verdict(found: Diagnosis) -> Text:
    speed = f"\n{found.solutions_per_second:,.0f} trivial solutions a second with {found.jobs} at once"
    broken = [trial for trial in found.attacks if not trial.is_fine]
    if broken:
        return Text.assemble(
            speed,
            (f"\n{len(broken)} of {len(found.attacks)} attacks were not denied: do not run solutions here", "bold red"),
        )
    open_ones = sum(trial.outcome == "not covered" for trial in found.attacks)
    if open_ones:
        return Text.assemble(
            speed,
            (f"\n{open_ones} of {len(found.attacks)} attacks got through, which level 3 does not cover", "yellow"),
        )
    return Text.assemble(speed, (f"\nall {len(found.attacks)} attacks were denied", "green"))


def _grid(rows: Iterable[tuple[str, str]]) -> RenderableType:
    table = _plain_table()
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    return Padding(table, (0, 0, 0, 2))


def _plain_table() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))
