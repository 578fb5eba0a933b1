"""Make a configuration of plain values, such as a JSON file or a command line gives.

Nothing is guessed: a key that is not known, that belongs to another type of evaluation, or that contradicts another
one is refused by its name, and so is a value of the wrong type or out of its range. Null stands for a key that is not
given.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.configuration.config import EvaluationConfig, RunOptions
from proctor.evaluation.configuration.conversion import converted
from proctor.evaluation.datasets import Filters
from proctor.prompts import prompt_ids

__all__ = ["EVALUATION_KEYS", "RUN_KEYS", "SAME_TWICE", "eval_type_of", "make_config", "make_run_options"]

COMMON = frozenset(
    {"eval_type", "datasets", "datasets_base_dir", "source_dataset", "max_problems", "seed", "epochs"}
    | {"model", "provider", "temperature", "prompt_id", "system_prompt_id"}
)
SHOWING = COMMON | {"fraction_broken", "num_broken", "dataset_filters"}
TEMPTING = SHOWING | {"allow_flagging", "flag_prompt_id", "originals"}
SOLVING = TEMPTING | {"feedback", "max_turns"}

EVALUATION_KEYS: Mapping[str, frozenset[str]] = {
    "choice": TEMPTING,
    "completion": SOLVING,
    "multiturn": SOLVING | {"additional_frac_broken", "additional_num_broken"},
    "rating": SHOWING | {"attribute", "self_rate"},
    "code_selection": COMMON,
}
"""The keys that the configuration of each type of evaluation may have."""

RUN_KEYS = frozenset(field.name for field in dataclasses.fields(RunOptions))
"""The keys that say how an evaluation is run; one of any type may have them."""

SAME_TWICE = (("fraction_broken", "num_broken"), ("additional_frac_broken", "additional_num_broken"))
"""Pairs of keys that say the same in two ways."""

PROMPT_KINDS = {
    "choice": {"prompt_id": "choice", "flag_prompt_id": "choice_flag"},
    "completion": {"prompt_id": "generation", "flag_prompt_id": "flag", "feedback": "feedback"},
    "multiturn": {"prompt_id": "multiturn", "flag_prompt_id": "flag", "feedback": "feedback"},
    "rating": {"prompt_id": "rating"},
    "code_selection": {"prompt_id": "code_selection"},
}  # of the keys that name a prompt, beside system_prompt_id


def make_config(values: Mapping[str, Any], where: str) -> EvaluationConfig:
    """The configuration that *values* hold, with defaults for what they do not say.

    Args:
        values: By key; those of :class:`RunOptions` are passed over.
        where: What a complaint begins with: the file.

    Raises:
        UnknownNameError: A key, the type or a prompt is not known; names the nearest.
        InputError: A key or a value does not do.
    """
    given = {key: value for key, value in values.items() if value is not None and key not in RUN_KEYS}
    _check_keys(given, where)
    _check_contradictions(given, where)
    config = converted(given, EvaluationConfig, where)
    _check_filters(config, f"{where}: dataset_filters")
    if config.eval_type == "rating":
        config = _with_rating_prompt(config, where)
    _check_prompts(config, where)
    return config


def eval_type_of(values: Mapping[str, Any], where: str) -> str:
    """The type of evaluation that *values* are for.

    Raises:
        UnknownNameError: It is not known; names the nearest.
        InputError: They do not say.
    """
    eval_type = values.get("eval_type")
    if not isinstance(eval_type, str):
        found = "nothing" if eval_type is None else repr(eval_type)
        raise InputError(f"{where}: key 'eval_type': expected one of {', '.join(EVALUATION_KEYS)}, found {found}")
    if eval_type not in EVALUATION_KEYS:
        raise UnknownNameError(f"eval_type in {where}:", eval_type, EVALUATION_KEYS)
    return eval_type


def make_run_options(values: Mapping[str, Any], where: str) -> RunOptions:
    """How to run what :func:`make_config` makes of the same *values*.

    Raises:
        InputError: A value does not do.
    """
    return converted({key: values[key] for key in RUN_KEYS & values.keys()}, RunOptions, where)


def _check_keys(given: Mapping[str, Any], where: str) -> None:
    eval_type = eval_type_of(given, where)
    for key in given:
        if key in EVALUATION_KEYS[eval_type]:
            continue
        owners = [name for name, keys in EVALUATION_KEYS.items() if key in keys]
        if owners:
            raise InputError(f"{where}: key {key!r} belongs to {', '.join(owners)}, not to {eval_type}; leave it out")
        if key == "grid":
            raise InputError(f"{where}: key 'grid' stands for several evaluations; run the file's folder with batch")
        raise UnknownNameError(f"key in {where}:", key, EVALUATION_KEYS[eval_type] | RUN_KEYS)


def _check_contradictions(given: Mapping[str, Any], where: str) -> None:
    for one, other in SAME_TWICE:
        if one in given and other in given:
            raise InputError(f"{where}: keys {one!r} and {other!r} say the same in two ways; keep one of them")
    if "flag_prompt_id" in given and given.get("allow_flagging", False) is False:
        raise InputError(
            f"{where}: key 'flag_prompt_id' words an objection that 'allow_flagging' does not allow; "
            "set 'allow_flagging' to true, or leave 'flag_prompt_id' out"
        )


def _check_filters(config: EvaluationConfig, where: str) -> None:
    filters = converted(config.dataset_filters, Filters, where)
    fewest, most = filters.min_test_cases, filters.max_test_cases
    if most is not None and fewest > most:
        raise InputError(f"{where}: keys 'min_test_cases' ({fewest}) and 'max_test_cases' ({most}) leave no problem")


def _with_rating_prompt(config: EvaluationConfig, where: str) -> EvaluationConfig:
    """Who is rated decides the wording; ``basic`` stands for either."""
    own, other = ("self", "monitor") if config.self_rate else ("monitor", "self")
    if config.prompt_id == other:
        found = f"{where}: key 'prompt_id': {other!r} is not for 'self_rate' {str(config.self_rate).lower()}"
        raise InputError(f"{found}; expected {own!r}, or leave it out")
    return dataclasses.replace(config, prompt_id=own) if config.prompt_id == "basic" else config


def _check_prompts(config: EvaluationConfig, where: str) -> None:
    for key, kind in {**PROMPT_KINDS[config.eval_type], "system_prompt_id": "system"}.items():
        prompt_id = getattr(config, key)
        if prompt_id is not None and prompt_id not in prompt_ids(kind):
            raise UnknownNameError(f"{kind} prompt in {where}: {key}", prompt_id, prompt_ids(kind))
