"""Every comparator by name, and the name that each data set goes by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proctor.errors import InputError, UnknownNameError
from proctor.grading.comparators import text, values
from proctor.problems import CodeProblem

__all__ = ["COMPARATORS", "Comparator", "comparator_for", "comparator_named"]


@dataclass(frozen=True)
class Comparator:
    """How the answers of one kind of data set are compared; assertion tests compare for themselves.

    Attributes:
        name: What ``--comparator`` and ``metadata["comparator"]`` call it.
        value: For functional tests: the expected text and the tree of the returned value.
        output: For stdin tests: the expected text and what the program printed.
        takes_methods: Whether a call of ``f`` may be answered by ``Solution().f`` where the solution only has that,
            and the other way round, as the graders of LiveCodeBench, APPS and TACO do.
    """

    name: str
    value: Callable[[str, Any], str | None]
    output: Callable[[str, str], str | None]
    takes_methods: bool = False


COMPARATORS: dict[str, Comparator] = {
    comparator.name: comparator
    for comparator in (
        Comparator("lines", values.compare_values, text.compare_lines),
        Comparator("exact", values.compare_values, text.compare_whole),
        Comparator("mbpp", values.compare_values, text.compare_lines),
        Comparator("humaneval", values.compare_values, text.compare_lines),
        Comparator("tokens", values.compare_values, text.compare_tokens),
        Comparator("floats", values.compare_close_values, text.compare_floats),
        Comparator("printed", values.compare_printed, text.compare_lines),
        Comparator("apps", values.compare_printed_closely, text.compare_close_lines, takes_methods=True),
        Comparator("deepcoder", values.compare_wrapped_values, text.compare_close_lines, takes_methods=True),
        Comparator("livecodebench", values.compare_listed_values, text.compare_decimal_lines, takes_methods=True),
    )
}
DEFAULT = "lines"

_BY_DATASET = {
    "codeforces": "deepcoder",
    "lcbv5": "livecodebench",
    "primeintellect": "deepcoder",
    "taco": "deepcoder",
}
"""Data sets that have no comparator of their own name; any other unknown one has the default."""


def comparator_for(problem: CodeProblem) -> Comparator:
    """The comparator that ``metadata["comparator"]`` names, else that of the data set, else the default.

    DeepCoder is several data sets: where ``metadata["config"]`` names one of them, this one decides.

    Raises:
        UnknownNameError: ``metadata["comparator"]`` is not the name of a comparator.
        InputError: It is not even a text.
    """
    named = problem.metadata.get("comparator")
    if named is not None:
        if not isinstance(named, str):
            raise InputError(f"problem {problem.problem_id!r}: metadata.comparator must be a name, found {named!r}")
        return comparator_named(named)
    parts = [problem.dataset.lower()]
    if parts[0] == "deepcoder":
        parts.insert(0, str(problem.metadata.get("config")).lower())
    for part in parts:
        if found := COMPARATORS.get(_BY_DATASET.get(part, part)):
            return found
    return COMPARATORS[DEFAULT]


def comparator_named(name: str) -> Comparator:
    """A comparator by its name.

    Raises:
        UnknownNameError: There is none of that name.
    """
    if name not in COMPARATORS:
        raise UnknownNameError("comparator", name, COMPARATORS)
    return COMPARATORS[name]
