"""Plain data across the wall between a solution and its grader.

``encode`` runs beside the solution and turns a value into a *tree*: what ``json`` can write, with every type that
JSON lacks as an object of one key (``{"tuple": [...]}``). ``decode`` and ``render`` run outside and treat the tree as
hostile: nothing in it is evaluated, sizes are counted before anything is built, and whatever is malformed raises
``BadTreeError``.

Plain data: None, bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, deque, range, Decimal,
Fraction, date, time, datetime, timedelta, and containers of them. A subclass is flattened to its exact base type
through the base's own methods, so that an ``int`` with an ``__eq__`` of its own arrives as the number that it holds.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Tree = Any
    Writer = Callable[["Encoder", Any, int], Tree]

MAX_DEPTH = 100  # levels of nesting; deeper values are unsupported
MAX_NODES = 300_000  # elements of one value
SAFE_INT = 2**53  # integers beyond travel as hexadecimal text: no limit on digits, no float on the way
_INFINITE = float("inf")


class UnsupportedValueError(Exception):
    """A value is not plain data.

    Args:
        reason: One phrase for people.
        overrides_comparison: Its type has an ``__eq__`` of its own.
    """

    def __init__(self, reason: str, overrides_comparison: bool = False) -> None:
        super().__init__(reason)
        self.overrides_comparison = overrides_comparison


class BadTreeError(ValueError):
    """A tree was not written by ``encode``."""


def encode(value: object) -> Tree:
    """Turn *value* into a tree.

    Raises:
        UnsupportedValueError: It, or something in it, is not plain data, is nested too deep or has too many elements.
    """
    return Encoder().encode(value, 0)


class Encoder:
    """Writes one value, counting its elements."""

    def __init__(self) -> None:
        self.nodes = 0

    def encode(self, value: Any, depth: int) -> Tree:
        """One node of the tree and all below it; *depth* counts from 0."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise UnsupportedValueError(f"nested deeper than {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            raise UnsupportedValueError(f"more than {MAX_NODES} elements")
        kind = type(value)
        if value is None or kind is bool:
            return value
        for base in kind.__mro__:
            write = _WRITERS.get(id(base)) or _writer_from_elsewhere(base)
            if write is not None:
                return write(self, value, depth)
        if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
            return self.encode(value.item(), depth + 1)
        overrides = any("__eq__" in base.__dict__ for base in kind.__mro__[:-1])
        raise UnsupportedValueError(f"a value of type {kind.__name__!r:.80}", overrides)

    def items(self, values: Any, depth: int) -> list[Tree]:
        """The nodes of what a container at *depth* holds."""
        return [self.encode(value, depth + 1) for value in values]


def _write_int(_: Encoder, value: int, __: int) -> Tree:
    number = int.__add__(value, 0)
    return number if -SAFE_INT <= number <= SAFE_INT else {"int": hex(number)}


def _write_float(_: Encoder, value: float, __: int) -> Tree:
    number = float.__mul__(value, 1.0)
    return number if -_INFINITE < number < _INFINITE else {"float": float.__repr__(number)}


def _write_dict(encoder: Encoder, value: dict[Any, Any], depth: int) -> Tree:
    pairs = dict.items(value)
    return {"dict": [[encoder.encode(key, depth + 1), encoder.encode(item, depth + 1)] for key, item in pairs]}


def _write_complex(_: Encoder, value: complex, __: int) -> Tree:
    number = complex.__mul__(value, 1)
    return {"complex": [repr(number.real), repr(number.imag)]}


def _write_range(_: Encoder, value: range, __: int) -> Tree:
    return {"range": [hex(value.start), hex(value.stop), hex(value.step)]}


_TYPES: dict[type, Writer] = {
    int: _write_int,
    str: lambda _, value, __: str.__add__(value, ""),
    float: _write_float,
    list: lambda encoder, value, depth: encoder.items(list.__iter__(value), depth),
    tuple: lambda encoder, value, depth: {"tuple": encoder.items(tuple.__iter__(value), depth)},
    dict: _write_dict,
    set: lambda encoder, value, depth: {"set": encoder.items(set.__iter__(value), depth)},
    frozenset: lambda encoder, value, depth: {"frozenset": encoder.items(frozenset.__iter__(value), depth)},
    bytes: lambda _, value, __: {"bytes": bytes.hex(value)},
    complex: _write_complex,
    range: _write_range,
}
_WRITERS = {id(kind): write for kind, write in _TYPES.items()}  # a type's own hash may be anything

# Types of modules that may not be loaded: a value can only be of one when its module is.
_TYPES_ELSEWHERE: dict[tuple[str, str], Writer] = {
    ("collections", "deque"): lambda encoder, value, depth: {
        "deque": encoder.items(_from("collections", "deque").__iter__(value), depth)
    },
    ("decimal", "Decimal"): lambda _, value, __: {"Decimal": _from("decimal", "Decimal").__str__(value)},
    ("fractions", "Fraction"): lambda _, value, __: {"Fraction": [hex(value.numerator), hex(value.denominator)]},
    ("datetime", "datetime"): lambda _, value, __: {"datetime": _from("datetime", "datetime").isoformat(value)},
    ("datetime", "date"): lambda _, value, __: {"date": _from("datetime", "date").isoformat(value)},
    ("datetime", "time"): lambda _, value, __: {"time": _from("datetime", "time").isoformat(value)},
    ("datetime", "timedelta"): lambda _, value, __: {"timedelta": [value.days, value.seconds, value.microseconds]},
}


def _writer_from_elsewhere(kind: type) -> Writer | None:
    for (module, name), write in _TYPES_ELSEWHERE.items():
        if kind is getattr(sys.modules.get(module), name, None):
            return write
    return None


def _from(module: str, name: str) -> Any:
    return getattr(__import__(module), name)


def count_nodes(tree: Tree) -> int:
    """How many elements a tree has, itself included, without building its value.

    Two plain values that are equal have equal counts (a range counts as one), so that a hostile value is turned
    down by its size before any set or dict of it is built.

    Raises:
        BadTreeError: The tree is nested too deep.
    """
    total, level, depth = 0, [tree], 0
    while level:
        depth += 1
        if depth > 3 * MAX_DEPTH:
            raise BadTreeError("nested too deep")
        total += len(level)
        level = [child for node in level for child in _children(node)]
    return total


def _children(node: Tree) -> list[Tree]:
    if isinstance(node, list):
        return node
    if isinstance(node, dict):
        for tag, body in node.items():
            if tag == "dict" and isinstance(body, list):
                return [part for pair in body if isinstance(pair, list) for part in pair]
            if tag in _CONTAINERS and isinstance(body, list):
                return body
    return []


def _short(text: str) -> str:
    """*text*, where arithmetic on a number of its length takes no time that anybody notices."""
    if len(text) > _MOST_DIGITS:
        raise BadTreeError(f"a number of {len(text)} digits")
    return text


def _spread(tag: str, members: list[Any]) -> list[Any]:
    """*members*, where they are no crowd of equal hashes, which would take a set quadratic time."""
    if tag in ("set", "frozenset") and len(members) > _CROWD and 2 * len(set(map(hash, members))) < len(members):
        raise BadTreeError("members of equal hashes")
    return members


_MOST_DIGITS = 10_000  # of a fraction or a decimal number; integers have no such limit
_CROWD = 1000  # members of a set that may collide for all we care

_CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "deque": lambda members: _from("collections", "deque")(members),  # noqa: PLW0108 - not before it is needed
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda body: int(body, 16),
    "float": float,
    "bytes": bytes.fromhex,
    "complex": lambda body: complex(float(body[0]), float(body[1])),
    "range": lambda body: range(*(int(part, 16) for part in body)),
    "Decimal": lambda body: _from("decimal", "Decimal")(_short(body)),
    "Fraction": lambda body: _from("fractions", "Fraction")(*(int(_short(part), 16) for part in body)),
    "datetime": lambda body: _from("datetime", "datetime").fromisoformat(body),
    "date": lambda body: _from("datetime", "date").fromisoformat(body),
    "time": lambda body: _from("datetime", "time").fromisoformat(body),
    "timedelta": lambda body: _from("datetime", "timedelta")(*body),
}


