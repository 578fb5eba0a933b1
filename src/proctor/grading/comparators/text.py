"""Compare what a program printed with the expected text.

The rules are those of testlib's checkers ``lcmp``, ``wcmp`` and ``rcmp6`` (the library behind Codeforces problems) and
of the graders that LiveCodeBench and APPS publish, each named where it is used.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

__all__ = [
    "SHOWN_CHARS",
    "TOLERANCE",
    "compare_close_lines",
    "compare_decimal_lines",
    "compare_floats",
    "compare_lines",
    "compare_tokens",
    "compare_whole",
]

Agree = Callable[[str, str], bool]

SHOWN_CHARS = 200  # longest piece of a value or a line that is quoted in a difference
TOLERANCE = 1e-6  # largest accepted error of a number, absolute or relative

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


def compare_whole(expected: str, actual: str) -> str | None:
    """The same text, character by character, but for line ends at the very end."""
    want, got = expected.rstrip("\r\n"), actual.rstrip("\r\n")
    return None if want == got else _first_difference(want.split("\n"), got.split("\n"), str.__eq__)


def compare_lines(expected: str, actual: str) -> str | None:
    """The same lines, whatever the white space at their ends and the blank lines at the end."""
    want = [line.rstrip() for line in expected.rstrip().split("\n")]
    got = [line.rstrip() for line in actual.rstrip().split("\n")]
    return _first_difference(want, got, str.__eq__)


def compare_tokens(expected: str, actual: str) -> str | None:
    """The same words in the same order, whatever the white space between them (testlib's ``wcmp``)."""
    return _first_difference(expected.split(), actual.split(), str.__eq__, "token")


def compare_floats(expected: str, actual: str) -> str | None:
    """The same words, but numbers may differ by 1e-6, absolute or relative (testlib's ``rcmp6``).

    A number is a decimal number of ASCII digits; where both are spelt as integers, they must be the same integer.
    """
    return _first_difference(expected.split(), actual.split(), close_words, "token")


def compare_decimal_lines(expected: str, actual: str) -> str | None:
    """The same lines; a line of numbers may spell them otherwise: ``1.50`` for ``1.5``, and no tolerance.

    LiveCodeBench's grader (``lcb_runner/evaluation/testing_util.py``): both texts are stripped as a whole and line by
    line; lines that differ are equal where all their words are decimal numbers, and these are equal.
    """
    return _first_difference(_stripped_lines(expected), _stripped_lines(actual), _same_decimals)


def compare_close_lines(expected: str, actual: str) -> str | None:
    """The same lines, stripped, but numbers within them may differ by 1e-6 as in :func:`compare_floats`.

    From APPS's grader (``eval/testing_util.py``; TACO's and rLLM's descend from it), without what accepts wrong
    answers there: words in any order, integers that differ by 1e-5 of their size.
    """
    return _first_difference(_stripped_lines(expected), _stripped_lines(actual), _close_words_in_order)


def close_words(want: str, got: str) -> bool:
    """Whether two words are the same, or numbers that are close and not both spelt as integers."""
    if want == got:
        return True
    if not (_NUMBER.fullmatch(want) and _NUMBER.fullmatch(got)):
        return False
    if _INTEGER.fullmatch(want) and _INTEGER.fullmatch(got):
        return want.lstrip("+-0") == got.lstrip("+-0") and (want[0] == "-") == (got[0] == "-")
    left, right = float(want), float(got)
    return (
        math.isfinite(left) and math.isfinite(right) and math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    )


def _close_words_in_order(want: str, got: str) -> bool:
    if want == got:
        return True
    words, given = want.split(), got.split()
    return len(words) == len(given) and all(map(close_words, words, given))


def _same_decimals(want: str, got: str) -> bool:
    if want == got:
        return True
    try:
        return [Decimal(word) for word in got.split()] == [Decimal(word) for word in want.split()]
    except InvalidOperation:  # a word that is no number, or a signalling NaN
        return False


def _stripped_lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


def _first_difference(want: list[str], got: list[str], agree: Agree, unit: str = "line") -> str | None:
    for number, (wanted, given) in enumerate(zip(want, got, strict=False), 1):
        if not agree(wanted, given):
            return f"{unit} {number}: expected {wanted[:SHOWN_CHARS]!r}, got {given[:SHOWN_CHARS]!r}"
    if len(want) != len(got):
        return f"expected {len(want)} {unit}s, got {len(got)}"
    return None
