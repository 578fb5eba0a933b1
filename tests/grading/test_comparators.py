import random
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from proctor.errors import InputError, UnknownNameError
from proctor.execution.jail.values import MAX_DEPTH, encode
from proctor.grading import COMPARATORS, comparator_for, comparator_named, compare_lines, compare_values
from proctor.grading.comparators import (
    compare_close_lines,
    compare_close_values,
    compare_decimal_lines,
    compare_floats,
    compare_listed_values,
    compare_printed,
    compare_printed_closely,
    compare_tokens,
    compare_whole,
    compare_wrapped_values,
)
from proctor.problems import CodeProblem

CompareValues = Callable[[str, Any], str | None]
VALUE_COMPARATORS = sorted({comparator.value for comparator in COMPARATORS.values()}, key=lambda found: found.__name__)
OUTPUT_COMPARATORS = sorted(
    {comparator.output for comparator in COMPARATORS.values()}, key=lambda found: found.__name__
)


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Pair(NamedTuple):
    left: int
    right: int


class Level(IntEnum):
    LOW = 1


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


# ---- values: Python's ==


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("8", 8),
        ("8", 8.0),  # what Python's == says, and so the official tests
        ("True", 1),
        ("(1, [2])", (1, [2])),
        ("{1, 2}", frozenset({2, 1})),
        ("{'a': None}", {"a": None}),
        ("{1: 'x', (2, 3): 'y'}", {(2, 3): "y", 1: "x"}),
        (" 'x' ", "x"),
        ("10 ** 3", "10 ** 3"),  # no literal: the text itself
        ("PANDEY", "PANDEY"),
        ("-5", -5),
        ("(1, 2)", Pair(1, 2)),
        ("1", Level.LOW),
        ("{'a': 2}", Counter("aa")),
        ("{1: 2}", OrderedDict({1: 2})),
        ("set()", set()),
        ("b'x'", b"x"),
        ("(1+2j)", 1 + 2j),
        ("'\\ud800'", "\ud800"),
        ("inf", float("inf")),
        ("float('-inf')", float("-inf")),
        ("inf", "inf"),
        ("frozenset({1})", {1}),
        ("deque([1, 2])", deque([1, 2])),
        ("Counter({'a': 2})", {"a": 2}),
        ("OrderedDict([(1, 2)])", {1: 2}),
        ("[Decimal('1.5'), Fraction(1, 2)]", [Decimal("1.5"), Fraction(1, 2)]),
        ("range(0, 3)", range(3)),
        ("0.5", Fraction(1, 2)),
    ],
)
def test_values_that_python_calls_equal_are_accepted(expected: str, actual: object) -> None:
    assert compare_values(expected, encode(actual)) is None


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        ("8", 9, "expected 8, got 9"),
        ("[3]", 3, "expected [3], got 3"),
        ("3", [3], "expected 3, got [3]"),
        ("'ABC'", "abc", "expected 'ABC', got 'abc'"),
        ("(1, 2)", [1, 2], "expected (1, 2), got [1, 2]"),
        ("PANDEY", "'PANDEY'", "expected PANDEY, got \"'PANDEY'\""),
        ("1.0", float("nan"), "expected 1.0, got nan"),
        ("nan", float("nan"), "expected nan, got nan"),
        ("[nan]", [float("nan")], "expected [nan], got [nan]"),
        ("None", False, "expected None, got False"),
        ("'1'", 1, "expected '1', got 1"),
        ("{'1': 2}", {1: 2}, "expected {'1': 2}, got {1: 2}"),
        ("0.3", 0.1 + 0.2, "expected 0.3, got 0.30000000000000004"),
        ("{1, 2}", [1, 2], "expected {1, 2}, got [1, 2]"),
        ("'\ud800'", "?", "expected '\\ud800', got '?'"),
        ("__import__('os').getpid()", 1, "expected __import__('os').getpid(), got 1"),
    ],
)
def test_values_that_differ_are_told_in_one_line(expected: str, actual: object, difference: str) -> None:
    assert compare_values(expected, encode(actual)) == difference


def test_an_integer_that_python_refuses_to_read_in_decimal_is_read_nonetheless() -> None:
    digits = "7" * 5000
    value = int(Decimal(digits))
    assert compare_values(digits, encode(value)) is None
    assert compare_values(f"['{digits}', -{digits}]", encode([digits, -value])) is None
    assert compare_values(digits, encode(value + 1)) is not None


