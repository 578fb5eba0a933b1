"""Decide whether what a program gave is what was expected.

A comparator returns ``None`` for accepted and otherwise the first difference, in one line. What it compares was
written by the program under test, so it is hostile: nothing in it is evaluated, its size is counted before a value is
built from it, and whatever is malformed is a difference, not an exception.
"""

import ast
from typing import Any

from proctor.execution.jail.values import (
    BadTreeError,
    UnsupportedValueError,
    count_nodes,
    decode,
    encode,
    render,
)

Tree = Any  # as values.py describes it
SHOWN_CHARS = 200  # longest piece of a value or a line that is quoted in a difference


def compare_values(expected: str, actual: Tree) -> str | None:
    """Python's own ``==`` with the literal that *expected* spells, as the official HumanEval and MBPP tests ask it.

    So ``1 == 1.0 == True`` holds, a list is no tuple, and NaN equals nothing. An *expected* text that is no literal
    (some data sets store what the program would print) is accepted from a string of exactly that text.
    """
    try:
        wanted = ast.literal_eval(expected.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        wanted = expected
    return (
        None
        if _equal(wanted, actual)
        else f"expected {expected.strip()[:SHOWN_CHARS]}, got {render(actual, SHOWN_CHARS)}"
    )


def _equal(wanted: Any, actual: Tree) -> bool:
    try:
        # equal plain values have equally many elements: a larger one is turned down before it is built
        if count_nodes(actual) != count_nodes(encode(wanted)):
            return False
        return bool(wanted == decode(actual))
    except (BadTreeError, UnsupportedValueError, ArithmeticError, RecursionError):
        return False


def compare_lines(expected: str, actual: str) -> str | None:
    """The same lines, whatever the white space at their ends and the blank lines at the end."""
    want = [line.rstrip() for line in expected.rstrip().splitlines()]
    got = [line.rstrip() for line in actual.rstrip().splitlines()]
    for number, (wanted, given) in enumerate(zip(want, got, strict=False), 1):
        if wanted != given:
            return f"line {number}: expected {wanted[:SHOWN_CHARS]!r}, got {given[:SHOWN_CHARS]!r}"
    if len(want) != len(got):
        return f"expected {len(want)} lines, got {len(got)}"
    return None
