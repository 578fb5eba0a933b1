"""``proctor doctor``: its options. What it does stands in :mod:`proctor.cli.run_doctor`, imported when it runs."""

from typing import Any

import click

from proctor.cli.options import jobs_option, python_option


@click.command(context_settings={"show_default": True})
@click.option(
    "--strongest-level",
    metavar="N",
    type=click.IntRange(1, 3),
    default=1,
    help="Try no isolation stronger than this: 1 namespaces, Landlock and seccomp, 2 Landlock and seccomp, 3 limits "
    "only.",
)
@jobs_option
@python_option
@click.option("--json", "as_json", is_flag=True, help="Print all of it as a JSON object and nothing else.")
def doctor(**options: Any) -> int:
    """Say how well solutions are walled in on this machine, and try it.

    Tells the isolation level that is reached and why no stronger one is, what it covers and what not, versions and
    limits; then runs small attacks in the sandbox and measures its speed. Exits with status 1 when the sandbox does
    not start or an attack succeeds that its level promises to deny.
    """
    from proctor.cli.run_doctor import run

    return run(options)