def test_values_are_compared_down_to_the_deepest_level_that_can_be_sent() -> None:
    deepest = nested(MAX_DEPTH)
    assert compare_values(repr(deepest), encode(deepest)) is None
    assert compare_values(repr(nested(MAX_DEPTH + 1)), encode(deepest)) is not None
    assert compare_values("[" * 5000, encode(deepest)) is not None


# ---- values: a data set's own rules


@pytest.mark.parametrize(
    ("compare", "expected", "actual", "accepted"),
    [
        (compare_close_values, "0.3", 0.1 + 0.2, True),
        (compare_close_values, "3", 3.0000001, True),
        (compare_close_values, "3.0", 3, True),
        (compare_close_values, "1000000.0", 1000000.5, True),
        (compare_close_values, "1000000.0", 1000002.0, False),
        (compare_close_values, "1000000", 1000001, False),
        (compare_close_values, "[(1.0, {'a': 2.0})]", [(1.0000001, {"a": 1.9999999})], True),
        (compare_close_values, "[1.0]", (1.0,), False),
        (compare_close_values, "[1.0, 2.0]", [1.0], False),
        (compare_close_values, "{1.0}", {1.0000001}, False),
        (compare_close_values, "nan", float("nan"), False),
        (compare_close_values, "inf", float("inf"), True),
        (compare_close_values, "inf", 1e308, False),
        (compare_close_values, "True", 1.0000001, False),
        (compare_close_values, "1.0", 10**400, False),
        (compare_close_values, hex(10**400), 1.0, False),
        (compare_listed_values, "[1, 2]", (1, 2), True),
        (compare_listed_values, "[[1, 2]]", [(1, 2)], False),
        (compare_listed_values, "[[1, 2]]", [1, 2], False),
        (compare_listed_values, "[3]", 3, False),
        (compare_listed_values, "true", True, True),
        (compare_listed_values, "[null, false]", (None, False), True),
        (compare_listed_values, "0.3", 0.1 + 0.2, False),
        (compare_listed_values, "[]", (), True),
        (compare_wrapped_values, "[3]", 3, True),
        (compare_wrapped_values, "[3]", [3], True),
        (compare_wrapped_values, "3", 3, True),
        (compare_wrapped_values, "3", [3], False),
        (compare_wrapped_values, "[[1, 2]]", (1, 2), True),
        (compare_wrapped_values, "[[[1, 2]]]", [(1, 2)], True),
        (compare_wrapped_values, "[[[[1]]]]", [[(1,)]], False),
        (compare_wrapped_values, "[1, 2]", 1, False),
        (compare_wrapped_values, "[{'1': 'a'}]", {1: "a"}, True),
        (compare_wrapped_values, "[{'x': 1}]", {"x": 1}, True),
        (compare_wrapped_values, "['ab']", "ab", True),
        (compare_wrapped_values, "['ab']", "AB", False),
        (compare_printed, "1000", "1000", True),
        (compare_printed, "1000", 1000, True),
        (compare_printed, "ab c", "ab c", True),
        (compare_printed, "ab c", "abc", False),
        (compare_printed, "[1, 'a']", "[1, 'a']", True),
        (compare_printed, "1.5", Decimal("1.5"), True),
        (compare_printed, "1/2", Fraction(1, 2), True),
        (compare_printed, "2020-01-02", date(2020, 1, 2), True),
        (compare_printed, "a\nb", " a \nb\n", True),
        (compare_printed, "a\n\nb", "a\nb", False),
        (compare_printed, "0.785398163397", 0.7853981633974483, False),
        (compare_printed_closely, "0.785398163397", 0.7853981633974483, True),
        (compare_printed_closely, "1.6", "1.60", True),
        (compare_printed_closely, "1.6", "1.61", False),
        (compare_printed_closely, "3 4", "3 5", False),
    ],
)
def test_each_data_set_has_the_rules_of_its_own_grader(
    compare: CompareValues, expected: str, actual: object, accepted: bool
) -> None:
    assert (compare(expected, encode(actual)) is None) is accepted


def test_an_integer_too_long_to_print_prints_as_nothing_at_all() -> None:
    assert compare_printed("", encode(10**5000)) is not None


# ---- values: hostile ones

