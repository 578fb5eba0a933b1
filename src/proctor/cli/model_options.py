"""The options of every command that asks models, and what they stand for."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from proctor.models import Accounts, Model, ModelOptions, Reference
    from proctor.prompts import Prompt

F = TypeVar("F", bound=Callable[..., Any])

Option = Callable[[Any], Any]

prompt_id_option: Option = click.option("--prompt-id", metavar="ID", default="basic", help="The wording of the task.")
system_prompt_id_option: Option = click.option(
    "--system-prompt-id", metavar="ID", show_default="none", help="The wording of a system prompt."
)
feedback_option: Option = click.option(
    "--feedback",
    metavar="ID",
    default="full",
    help="What a model is told about failed tests between two turns: none, counts, values or full.",
)
max_concurrent_option: Option = click.option(
    "--max-concurrent", metavar="N", type=click.IntRange(min=1), default=5, help="Calls under way at once at most."
)


def model_option(default: str) -> Option:
    """The one model of a command that asks one."""
    return click.option("--model", metavar="NAME", default=default, help="The model that is asked (docs/models.md).")


def temperature_option(default: float) -> Option:
    """Of sampling."""
    return click.option(
        "--temperature", type=click.FloatRange(min=0), default=default, help="Of sampling; 0 for the likeliest."
    )


_prompt_file_option: Option = click.option(
    "--prompt-file",
    metavar="PATH",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A wording of the task of your own, in place of --prompt-id (docs/prompts.md).",
)
_OPTIONS: tuple[Option, ...] = (
    click.option(
        "--provider",
        metavar="NAME",
        show_default="by the model's name",
        help="Who serves the models: openai, anthropic, together, openrouter, gemini or openai-compatible.",
    ),
    click.option(
        "--base-url",
        metavar="URL",
        show_default="the provider's own",
        help="Where the endpoint lies, such as http://127.0.0.1:8080/v1.",
    ),
    click.option(
        "--api-max-retries",
        metavar="N",
        type=click.IntRange(min=0),
        default=8,
        help="How often one call is tried again after a failure that may pass.",
    ),
    click.option(
        "--api-timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        default=600.0,
        help="The longest that one try of a call may take, and the longest rest that an endpoint may ask for.",
    ),
    click.option(
        "--max-cost",
        metavar="USD",
        type=click.FloatRange(min=0),
        show_default="no cap",
        help="Stop before all runs of this output together cost more, by list prices; more lets it go on.",
    ),
    click.option(
        "--max-total-tokens",
        metavar="N",
        type=click.IntRange(min=0),
        show_default="no cap",
        help="The same for tokens, of questions and answers together.",
    ),
    click.option("--no-cache", is_flag=True, help="Ask anew what was asked before, and keep no answer."),
    click.option(
        "--cache-dir",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        show_default="~/.cache/proctor",
        help="Where answers that were paid for are kept.",
    ),
)


def model_options(command: F) -> F:
    """Give a command the options that :func:`model_options_of` and :func:`prompt_of` read."""
    wrapped: F = _prompt_file_option(endpoint_options(command))
    return wrapped


def endpoint_options(command: F) -> F:
    """Give a command the options that :func:`model_options_of` reads."""
    for option in reversed(_OPTIONS):  # so that help shows them in their order
        command = option(command)
    return command


def model_options_of(options: dict[str, Any]) -> "ModelOptions":
    """How models are reached, and what they may cost."""
    from proctor.models import ModelOptions

    most = ModelOptions.max_concurrent if options.get("max_concurrent") is None else options["max_concurrent"]
    return ModelOptions(
        provider=options["provider"],
        base_url=options["base_url"],
        max_retries=options["api_max_retries"],
        timeout_seconds=options["api_timeout"],
        max_concurrent=most,
        cache_folder=options["cache_dir"],
        use_cache=not options["no_cache"],
        max_cost=options["max_cost"],
        max_total_tokens=options["max_total_tokens"],
    )


def model_of(options: dict[str, Any], references: Mapping[str, "Reference"], accounts: "Accounts") -> "Model":
    """The one model of a command, on the accounts of its output.

    Raises:
        UnknownNameError: There is no such model.
        InputError: It has no key, or a cap cannot hold.
    """
    from proctor.models import make_model

    return make_model(
        options["model"],
        references=references,
        seed=options["seed"],
        options=model_options_of(options),
        accounts=accounts,
    )


def prompt_of(options: dict[str, Any], kind: str = "generation") -> "Prompt":
    """The prompt that ``--prompt-file`` or, among those of *kind*, ``--prompt-id`` names.

    Raises:
        UsageError: Both are given.
        UnknownNameError: No prompt has that id.
        InputError: The file is no prompt.
    """
    from proctor.prompts import find_prompt

    return own_prompt_of(options) or find_prompt(kind, options["prompt_id"])


def own_prompt_of(options: dict[str, Any], *, params: Iterable[str] = ()) -> "Prompt | None":
    """The prompt in the user's own ``--prompt-file``, its id the file's absolute path; None without one.

    Args:
        options: Of the command.
        params: Names of further variables that it will be given.

    Raises:
        UsageError: ``--prompt-id`` is given as well.
        InputError: The file is no prompt.
    """
    from proctor.prompts import load_prompt_file

    path: Path | None = options["prompt_file"]
    if path is None:
        return None
    if click.get_current_context().get_parameter_source("prompt_id") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--prompt-id and --prompt-file say the same: give one of them.")
    return load_prompt_file(path.resolve(), params=params)