def decode(tree: Tree) -> Any:
    """Build the value that a tree stands for. Count its nodes first when it comes from a solution.

    Raises:
        BadTreeError: The tree was not written by ``encode``.
    """
    if isinstance(tree, list):
        return [decode(part) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if len(tree) != 1:
        raise BadTreeError(f"an object of {len(tree)} keys")
    ((tag, body),) = tree.items()
    try:
        if tag == "dict":
            pairs = [(decode(key), decode(value)) for key, value in body]
            _spread("set", [key for key, _ in pairs])
            return dict(pairs)
        if tag in _CONTAINERS:
            return _CONTAINERS[tag](_spread(tag, [decode(part) for part in body]))
        return _READERS[tag](body)
    except BadTreeError:
        raise
    except Exception as error:
        raise BadTreeError(f"{tag!r:.20}: {error!r:.80}") from None


_NUMBERS = (int, float, bool, type(None))
_SHORT = 60  # characters of texts, and elements, that are rendered in one go


def _render_short(tree: Tree, room: list[int]) -> str | None:
    """A small tree of numbers, texts, lists and tuples, which nearly all are; None for any other."""
    room[0] -= 1
    if type(tree) in _NUMBERS:  # longer integers are hexadecimal text
        return repr(tree)
    if type(tree) is str:
        room[0] -= len(tree)
        return repr(tree) if room[0] >= 0 else None
    is_tuple = type(tree) is dict and len(tree) == 1 and type(tree.get("tuple")) is list
    items = tree["tuple"] if is_tuple else tree
    if type(items) is not list or len(items) > room[0]:
        return None
    parts = []
    for item in items:
        part = _render_short(item, room)
        if part is None or room[0] < 0:
            return None
        parts.append(part)
    if is_tuple:
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    return f"[{', '.join(parts)}]"


def render(tree: Tree, most: int = 2000) -> str:
    """A tree as Python would print its value, cut at *most* characters; never fails, whatever the tree holds."""
    short = _render_short(tree, [_SHORT])
    if short is not None and len(short) <= most:
        return short
    parts: list[str] = []
    room = most
    todo: list[Any] = [tree]
    while todo and room > 0:
        node = todo.pop()
        piece = node.text if isinstance(node, _Text) else None
        if piece is None:
            piece, rest = _render_node(node, room)
            todo.extend(reversed(rest))
        parts.append(piece)
        room -= len(piece)
    text = "".join(parts)
    return text if len(text) <= most and not todo else text[: most - 1] + "…"


class _Text:
    """Punctuation among the nodes that are still to be rendered."""

    def __init__(self, text: str) -> None:
        self.text = text


_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}"), "dict": ("{", "}")}


