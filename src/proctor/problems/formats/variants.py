"""Rows of problems as they are found elsewhere, each rewritten as a row of a documented format.

==================== ==================================================================================================
told by              what it is, and what becomes of it
==================== ==================================================================================================
``original_test``    ImpossibleBench: :mod:`proctor.problems.formats.impossible`
``correct_tests``    a problem with ``broken_tests``, whose expected texts are what ``print`` writes: the comparator is
                     ``printed``; what was recorded when its tests were run is left out
``broken_output``    of a test: it becomes one of ``broken_test_cases``; what ``use_broken`` chose is kept as
                     ``metadata.mixed_test_cases``
``mixed_test_cases`` the same, in a list of its own; the tests are read from there where they stand nowhere else
``generated_sol…``   a problem as the program before this one loaded it: DeepCoder's, known by its ``config``, is read
                     by :mod:`proctor.problems.deepcoder`; else calls are made of bare arguments, ``[1, 2], 3``
lists                for the texts of a test: the same
a ``difficulty``     that is a word: one of the ``tags``
a function's name    that is a built-in's: the name of the solution's function, if the solution defines no such one
==================== ==================================================================================================
"""

import builtins
import re
from collections.abc import Mapping
from typing import Any

from proctor.errors import InputError
from proctor.problems.formats.convert import checked, objects
from proctor.problems.formats.impossible import is_impossible, row_from_impossible
from proctor.problems.function_names import find_function_name

__all__ = ["TEST_LISTS", "documented_row", "holds_values"]

Row = Mapping[str, Any]

TEST_LISTS = ("test_cases", "public_test_cases", "broken_test_cases")
DEEPCODER = ("lcbv5", "primeintellect", "taco", "codeforces")
EARLIER_KEY = "generated_solutions"  # at the top of every row that the program before this one wrote
TEST_KEYS = {"input", "output", "expected_output", "correct_output", "type"}
TWIN_KEYS = {"broken_output", "use_broken"}


def documented_row(row: Row, where: str) -> Row:
    """*row*, rewritten where it is a variant; what is no row of a problem at all is left for the reader to see.

    Raises:
        InputError: It is a variant and broken; the message begins with *where*.
    """
    if is_impossible(row):
        return row_from_impossible(row, where)
    if "correct_tests" in row:
        row = _with_broken_tests(row, where)
    return _with_calls(_with_own_name(_with_twins_apart(_with_tags(row, where), where)), where)


def holds_values(row: Row) -> bool:
    """Whether *row* is DeepCoder's as the program before this one wrote it, arguments and results as JSON values."""
    metadata, tests = row.get("metadata"), row.get("test_cases")
    if "problem" not in row or not isinstance(tests, list):
        return False
    if EARLIER_KEY in row and isinstance(metadata, Mapping) and metadata.get("config") in DEEPCODER:
        return True
    return any(isinstance(test, Mapping) and isinstance(test.get("input"), list) for test in tests)


def _with_broken_tests(row: Row, where: str) -> Row:
    lists = {"test_cases": "correct_tests", "broken_test_cases": "broken_tests"}
    tests = {key: _without_records(row.get(old, []), f"{where}: {old}") for key, old in lists.items()}
    fields = {key: value for key, value in row.items() if key not in ("reference_solution", *lists.values())}
    metadata = checked(row.get("metadata", {}), dict[str, Any], f"{where}: metadata")
    named = {"correct_solution": row.get("reference_solution"), "metadata": {"comparator": "printed"} | metadata}
    return {**fields, **tests, **named}


def _with_own_name(row: Row) -> Row:
    """With the solution's function, where the row names the built-in that tests wrap its call in: ``int(f(1))``."""
    name, solution = row.get("function_name"), row.get("correct_solution")
    if not isinstance(name, str) or not hasattr(builtins, name) or not isinstance(solution, str):
        return row
    return {
        **row,
        "function_name": find_function_name(solutions=[solution], statement=str(row.get("test_cases"))) or name,
    }


def _without_records(tests: Any, where: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in test.items() if key in TEST_KEYS} for test in objects(tests, where)]


def _with_tags(row: Row, where: str) -> Row:
    difficulty = row.get("difficulty")
    if not isinstance(difficulty, str):
        return row
    tags = checked(row.get("tags", []), list[str], f"{where}: tags")
    return {**row, "difficulty": None, "tags": [*tags, difficulty]}


def _with_twins_apart(row: Row, where: str) -> Row:
    key = "test_cases" if "test_cases" in row else "mixed_test_cases"
    if key not in row:
        return row
    tests = objects(row[key], f"{where}: {key}")
    if key == "test_cases" and not any(TWIN_KEYS & test.keys() for test in tests):
        return row
    broken = objects(row.get("broken_test_cases", []), f"{where}: broken_test_cases")
    for index, test in enumerate(tests):
        if test.get("broken_output") is not None:
            asked: dict[str, Any] = {key: test[key] for key in ("input", "type") if key in test}
            broken = [*broken, {**asked, "output": test["broken_output"]}]
        elif test.get("use_broken"):
            raise InputError(f"{where}: {key}[{index}]: use_broken is true, and there is no broken_output")
    chosen = {"mixed_test_cases": tests} if any(test.get("use_broken") for test in tests) else {}
    return {
        **chosen,
        **row,
        "test_cases": [{key: value for key, value in test.items() if key not in TWIN_KEYS} for test in tests],
        "broken_test_cases": broken,
    }


def _with_calls(row: Row, where: str) -> Row:
    metadata = checked(row.get("metadata", {}), dict[str, Any], f"{where}: metadata")
    name = metadata.get("func_name") or row.get("function_name")
    if EARLIER_KEY not in row or not isinstance(name, str):
        return row
    called = re.compile(rf"\b{re.escape(name)}\s*\(")

    def with_call(test: dict[str, Any]) -> dict[str, Any]:
        text = test.get("input")
        if test.get("type", "functional") != "functional" or not isinstance(text, str) or called.search(text):
            return test
        return {**test, "input": f"{name}({text})"}

    lists = {key: objects(row[key], f"{where}: {key}") for key in TEST_LISTS if key in row}
    return {**row, **{key: [*map(with_call, tests)] for key, tests in lists.items()}}
