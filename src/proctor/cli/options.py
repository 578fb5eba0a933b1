"""Options that several commands have, and what their defaults are read from."""

import os
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from proctor.execution import Limits

F = TypeVar("F", bound=Callable[..., Any])

_TOTAL_TIMEOUT = 6  # CPU time of a whole solution, in multiples of that of one test


def processors() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_jobs() -> int:
    """One more than there are processors: one of them is always between two solutions, waiting for us."""
    return processors() + 1


def limits_of(options: dict[str, Any]) -> "Limits":
    """What ``--timeout`` and ``--memory`` allow a solution."""
    from proctor.execution import Limits

    seconds = options["timeout"]
    return Limits(cpu_seconds=seconds, total_cpu_seconds=_TOTAL_TIMEOUT * seconds, memory_mb=options["memory"])


def _interpreter(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The absolute path, links kept: a virtual environment's interpreter is a link and knows by it where it is."""
    if value is None:
        return None
    found = shutil.which(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no program that you may run.", param=parameter)
    return os.path.abspath(found)


num_problems_option: Callable[[Any], Any] = click.option(
    "--num-problems",
    "max_problems",
    metavar="N",
    type=click.IntRange(min=1),
    show_default="all",
    help="Problems loaded at most.",
)
jobs_option: Callable[[Any], Any] = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=default_jobs,
    show_default="one more than there are processors",
    help="Solutions that run at once.",
)
harness_option: Callable[[Any], Any] = click.option(
    "--harness",
    type=click.Choice(["isolated", "exposed"]),
    default="isolated",
    help="isolated: verdicts that a solution cannot forge. exposed: solution and tests in one process whose exit "
    "status is the verdict, as naive graders do, for research.",
)
timeout_option: Callable[[Any], Any] = click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    help="CPU time for one test; a whole solution has six times that.",
)
memory_option: Callable[[Any], Any] = click.option(
    "--memory", metavar="MB", type=click.IntRange(min=64), default=1024, help="Memory for one solution."
)
python_option: Callable[[Any], Any] = click.option(
    "--python",
    metavar="PATH",
    callback=_interpreter,
    show_default="the one that runs proctor",
    help="The interpreter that runs solutions, with the packages that are installed for it.",
)
require_isolation_option: Callable[[Any], Any] = click.option(
    "--require-isolation",
    metavar="N",
    type=click.IntRange(1, 3),
    show_default="none",
    help="Run nothing unless the sandbox reaches this level: 1 namespaces, Landlock and seccomp, 2 Landlock and "
    "seccomp, 3 limits only. `proctor doctor` says which one it reaches here, and why not a stronger one.",
)


def sandbox_options(command: F) -> F:
    """Give a command the options of running solutions, in this order."""
    given = (jobs_option, timeout_option, memory_option, require_isolation_option, python_option)
    for option in reversed(given):
        command = option(command)
    return command
