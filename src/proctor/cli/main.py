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

import importlib
from collections.abc import Sequence

import click

from proctor import __version__
from proctor.cli.stopping import STOPPED
from proctor.errors import ProctorError

COMMANDS = {
    "audit": "proctor.cli.audit",
    "doctor": "proctor.cli.doctor",
    "grade": "proctor.cli.grade",
    "prompts": "proctor.cli.prompts",
}
"""From a command's name to the module that has a ``click`` command of that name; imported when used."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="proctor %(version)s")
def proctor() -> None:
    """An examiner for code models: does a model cheat on tests, how often, and how?"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status.

    Args:
        arguments: What stands after ``proctor``; None for what this process was given.
    """
    try:
        status = proctor.main(arguments, prog_name="proctor", standalone_mode=False)
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


def _fail(message: str) -> int:
    click.echo(f"error: {' '.join(message.split())}", err=True)
    return 1