HOSTILE: dict[str, Any] = {
    "colliding set": {"set": [2**61 * number for number in range(30_000)]},  # would collide in every bucket
    "colliding keys": {"dict": [[{"int": hex((2**61 - 1) * number)}, 0] for number in range(4000)]},
    "signalling NaN": {"Decimal": "sNaN"},
    "forged int": {"int": "no number"},
    "int of no text": {"int": 7},
    "unknown tag": {"nothing": []},
    "two tags": {"tuple": [], "set": []},
    "no tag": {},
    "set of lists": {"set": [[1]]},
    "dictionary of no pairs": {"dict": [1, 2]},
    "dictionary that is a number": {"dict": 5},
    "unhashable key": {"dict": [[[1], 2]]},
    "tuple that is a number": {"tuple": 5},
    "division by zero": {"Fraction": ["0x1", "0x0"]},
    "huge exponent": {"Decimal": "1e999999999"},
    "long fraction": {"Fraction": ["0x" + "f" * 50_000, "0x3"]},
    "large": [[[]]] * 1000,
    "deep": nested(5000),
    "code": {"date": "__import__('os').getpid()"},
    "surrogate": "\ud800",
}
EXPECTED = ["{1, 2}", "[1, 2]", "[[1]]", "{'a': 1}", "1.5", "'x'", "3", "x y", "[" * 300, "nan", "Decimal('1')"]


