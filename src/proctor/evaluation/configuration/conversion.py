"""Plain values, such as JSON holds, as the fields of a record: each of its type and in its range."""

import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from proctor.errors import InputError, UnknownNameError

__all__ = ["converted"]

T = TypeVar("T")

WORDS: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text,",
    list[str]: "a list of texts",
    list[int | str]: "a list of numbers or texts",
    Mapping[str, str]: "an object of texts",
    Mapping[str, Any]: "an object",
}

Range = tuple[Callable[[Any], bool], str]
AT_LEAST_0: Range = (lambda value: value >= 0, "of at least 0")
AT_LEAST_1: Range = (lambda value: value >= 1, "of at least 1")
TEXT: Range = (lambda value: value and "\0" not in value, "not empty and without NUL")
ANY: Range = (lambda _: True, "")
RANGES: Mapping[str, Range] = {
    "temperature": AT_LEAST_0,
    "fraction_broken": (lambda value: 0 <= value <= 1, "from 0 to 1"),
    "num_broken": AT_LEAST_0,
    "additional_frac_broken": (lambda value: 0 < value <= 1, "above 0 and at most 1"),
    "additional_num_broken": AT_LEAST_1,
    "max_turns": AT_LEAST_1,
    "max_problems": AT_LEAST_1,
    "epochs": AT_LEAST_1,
    "max_concurrent": AT_LEAST_1,
    "min_test_cases": AT_LEAST_0,
    "max_test_cases": AT_LEAST_1,
}


def converted(values: Mapping[str, Any], record: type[T], where: str) -> T:
    """A *record* with these fields; None stands for one that is not given.

    Raises:
        UnknownNameError: It has no such field; names the nearest.
        InputError: A value is of another type, or out of its range.
    """
    hints = get_type_hints(record)
    fields = {}
    for key, value in values.items():
        if key not in hints:
            raise UnknownNameError(f"key in {where}:", key, hints)
        if value is not None:
            fields[key] = _converted_value(key, value, hints[key], where)
    return record(**fields)


def _converted_value(key: str, value: Any, hint: Any, where: str) -> Any:
    if get_origin(hint) is types.UnionType:  # with None
        hint = get_args(hint)[0]
    in_range, words = RANGES.get(key, TEXT if hint is str else ANY)
    try:
        found = msgspec.convert(value, hint)
        if in_range(found):
            return found
    except msgspec.ValidationError:
        pass
    raise InputError(f"{where}: key {key!r}: expected {f'{WORDS[hint]} {words}'.rstrip()}, found {value!r}")
