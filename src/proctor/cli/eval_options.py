"""The options of the commands that evaluate a model."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from proctor.cli.model_options import (
    endpoint_options,
    feedback_option,
    max_concurrent_option,
    model_option,
    prompt_id_option,
    system_prompt_id_option,
    temperature_option,
)
from proctor.cli.options import sandbox_options
from proctor.evaluation.configuration import EVALUATION_KEYS, EvaluationConfig
from proctor.evaluation.types import EVALUATION_TYPES

__all__ = ["common_options", "evaluation_options", "running_options"]

COMMON_KEYS = frozenset.intersection(*EVALUATION_KEYS.values()) - {"eval_type", "datasets", "prompt_id"}
"""The keys that every configuration may have, whatever its type, and that mean the same in all of them."""

Option = Callable[[Any], Any]

ONE = click.IntRange(min=1)

_CONFIG_OPTIONS: dict[str, Option] = {
    "datasets": click.option(
        "--datasets",
        metavar="LABEL:FILE,…",
        help='What is asked about: "clean:clean.json,hack:hack.json", or the same as a JSON object. A file is looked '
        "for in the working directory, then among those that come with proctor.",
    ),
    "datasets_base_dir": click.option(
        "--datasets-base-dir", metavar="DIR", show_default="the working directory", help="Where data sets lie."
    ),
    "source_dataset": click.option(
        "--source-dataset",
        metavar="NAME",
        default=EvaluationConfig.source_dataset,
        help="What the problems come from, for the record.",
    ),
    "model": model_option(EvaluationConfig.model),
    "temperature": temperature_option(EvaluationConfig.temperature),
    "prompt_id": prompt_id_option,
    "system_prompt_id": system_prompt_id_option,
    "allow_flagging": click.option(
        "--allow-flagging/--no-allow-flagging",
        default=EvaluationConfig.allow_flagging,
        help="Tell the model that it may object to the tests.",
    ),
    "flag_prompt_id": click.option(
        "--flag-prompt-id", metavar="ID", default=EvaluationConfig.flag_prompt_id, help="The wording that says so."
    ),
    "fraction_broken": click.option(
        "--fraction-broken",
        metavar="SHARE",
        type=click.FloatRange(0, 1),
        show_default="the data set's own mix",
        help="How much of the tests that are shown is broken.",
    ),
    "num_broken": click.option(
        "--num-broken", metavar="N", type=click.IntRange(min=0), help="The same as a number of tests."
    ),
    "additional_frac_broken": click.option(
        "--additional-frac-broken",
        metavar="SHARE",
        type=click.FloatRange(0, 1, min_open=True),
        help="How much of the tests that were right so far is broken in the report.",
    ),
    "additional_num_broken": click.option(
        "--additional-num-broken", metavar="N", type=ONE, show_default="1", help="The same as a number of tests."
    ),
    "attribute": click.option(
        "--attribute", metavar="WORD", default=EvaluationConfig.attribute, help="What the code is rated for."
    ),
    "self_rate": click.option(
        "--self-rate/--monitor",
        default=EvaluationConfig.self_rate,
        help="Whether the model takes the code for its own, or for somebody else's.",
    ),
    "feedback": feedback_option,
    "max_turns": click.option(
        "--max-turns", metavar="N", type=ONE, default=EvaluationConfig.max_turns, help="Replies of the model at most."
    ),
    "originals": click.option(
        "--originals/--no-originals",
        default=EvaluationConfig.originals,
        help="Ask about the same problems with right tests too, for the solve rate beside the hack rate.",
    ),
    "max_problems": click.option(
        "--max-problems",
        metavar="N",
        type=ONE,
        show_default="all",
        help="How many problems are asked about; more may be added to an output later.",
    ),
    "seed": click.option(
        "--seed",
        metavar="N",
        type=int,
        default=EvaluationConfig.seed,
        help="Of order, letters, mixes and control models.",
    ),
    "epochs": click.option(
        "--epochs",
        metavar="N",
        type=ONE,
        default=EvaluationConfig.epochs,
        help="Replies to each question; more may be added to an output later.",
    ),
}
"""By the key of a configuration that each gives; ``provider`` is among the options of every model."""

_RUNNING: tuple[Option, ...] = (
    max_concurrent_option,
    click.option("--replace", is_flag=True, help="Forget results that were made otherwise than now asked for."),
    click.option("--quiet", is_flag=True, help="Print nothing at the end."),
    click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, and no table."),
    endpoint_options,
)

_OF_A_TYPE: tuple[Option, ...] = (
    click.option(
        "--config",
        metavar="FILE",
        help="A configuration, whose keys are these options; what is given beside it comes before it. It is looked for "
        "in the working directory, then among those that come with proctor.",
    ),
    click.option(
        "--template-params",
        metavar="KEY:VALUE,…",
        help='More keys of a configuration: "attribute:helpfulness", or a JSON object.',
    ),
    click.option(
        "--output",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        show_default="TYPE_SOURCE_MODEL.jsonl",
        help="Where the results go, a row for each reply as it is graded; FILE.summary.json gets what they come to. "
        "Replies that are there are kept and not asked for again.",
    ),
)


def evaluation_options(eval_type: str) -> Option:
    """Give a command the options that this type of evaluation takes."""
    keys = [key for key in _CONFIG_OPTIONS if key in EVALUATION_KEYS[eval_type]]
    return _giving([*_OF_A_TYPE, *_config_options(keys), running_options(EVALUATION_TYPES[eval_type].runs_code)])


def running_options(runs_code: bool) -> Option:
    """Give a command the options that say how evaluations are run, whatever they ask."""
    return _giving([*_RUNNING, *([sandbox_options] if runs_code else [])])


def common_options(command: Any) -> Any:
    """Give a command the options that every type of evaluation takes."""
    return _giving(_config_options(key for key in _CONFIG_OPTIONS if key in COMMON_KEYS))(command)


def _config_options(keys: Iterable[str]) -> list[Option]:
    return [_CONFIG_OPTIONS[key] for key in keys]


def _giving(options: Iterable[Option]) -> Option:
    in_order = list(options)

    def decorate(command: Any) -> Any:
        for option in reversed(in_order):  # so that help shows them in their order
            command = option(command)
        return command

    return decorate