def _render_node(node: Tree, room: int) -> tuple[str, list[Any]]:  # noqa: PLR0911 - one line a kind of node
    if isinstance(node, str):
        return repr(node[: room + 1]), []
    if isinstance(node, list):
        return _render_items("list", node, room)
    if not isinstance(node, dict) or len(node) != 1:
        return repr(node)[: room + 1], []
    ((tag, body),) = node.items()
    if tag in ("tuple", "set", "dict", "frozenset", "deque") and isinstance(body, list):
        if tag == "set" and not body:
            return "set()", []
        return _render_items(tag, body, room)
    if tag == "int" and isinstance(body, str):
        return _render_int(body), []
    try:
        return repr(_READERS[tag](body))[: room + 1], []
    except Exception:
        return f"<malformed {tag!r:.20}>", []


def _render_int(text: str) -> str:
    if len(text) > 1000:  # printing thousands of digits is slow, and forbidden from 4,300 on
        return f"{text[:60]}… ({4 * len(text)} bits)"
    try:
        return str(int(text, 16))
    except ValueError:
        return "<malformed 'int'>"


def _render_items(tag: str, items: list[Tree], room: int) -> tuple[str, list[Any]]:
    opening, closing = _BRACKETS.get(
        tag, (f"{tag}([" if tag == "deque" else f"{tag}({{", "])" if tag == "deque" else "})")
    )
    rest: list[Any] = []
    for item in items[: room + 1]:  # each takes a character at least
        if rest:
            rest.append(_Text(", "))
        if tag == "dict" and isinstance(item, list) and len(item) == 2:
            rest += [item[0], _Text(": "), item[1]]
        else:
            rest.append(item)
    if tag == "tuple" and len(items) == 1:
        rest.append(_Text(","))
    return opening, [*rest, _Text(closing)]
