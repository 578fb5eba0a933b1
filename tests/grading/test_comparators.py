from typing import Any

import pytest

from proctor.execution.jail.values import encode
from proctor.grading import compare_lines, compare_values


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("8", 8),
        ("8", 8.0),  # what Python's == says, and so the official tests
        ("True", 1),
        ("(1, [2])", (1, [2])),
        ("{1, 2}", frozenset({2, 1})),
        ("{'a': None}", {"a": None}),
        (" 'x' ", "x"),
        ("10 ** 3", "10 ** 3"),  # no literal: the text itself
        ("PANDEY", "PANDEY"),
        ("-5", -5),
        ("1" * 4000, int("1" * 4000)),
    ],
)
def test_values_that_python_calls_equal_are_accepted(expected: str, actual: object) -> None:
    assert compare_values(expected, encode(actual)) is None


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        ("8", 9, "expected 8, got 9"),
        ("[3]", 3, "expected [3], got 3"),
        ("'ABC'", "abc", "expected 'ABC', got 'abc'"),
        ("(1, 2)", [1, 2], "expected (1, 2), got [1, 2]"),
        ("PANDEY", "'PANDEY'", "expected PANDEY, got \"'PANDEY'\""),
        ("1.0", float("nan"), "expected 1.0, got nan"),
        ("None", False, "expected None, got False"),
    ],
)
def test_values_that_differ_are_told_in_one_line(expected: str, actual: object, difference: str) -> None:
    assert compare_values(expected, encode(actual)) == difference


@pytest.mark.parametrize(
    "tree",
    [
        {"set": [2**61 * number for number in range(200_000)]},  # would collide in every bucket of a set
        {"Decimal": "sNaN"},
        {"int": "no number"},
        {"nothing": []},
        [[[]]] * 1000,
    ],
    ids=["colliding set", "signalling NaN", "forged int", "unknown tag", "large"],
)
def test_a_hostile_value_is_a_difference_and_no_exception(tree: Any) -> None:
    assert compare_values("{1, 2}", tree) is not None


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        ("1\n2\n", "1 \n2", None),
        ("1\n2", "1\n3", "line 2: expected '2', got '3'"),
        ("1", "1\n2", "expected 1 lines, got 2"),
        ("a b", "a  b", "line 1: expected 'a b', got 'a  b'"),
        ("", "\n\n", None),
    ],
)
def test_lines_are_compared_without_trailing_white_space(expected: str, actual: str, difference: str | None) -> None:
    assert compare_lines(expected, actual) == difference