@pytest.mark.parametrize("compare", VALUE_COMPARATORS, ids=lambda found: found.__name__)
@pytest.mark.parametrize("tree", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_is_a_difference_of_one_line_and_no_exception(compare: CompareValues, tree: Any) -> None:
    for expected in EXPECTED:
        difference = compare(expected, tree)
        assert difference is not None
        assert len(difference) < 500
        assert "\n" not in difference
        difference.encode()  # can be written to any file


def random_tree(rng: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can hold and that looks like the codec's trees."""
    leaves: list[Any] = [None, True, 0, -1, 2**60, 1.5, "", "x", "\ud800", "nan", "0x1"]
    if depth > 4 or rng.random() < 0.3:
        return rng.choice(leaves)
    children = [random_tree(rng, depth + 1) for _ in range(rng.randrange(4))]
    tags = ["tuple", "dict", "set", "frozenset", "deque", "int", "float", "bytes", "complex", "range", "Decimal",
            "Fraction", "datetime", "date", "time", "timedelta", "nothing"]  # fmt: skip
    return children if rng.random() < 0.3 else {rng.choice(tags): rng.choice([children, *children, rng.choice(leaves)])}


@pytest.mark.parametrize("compare", VALUE_COMPARATORS, ids=lambda found: found.__name__)
def test_no_tree_whatsoever_makes_a_comparator_raise(compare: CompareValues) -> None:
    rng = random.Random(4)
    for _ in range(1500):
        compare(rng.choice(EXPECTED), random_tree(rng))


def random_value(rng: random.Random, depth: int = 0) -> Any:
    scalars = [None, True, rng.randrange(-5, 5), rng.choice([0.5, -2.25]), rng.choice(["", "a", "b c"]), 2**70]
    if depth > 3 or rng.random() < 0.4:
        return rng.choice(scalars)
    members = [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    match rng.randrange(4):
        case 0:
            return members
        case 1:
            return tuple(members)
        case 2:
            return dict(enumerate(members))
    return {repr(member) for member in members} or [1]


@pytest.mark.parametrize("compare", VALUE_COMPARATORS, ids=lambda found: found.__name__)
def test_every_plain_value_is_what_its_own_literal_expects(compare: CompareValues) -> None:
    rng = random.Random(5)
    for _ in range(500):
        value = random_value(rng)
        assert compare(repr(value), encode(value)) is None


def test_plain_comparison_says_what_python_says() -> None:
    rng = random.Random(6)
    values = [random_value(rng) for _ in range(60)]
    for left in values:
        for right in values:
            assert (compare_values(repr(left), encode(right)) is None) is (left == right)


@pytest.mark.parametrize("compare", VALUE_COMPARATORS, ids=lambda found: found.__name__)
def test_a_lying_comparison_is_lost_on_the_way(compare: CompareValues) -> None:
    assert compare("5", encode(Liar(4))) is not None
    assert compare("'x'", encode([Text("y")])) is not None
    assert compare("4", encode(Liar(4))) is None


# ---- what is printed


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        ("1\n2\n", "1 \n2", None),
        ("1\r\n2", "1\n2\r\n", None),
        ("1\n2", "1\n3", "line 2: expected '2', got '3'"),
        ("1", "1\n2", "expected 1 lines, got 2"),
        ("a b", "a  b", "line 1: expected 'a b', got 'a  b'"),
        (" a", "a", "line 1: expected ' a', got 'a'"),
        ("", "\n\n", None),
        ("a", "a\x0cb", "line 1: expected 'a', got 'a\\x0cb'"),
        ("\ufffd", "\udcff", "line 1: expected '\ufffd', got '\\udcff'"),
    ],
)
def test_lines_are_compared_without_trailing_white_space(expected: str, actual: str, difference: str | None) -> None:
    assert compare_lines(expected, actual) == difference


@pytest.mark.parametrize(
    ("compare", "expected", "actual", "accepted"),
    [
        (compare_whole, "a b\n", "a b", True),
        (compare_whole, "a b", "a b ", False),
        (compare_whole, "a\n\nb", "a\nb", False),
        (compare_tokens, "1 2\n3", "1\n2 3\n\n", True),
        (compare_tokens, "1 2", "1 2 3", False),
        (compare_tokens, "1.0", "1.00", False),
        (compare_floats, "1.0 x", "1.0000005\nx", True),
        (compare_floats, "1000000.0", "1000000.9", True),
        (compare_floats, "1.0", "1.00001", False),
        (compare_floats, "1000000", "1000001", False),
        (compare_floats, "007", "7", True),
        (compare_floats, "-7", "7", False),
        (compare_floats, "1e999", "1e998", False),
        (compare_floats, "nan", "nan", True),  # the same word
        (compare_floats, "inf", "1e308", False),
        (compare_floats, "1_0.0", "10.0", False),
        (compare_floats, "٣.0", "3.0", False),
        (compare_decimal_lines, " 1.50 2\n", "1.5 2.0", True),
        (compare_decimal_lines, "1.5", "1.5000001", False),
        (compare_decimal_lines, "a 1.50", "a 1.5", False),
        (compare_decimal_lines, "1\n2", "1 2", False),
        (compare_decimal_lines, "1", "sNaN", False),
        (compare_decimal_lines, "  a\nb", "a\n  b", True),
        (compare_close_lines, "16.000000", "16.0", True),
        (compare_close_lines, "x 0.333333", "x 0.3333333333", True),
        (compare_close_lines, "0.33", "0.34", False),
        (compare_close_lines, "1000000", "1000001", False),
        (compare_close_lines, "1\n2", "1 2", False),
        (compare_close_lines, "1 2 2", "2 1", False),
        (compare_close_lines, "a\n\nb", "a\nb", False),
    ],
)
def test_each_rule_for_printed_text_forgives_what_it_says(
    compare: Callable[[str, str], str | None], expected: str, actual: str, accepted: bool
) -> None:
    assert (compare(expected, actual) is None) is accepted


@pytest.mark.parametrize("compare", OUTPUT_COMPARATORS, ids=lambda found: found.__name__)
@pytest.mark.parametrize("text", ["", "1\n", "x y\n 0.5 \n\n", "\r\n", "\x00\u2028", "\udcff"])
def test_every_rule_accepts_the_expected_text_itself(compare: Callable[[str, str], str | None], text: str) -> None:
    assert compare(text, text) is None
    assert compare(text, text + "z") is not None


# ---- which one


@pytest.mark.parametrize(
    ("dataset", "metadata", "name"),
    [
        ("", {}, "lines"),
        ("somebody's", {}, "lines"),
        ("humaneval", {}, "humaneval"),
        ("mbpp", {}, "mbpp"),
        ("apps", {}, "apps"),
        ("taco", {}, "deepcoder"),
        ("deepcoder", {}, "deepcoder"),
        ("deepcoder", {"config": "taco"}, "deepcoder"),
        ("deepcoder", {"config": "lcbv5"}, "livecodebench"),
        ("LiveCodeBench", {}, "livecodebench"),
        ("deepcoder", {"config": "lcbv5", "comparator": "floats"}, "floats"),
        ("mbpp", {"comparator": "printed"}, "printed"),
    ],
)
def test_a_problem_goes_by_what_it_says_else_by_its_data_set(dataset: str, metadata: dict[str, Any], name: str) -> None:
    problem = CodeProblem("P/1", "", [], dataset, metadata=metadata)
    assert comparator_for(problem) is COMPARATORS[name]


def test_every_comparator_is_listed_under_its_own_name() -> None:
    assert {name: comparator.name for name, comparator in COMPARATORS.items()} == {name: name for name in COMPARATORS}


def test_an_unknown_comparator_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        comparator_named("flaots")
    assert str(caught.value) == (
        "unknown comparator 'flaots'; did you mean 'floats'? known: apps, deepcoder, exact, floats, humaneval, lines, "
        "livecodebench, mbpp, printed, tokens"
    )


def test_a_comparator_that_is_no_name_is_an_error() -> None:
    with pytest.raises(InputError, match=r"^problem 'P/1': metadata\.comparator must be a name, found \['floats'\]$"):
        comparator_for(CodeProblem("P/1", "", [], metadata={"comparator": ["floats"]}))
