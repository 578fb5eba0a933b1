"""Format A of our files: one problem a line, its keys those of ``spec/code_generation.md``.

====================  ==========================================================================================
``problem_id``        text
``problem``           the statement
``solutions``         list of texts
``public_test_cases`` list of tests: ``{"input", "output", "type"}``
``test_cases``        the same
``metadata``          object; ``func_name`` in it is the function that tests call
====================  ==========================================================================================

What our model has beyond those keys is written under its own name when there is any: ``dataset``,
``correct_solution``, ``broken_test_cases``, ``difficulty``, ``tags``. Reading also takes ``description`` for
``problem``, ``function_name`` for ``metadata.func_name``, and ``expected_output`` or ``correct_output`` for
``output``; further keys of a row are kept in ``metadata``.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from proctor.errors import InputError
from proctor.problems.problem import CodeProblem, TestCase

__all__ = ["digest_problems", "problem_from_row", "problem_to_row"]

T = TypeVar("T")

STATEMENT_KEYS = ("problem", "description")
NAME_KEYS = ("metadata.func_name", "function_name")
OUTPUT_KEYS = ("output", "expected_output", "correct_output")
TEST_LISTS = ("test_cases", "public_test_cases", "broken_test_cases")
FIELDS = {field.name for field in dataclasses.fields(CodeProblem)}


def problem_to_row(problem: CodeProblem) -> dict[str, Any]:
    """*problem* as a row of format A, of plain values only."""
    named = {} if problem.function_name is None else {"func_name": problem.function_name}
    row: dict[str, Any] = {
        "problem_id": problem.problem_id,
        "problem": problem.description,
        "solutions": list(problem.solutions),
        "public_test_cases": _test_rows(problem.public_test_cases),
        "test_cases": _test_rows(problem.test_cases),
        "metadata": problem.metadata | named,
    }
    extensions: dict[str, Any] = {
        "dataset": problem.dataset or None,
        "correct_solution": problem.correct_solution,
        "broken_test_cases": _test_rows(problem.broken_test_cases) or None,
        "difficulty": problem.difficulty,
        "tags": list(problem.tags) or None,
    }
    return row | {key: value for key, value in extensions.items() if value is not None}


def digest_problems(problems: Iterable[CodeProblem]) -> str:
    """SHA-256 over the problems as rows, so that the same problems have it whatever their file looks like."""
    digest = hashlib.sha256()
    for problem in problems:
        digest.update(msgspec.json.encode(problem_to_row(problem), order="sorted") + b"\n")
    return digest.hexdigest()


def problem_from_row(row: Mapping[str, Any], where: str) -> CodeProblem:
    """The problem that a row of format A holds.

    A test without a type is functional when the row names a function, else stdin.

    Args:
        row: The decoded row; it is not changed.
        where: What a complaint begins with: ``path:line``.

    Raises:
        InputError: A field is missing, is of another type, or stands there under two names with two values.
    """
    facts = dict(row)
    metadata = dict(_convert(facts.pop("metadata", {}), dict[str, Any], f"{where}: metadata"))
    if "func_name" in metadata:
        facts["metadata.func_name"] = metadata.pop("func_name")
    name = _take(facts, NAME_KEYS, where, required=False)
    facts["problem_id"] = _take(facts, ("problem_id",), where)
    facts["description"] = _take(facts, STATEMENT_KEYS, where)
    facts["test_cases"] = _take(facts, ("test_cases",), where)
    for key in TEST_LISTS:
        if key in facts:
            facts[key] = _tests_from_rows(facts[key], name is not None, f"{where}: {key}")
    further = {key: facts.pop(key) for key in row if key in facts and key not in FIELDS}
    return _convert(facts | {"function_name": name, "metadata": further | metadata}, CodeProblem, where)


def _test_rows(tests: list[TestCase]) -> list[dict[str, str]]:
    return [{"input": test.input, "output": test.expected_output, "type": test.type} for test in tests]


def _tests_from_rows(rows: object, named: bool, where: str) -> list[TestCase]:
    tests = []
    for index, row in enumerate(_convert(rows, list[dict[str, Any]], where)):
        test = _test_from_row(row, "functional" if named else "stdin", f"{where}[{index}]")
        if test.type == "functional" and not named:
            raise InputError(f"{where}[{index}]: a functional test needs the function's name in metadata.func_name")
        tests.append(test)
    return tests


def _test_from_row(row: Mapping[str, Any], default_type: str, where: str) -> TestCase:
    facts = dict(row)
    facts["input"] = _take(facts, ("input",), where)
    kind = facts.setdefault("type", default_type)
    expected = _take(facts, OUTPUT_KEYS, where, required=kind != "assertion")
    facts["expected_output"] = "" if expected is None else expected
    if unknown := facts.keys() - {"input", "expected_output", "type"}:
        raise InputError(f"{where}: unknown field {min(unknown)!r}; expected input, output, type")
    return _convert(facts, TestCase, where)


def _take(facts: dict[str, Any], keys: tuple[str, ...], where: str, *, required: bool = True) -> Any:
    """Remove *keys*, which mean the same, from *facts*; their one value, or None when none of them has any."""
    present = ", ".join(key for key, value in facts.items() if value is not None)
    found = {key: facts.pop(key) for key in keys if key in facts}
    values = [value for value in found.values() if value is not None]
    if required and not values:
        raise InputError(f"{where}: field {keys[0]!r} is missing (found: {present})")
    if any(value != values[0] for value in values):
        raise InputError(f"{where}: fields {' and '.join(map(repr, found))} differ; keep one of them")
    return values[0] if values else None


def _convert(value: object, type: type[T], where: str) -> T:
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}") from error
