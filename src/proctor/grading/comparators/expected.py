"""Read the text that a data set expects: the value of a literal, or the text itself. Nothing is evaluated."""

import ast
import json
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from proctor.execution.jail.values import BadTreeError, UnsupportedValueError, count_nodes, encode

__all__ = ["Expected", "measure", "read_expected", "read_json"]

_SHORT, _LONG = 500, 10_000  # characters of texts whose values are kept: the same tests are asked of many solutions
_LONG_INTEGER = re.compile(r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<![\w.])([0-9]{4301,})(?![\w.])""")
_CONSTRUCTORS: dict[str, Callable[..., Any]] = {
    "Counter": Counter,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "OrderedDict": OrderedDict,
    "deque": deque,
    "float": float,
    "frozenset": frozenset,
    "range": range,
    "set": set,
}
_CONSTANTS = {"inf": float("inf"), "nan": float("nan")}


class Expected(NamedTuple):
    """What a test expects.

    Attributes:
        value: The value that the text spells; the text itself where it spells none.
        nodes: How many elements the value has, itself included; 0 for one that no plain value can equal.
        text: The text that is accepted besides, from a string: only where the text is no Python literal.
    """

    value: Any
    nodes: int
    text: str | None = None


def read_expected(text: str) -> Expected:
    """What *text* expects; the value must not be changed.

    Besides literals, the forms are read in which Python prints plain data: ``inf``, ``nan``, ``frozenset({1})``,
    ``deque([1])``, ``Counter({'a': 1})``, ``OrderedDict(…)``, ``Decimal('1.5')``, ``Fraction(1, 2)``, ``range(3)``; and
    integers of any length.
    """
    if len(text) <= _SHORT:
        return _read_short(text)
    return _read_long(text) if len(text) <= _LONG else _read(text)


def read_json(text: str) -> Expected:
    """The same, where the text may also be JSON's ``true``, ``false``, ``null``, as in hub rows of LiveCodeBench."""
    found = read_expected(text)
    if found.text is None:
        return found
    try:
        return measure(json.loads(text))
    except (ValueError, RecursionError):
        return found


def measure(value: Any, text: str | None = None) -> Expected:
    """*value* with its size."""
    try:
        return Expected(value, count_nodes(encode(value)), text)
    except (BadTreeError, UnsupportedValueError, RecursionError):
        return Expected(value, 0, text)


def _read(text: str) -> Expected:
    try:
        return measure(ast.literal_eval(text.strip()))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    try:
        return measure(_value(ast.parse(_with_hexadecimal(text.strip()), mode="eval").body), text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, ArithmeticError):
        return measure(text, text)


_read_short = lru_cache(maxsize=2048)(_read)
_read_long = lru_cache(maxsize=128)(_read)


def _with_hexadecimal(text: str) -> str:
    """*text* with integers that Python refuses to read in decimal, for their length, spelt otherwise."""
    return _LONG_INTEGER.sub(lambda found: found[1] or hex(int(Decimal(found[2]))), text)


def _value(node: ast.expr) -> Any:  # noqa: PLR0911 - one line a kind of node
    """The value of a literal that may hold the constants and constructors above; ValueError for anything else."""
    match node:
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id=name)) if name in _CONSTANTS:
            return -_CONSTANTS[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CONSTRUCTORS:
            return _CONSTRUCTORS[name](*map(_value, args))
        case ast.List(elts=items):
            return list(map(_value, items))
        case ast.Tuple(elts=items):
            return tuple(map(_value, items))
        case ast.Set(elts=items):
            return set(map(_value, items))
        case ast.Dict(keys=keys, values=values):
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True) if key is not None}
    return ast.literal_eval(node)
