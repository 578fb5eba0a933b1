"""Comparators: named rules for whether what a program gave is what was expected, one for every benchmark.

A comparing function takes the expected text and what the program under test gave, and returns ``None`` for accepted
or the first difference, in one line, for people and for feedback prompts. What it compares is hostile: nothing in it
is evaluated, its size is counted before a value is built from it, and whatever is malformed is a difference, not an
exception. ``docs/grading.md`` has the rules in one table.
"""

from proctor.grading.comparators.registry import COMPARATORS, Comparator, comparator_for, comparator_named
from proctor.grading.comparators.text import (
    compare_close_lines,
    compare_decimal_lines,
    compare_floats,
    compare_lines,
    compare_tokens,
    compare_whole,
)
from proctor.grading.comparators.values import (
    compare_close_values,
    compare_listed_values,
    compare_printed,
    compare_printed_closely,
    compare_values,
    compare_wrapped_values,
)

__all__ = [
    "COMPARATORS",
    "Comparator",
    "comparator_for",
    "comparator_named",
    "compare_close_lines",
    "compare_close_values",
    "compare_decimal_lines",
    "compare_floats",
    "compare_lines",
    "compare_listed_values",
    "compare_printed",
    "compare_printed_closely",
    "compare_tokens",
    "compare_values",
    "compare_whole",
    "compare_wrapped_values",
]
