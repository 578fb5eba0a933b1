"""Compare the value that a call returned with the text that the data set expects.

The value arrives as a tree of the codec's (:mod:`proctor.execution.jail.values`): it has no comparison, length or hash
of its own any more, an instance of a subclass has become its base type, and an object of any other class never comes
here.
"""

import math
from collections.abc import Callable
from typing import Any

from proctor.execution.jail.values import BadTreeError, UnsupportedValueError, count_nodes, decode, render
from proctor.grading.comparators.expected import Expected, measure, read_expected, read_json
from proctor.grading.comparators.text import SHOWN_CHARS, TOLERANCE, compare_close_lines, compare_lines

__all__ = [
    "compare_close_values",
    "compare_listed_values",
    "compare_printed",
    "compare_printed_closely",
    "compare_values",
    "compare_wrapped_values",
]

Tree = Any  # as values.py describes it
Equal = Callable[[Any, Any], bool]

_SCALARS = (int, str, float, bool, type(None))
_CONTAINERS = {"tuple", "dict", "set", "frozenset", "deque"}
_HOSTILE = (BadTreeError, UnsupportedValueError, ArithmeticError, RecursionError, TypeError)


def compare_values(expected: str, actual: Tree) -> str | None:
    """Python's own ``==`` with the value that *expected* spells, as the official HumanEval and MBPP tests ask it.

    So ``1 == 1.0 == True`` holds, a list is no tuple, and NaN equals nothing. An *expected* text that is no literal
    (some data sets store what the program would print) is accepted from a string of exactly that text as well.
    """
    return _verdict(expected, actual, _is(read_expected(expected), actual))


def compare_close_values(expected: str, actual: Tree) -> str | None:
    """As :func:`compare_values`, but a float may differ by 1e-6, absolute or relative, at any depth.

    Integers and the keys of dictionaries and members of sets must be equal.
    """
    return _verdict(expected, actual, _is(read_expected(expected), actual, _close))


def compare_listed_values(expected: str, actual: Tree) -> str | None:
    """``==`` where a returned tuple counts as a list, but no tuple within it (LiveCodeBench's functional tests).

    Its grader (``grade_call_based`` in ``lcb_runner/evaluation/testing_util.py``) reads the expected value as JSON.
    """
    return _verdict(expected, actual, _is(_as_list(read_json(expected)), _listed(actual)))


def compare_wrapped_values(expected: str, actual: Tree) -> str | None:
    """``==`` with the expected value or, where that is a list of one element, with this element.

    For the call-based tests of APPS, TACO and DeepCoder, after their graders (``eval/testing_util.py`` of APPS,
    ``rewards/code_utils/taco.py`` of rLLM): a returned tuple counts as a list, tuples one level down too, and expected
    dictionaries whose keys JSON made text are also tried with integer keys. Those graders take the first element of
    a longer list for the expected value as well, which accepts wrong answers; this one does not.
    """
    wanted, got = _as_list(read_json(expected)), _listed(actual)
    readings = [wanted]
    if isinstance(wanted.value, list) and len(wanted.value) == 1:
        readings.append(_as_list(measure(wanted.value[0])))
    readings += [measure(_with_integer_keys(reading.value)) for reading in readings if isinstance(reading.value, dict)]
    inner = [_listed(part) for part in got] if isinstance(got, list) else got
    return _verdict(expected, actual, any(_is(reading, tree) for reading in readings for tree in (got, inner)))


def compare_printed(expected: str, actual: Tree) -> str | None:
    """``==``, or the text that ``print`` writes for the value: the same lines, whatever white space surrounds them.

    For data sets that store what a program prints, where a string has no quotes.
    """
    return _verdict(expected, actual, _is_or_prints(expected, actual, _same_printed_lines))


def compare_printed_closely(expected: str, actual: Tree) -> str | None:
    """As :func:`compare_printed`, with the tolerance for numbers that APPS has for printed output."""
    return _verdict(expected, actual, _is_or_prints(expected, actual, compare_close_lines))


def _verdict(expected: str, actual: Tree, accepted: bool) -> str | None:
    if accepted:
        return None
    wanted = expected.strip()[:SHOWN_CHARS].encode("utf-8", "backslashreplace").decode()
    return f"expected {wanted}, got {render(actual, SHOWN_CHARS)}"


def _is(wanted: Expected, actual: Tree, equal: Equal = lambda want, got: bool(want == got)) -> bool:
    if wanted.text is not None and wanted.text == actual:
        return True
    try:
        if type(actual) in _SCALARS and type(wanted.value) in _SCALARS:  # nearly always: nothing to build
            return equal(wanted.value, actual)
        # equal plain values have equally many elements: a larger one is turned down before it is built
        return count_nodes(actual) == wanted.nodes and equal(wanted.value, decode(actual))
    except _HOSTILE:
        return False


def _close(want: Any, got: Any) -> bool:
    """Equal, but for floats at any depth of lists, tuples and the values of dictionaries."""
    if isinstance(want, bool | str) or isinstance(got, bool | str):
        return bool(want == got)
    if {float, int} >= {type(want), type(got)} != {int}:
        return math.isclose(want, got, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(want, list | tuple):
        return type(want) is type(got) and len(want) == len(got) and all(map(_close, want, got))
    if isinstance(want, dict) and isinstance(got, dict):
        return want.keys() == got.keys() and all(_close(value, got[key]) for key, value in want.items())
    return bool(want == got)


def _as_list(wanted: Expected) -> Expected:
    return wanted._replace(value=list(wanted.value)) if isinstance(wanted.value, tuple) else wanted


def _listed(tree: Tree) -> Tree:
    """The tree of a tuple as that of a list with the same elements; any other as it is."""
    if isinstance(tree, dict) and tree.keys() == {"tuple"} and isinstance(tree["tuple"], list):
        return tree["tuple"]
    return tree


def _with_integer_keys(value: dict[Any, Any]) -> dict[Any, Any]:
    try:
        return {int(key): item for key, item in value.items()}
    except (ValueError, TypeError):
        return value


def _is_or_prints(expected: str, actual: Tree, compare: Callable[[str, str], str | None]) -> bool:
    if _is(read_expected(expected), actual):
        return True
    printed = _printed(actual, len(expected) + 100)
    return printed is not None and compare(expected, printed) is None and _is_whole(actual)


def _is_whole(tree: Tree) -> bool:
    """Whether the tree stands for a value: what is malformed can be shown as well."""
    try:
        decode(tree)
    except _HOSTILE:
        return False
    return True


def _same_printed_lines(expected: str, printed: str) -> str | None:
    return compare_lines(expected.strip(), printed.strip())


def _printed(tree: Tree, most: int) -> str | None:
    """What ``print`` would write for the value, cut where it is much longer; None for what it cannot write."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict) and not tree.keys() & _CONTAINERS:
        try:
            return str(decode(tree))  # Decimal, Fraction and dates print otherwise than they are shown
        except (*_HOSTILE, ValueError):  # malformed, or an integer that is too long to be written in decimal
            return None
    try:
        return render(tree, most) if count_nodes(tree) <= most else None  # a character for every element, at least
    except BadTreeError:
        return None
