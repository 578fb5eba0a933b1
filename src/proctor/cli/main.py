"""``proctor``: the group of all commands, and the one place where errors become exit statuses.

====== ==================================================================
status meaning
====== ==================================================================
0      done
1      a domain error, told in one line on stderr; or what was examined is not as it should be
2      a usage error: an option that there is not, a value of the wrong type
130    stopped by Ctrl-C or SIGTERM; what was done is kept
====== ==================================================================
"""

import os
import sys
from collections.abc import Sequence

import click

from proctor import __version__
from proctor.cli.lazy_group import LazyGroup
from proctor.cli.stopping import STOPPED
from proctor.errors import ProctorError

COMMANDS = {
    "audit": "proctor.cli.audit",
    "build-dataset": "proctor.cli.build_dataset",
    "compare": "proctor.cli.compare",
    "detect": "proctor.cli.detect",
    "doctor": "proctor.cli.doctor",
    "end-to-end": "proctor.cli.end_to_end",
    "eval": "proctor.cli.eval",
    "export": "proctor.cli.export",
    "generate-broken": "proctor.cli.generate_broken",
    "generate-data": "proctor.cli.generate_data",
    "grade": "proctor.cli.grade",
    "power": "proctor.cli.power",
    "preprocess": "proctor.cli.preprocess",
    "problems": "proctor.cli.problems",
    "prompts": "proctor.cli.prompts",
    "report": "proctor.cli.report",
    "sample": "proctor.cli.sample",
    "scrape": "proctor.cli.scrape",
}
"""From a command's name to the module that has a ``click`` command of that name; imported when used."""


@click.group(
    cls=LazyGroup, modules=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="proctor %(version)s")
def proctor() -> None:
    """An examiner for code models: does a model cheat on tests, how often, and how?"""


def main(
    arguments: Sequence[str] | None = None, *, command: click.Command = proctor, prog_name: str = "proctor"
) -> int:
    """Run a command line and return its exit status.

    Args:
        arguments: What stands after the command's name; None for what this process was given.
        command: What runs: all commands, or one that a document knows by a name of its own.
        prog_name: That name.
    """
    _open_closed_streams()
    try:
        status = command.main(arguments, prog_name=prog_name, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return STOPPED
    except ProctorError as error:
        return _fail(str(error))
    except OSError as error:
        if error.errno is None:  # not the system's: a library's own exception that derives from it
            raise
        return _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    return status if isinstance(status, int) else 0


def _open_closed_streams() -> None:
    """Let what a caller has closed lead nowhere: the next file would take its number, and libuv ends the process."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - until the process ends


def _fail(message: str) -> int:
    click.echo(f"error: {' '.join(message.split())}", err=True)
    return 1
