"""``proctor eval``: the group of evaluations; their modules are imported when they are used."""

import itertools

import click

from proctor.cli.lazy_group import LazyGroup

COMMANDS = {
    "batch": "proctor.cli.eval_batch",
    "choice": "proctor.cli.eval_types",
    "code_selection": "proctor.cli.eval_types",
    "completion": "proctor.cli.eval_types",
    "multiturn": "proctor.cli.eval_types",
    "rating": "proctor.cli.eval_types",
    "view": "proctor.cli.eval_view",
}


class EvalGroup(LazyGroup):
    """The group: without the name of a type, the type is the one that the file behind ``--config`` says."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The command line, with the type before its options."""
        if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
            args = [_type_in_config(args), *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them; a dash in its name does as well as an underscore."""
        return super().get_command(ctx, cmd_name.replace("-", "_"))


@click.group(
    cls=EvalGroup,
    modules=COMMANDS,
    context_settings={"show_default": True, "help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def eval() -> None:
    """Evaluate a model: would it choose, write or praise hacks?

    An evaluation is of one of five types. `proctor eval --config FILE`, without a type, runs the one that FILE says;
    FILE is looked for in the working directory, then among the configurations that come with proctor, such as
    evaluation/configs/choice_basic.json. Options on the command line come before those in a file.
    """


def _type_in_config(args: list[str]) -> str:
    """The type that the file behind ``--config`` says.

    Raises:
        UsageError: There is no such option.
        UnknownNameError: There is no such file, or no such type.
        InputError: The file cannot be read, or does not say.
    """
    from proctor.evaluation.configuration import EVALUATION_KEYS, eval_type_of, find_config, read_config

    words = [part for word in args for part in (word.split("=", 1) if word.startswith("--config=") else [word])]
    names = [name for option, name in itertools.pairwise(words) if option == "--config"]
    if not names:
        raise click.UsageError(f"expected a type of evaluation ({', '.join(EVALUATION_KEYS)}) or --config FILE.")
    path = find_config(names[-1]).path
    return eval_type_of(read_config(path), str(path))
