import collections
import datetime
import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from proctor.execution.jail.values import (
    BadTreeError,
    UnsupportedValueError,
    count_nodes,
    decode,
    encode,
    render,
)

PLAIN = [
    None, True, 0, -1, 2**53, 2**53 + 1, -(10**4000), 1.5, -0.0, 1e300, "", "é\ud800\x00", b"\x00\xff", 1 + 2j,
    [], [1, [2.0, "x"]], (), (1,), {}, {(1, 2): {3}, None: frozenset({1})}, set(), {1, "a"},
    collections.deque([1, 2]), range(1, 10, 3), Decimal("1.10"), Fraction(1, 3), datetime.date(2026, 11, 22),
    datetime.time(1, 2, 3), datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC), datetime.timedelta(1, 2, 3),
]  # fmt: skip


def name_of(value: object) -> str:
    """The same in every process: the order in which a set prints its members is not."""
    return "a set of two" if value == {1, "a"} else repr(value)[:30]


@pytest.mark.parametrize("value", PLAIN, ids=name_of)
def test_plain_data_crosses_unchanged_in_value_and_type(value: object) -> None:
    arrived = decode(json.loads(json.dumps(encode(value))))
    assert (arrived, type(arrived)) == (value, type(value))


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_infinities_cross(value: float) -> None:
    assert decode(encode(value)) == value


def test_nan_crosses() -> None:
    arrived = decode(encode(math.nan))
    assert math.isnan(arrived)


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        raise SystemExit

    def __int__(self) -> int:
        return 42


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "flat"),
    [
        (Liar(3), 3),
        (type("Text", (str,), {"__str__": lambda self: "forged"})("real"), "real"),
        (type("Real", (float,), {})(1.5), 1.5),
        (type("Row", (list,), {"__iter__": lambda self: iter([9])})([1, 2]), [1, 2]),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
    ],
    ids=["int", "str", "float", "list", "Counter", "OrderedDict", "namedtuple"],
)
def test_subclasses_are_flattened_to_what_they_hold(value: object, flat: object) -> None:
    arrived = decode(encode(value))
    assert (arrived, type(arrived)) == (flat, type(flat))


class AlwaysEqual:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "reason", "overrides"),
    [
        (object(), "a value of type 'object'", False),
        (AlwaysEqual(), "a value of type 'AlwaysEqual'", True),
        ([1, AlwaysEqual()], "a value of type 'AlwaysEqual'", True),
        ((x for x in "ab"), "a value of type 'generator'", False),
        (nested(5000), "nested deeper than 100 levels", False),
        ([0] * 300_001, "more than 300000 elements", False),
    ],
)
def test_what_is_not_plain_data_is_unsupported(value: object, reason: str, overrides: bool) -> None:
    with pytest.raises(UnsupportedValueError) as caught:
        encode(value)
    assert (str(caught.value), caught.value.overrides_comparison) == (reason, overrides)


def test_a_list_that_holds_itself_is_unsupported() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(UnsupportedValueError, match="nested deeper than 100 levels"):
        encode(loop)


def test_equal_values_have_equal_counts() -> None:
    assert count_nodes(encode({1: (2, [3])})) == count_nodes(encode({True: (2.0, [3])})) == 6


@pytest.mark.parametrize(
    "tree",
    [
        {"int": "zz"}, {"tuple": 5}, {"nothing": 1}, {}, {"a": 1, "b": 2}, {"set": [[1]]}, {"dict": [[1]]},
        {"Fraction": ["0x1", "0x0"]}, {"range": ["0x1", "0x2", "0x0"]}, {"bytes": "x"}, {"datetime": "never"},
    ],
    ids=str,
)  # fmt: skip
def test_a_forged_tree_is_refused_and_still_rendered(tree: object) -> None:
    with pytest.raises(BadTreeError):
        decode(tree)
    assert isinstance(render(tree), str)


@pytest.mark.parametrize(
    "value",
    [value for value in PLAIN if not isinstance(value, int) or abs(value) < 10**9],
    ids=name_of,
)
def test_a_rendered_value_reads_as_python_would_print_it(value: object) -> None:
    assert render(encode(value)) == repr(value)


def test_rendering_is_cut_and_never_slow() -> None:
    assert render(encode(["x" * 10_000] * 100), 50) == "['" + "x" * 47 + "…"
    assert render(encode(10**100_000), 200).endswith("bits)")


@pytest.mark.parametrize(
    "value",
    [(), (1,), ("a", [None, True, 2.5]), [[], [()]], "it's", list(range(60)), list(range(61)), "x" * 60, [["y"] * 30]],
)
def test_small_and_larger_values_are_shown_as_python_prints_them(value: object) -> None:
    assert render(encode(value)) == repr(value)
