"""The values of a configuration as files and command lines say them, ours and the earlier program's."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.configuration.rules import SAME_TWICE
from proctor.records import decode_json, read_json

__all__ = ["override", "parse_datasets", "parse_template_params", "read_config", "with_template_params"]

GRADERS = {
    "choice": "mcq",
    "completion": "test_execution",
    "multiturn": "test_execution",
    "rating": "rating_extraction",
    "code_selection": "mcq",
}  # the earlier program's names of what grades a type
EARLIER_KEYS: Mapping[str, tuple[Any, str]] = {
    "grader_type": ("auto", "every type has one grader"),
    "use_batch_api": (False, "questions are asked one by one"),
    "chunk_size": (None, "questions are asked one by one"),
    "save_results": (True, "results are always stored"),
    "openai_tag": (None, "requests carry no tag"),
}
"""Keys that mean nothing any more: the value that goes without saying, and why no other one is good."""


def read_config(path: Path, eval_type: str | None = None) -> dict[str, Any]:
    """The values of a file, ready to be overridden and made a configuration of; they are not checked here.

    ``template_params`` are folded in, and keys of the earlier program's that ask for nothing are left out.

    Args:
        path: A file with one JSON object.
        eval_type: What is to be run; None for whatever the file says.

    Raises:
        InputError: The file cannot be read, is of another type of evaluation, or has a key of the earlier program's
            that asks for what there is no more.
    """
    where = str(path)
    values = read_json(path)
    if eval_type is not None and values.setdefault("eval_type", eval_type) != eval_type:
        raise InputError(f"{where}: key 'eval_type': expected {eval_type!r}, found {values['eval_type']!r}")
    params = values.pop("template_params", None)
    params = {} if params is None else params
    if not isinstance(params, dict):
        raise InputError(f"{where}: key 'template_params': expected an object, found {params!r}")
    _drop_earlier_keys(values, where)
    return with_template_params(values, params, where)


def with_template_params(values: Mapping[str, Any], params: Mapping[str, Any], where: str) -> dict[str, Any]:
    """*values* with *params*, which are keys of a configuration like any other.

    Raises:
        InputError: A key stands in both, with two values.
    """
    for key, value in params.items():
        if values.get(key, value) != value:
            raise InputError(
                f"{where}: key {key!r} is {value!r} in template_params and {values[key]!r} beside it; keep one of them"
            )
    return {**values, **params}


def override(values: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """*values* with those that are *given* in their place.

    What is given also drops what would contradict it: a number of broken tests the share of them, and a model that may
    not flag the wording in which it might.
    """
    dropped = {one for pair in SAME_TWICE for one in pair if given.keys() & pair} - given.keys()
    if given.get("allow_flagging") is False:
        dropped |= {"flag_prompt_id"} - given.keys()
    return {**{key: value for key, value in values.items() if key not in dropped}, **given}


def parse_datasets(text: str) -> dict[str, Any]:
    """Labels and files: ``clean:clean.json,hack:hack.json``, or the same as a JSON object.

    Raises:
        InputError: It is neither.
    """
    return _parse_pairs(text, "--datasets", "LABEL:FILE", value_of=str)


def parse_template_params(text: str) -> dict[str, Any]:
    """Keys of a configuration: ``attribute:helpfulness,self_rate:false``, or the same as a JSON object.

    Raises:
        InputError: It is neither.
    """
    return _parse_pairs(text, "--template-params", "KEY:VALUE", value_of=_json_or_text)


def _drop_earlier_keys(values: dict[str, Any], where: str) -> None:
    for key, (harmless, reason) in EARLIER_KEYS.items():
        value = values.pop(key, None)
        own = GRADERS.get(str(values.get("eval_type"))) if key == "grader_type" else None
        if value not in (None, harmless, own):
            raise InputError(f"{where}: key {key!r}: {reason}, found {value!r}; leave the key out")


def _parse_pairs(text: str, option: str, form: str, value_of: Callable[[str], Any]) -> dict[str, Any]:
    if text.lstrip().startswith("{"):
        return decode_json(text.encode(), option)
    pairs = [part.partition(":") for part in text.split(",")]
    found = {key.strip(): value_of(value.strip()) for key, _, value in pairs if key.strip() and value.strip()}
    if len(found) < len(pairs):
        raise InputError(f"{option}: expected {form},… with different names, or a JSON object, found {text!r}")
    return found


def _json_or_text(text: str) -> Any:
    """What *text* spells in JSON, such as ``false`` or ``0.5``; else itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
