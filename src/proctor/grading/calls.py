"""What a solution is asked in functional tests, and by which name its entry point goes."""

import ast
import builtins
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from proctor.execution import Program
from proctor.grading.comparators import Comparator
from proctor.problems import CodeProblem, TestCase

__all__ = ["fit_calls", "program_of"]

_METHOD = re.compile(r"\s*Solution\(\)\s*\.\s*([^\W\d]\w*)(?=\s*\()")
_FUNCTION = re.compile(r"\s*([^\W\d]\w*)(?=\s*\()")
_CLASS = re.compile(r"^class\s+Solution\b", re.MULTILINE)


def program_of(problem: CodeProblem, code: str, call: str) -> Program:
    """The solution with its trusted surroundings.

    Args:
        problem: Its ``metadata`` may hold ``prelude`` and ``setup_code``.
        code: The solution.
        call: The first test's text, for the name that must be there before anything is asked.
    """
    return Program(
        code=code,
        entry_point=_entry_point(problem.function_name, call),
        prelude=problem.metadata.get("prelude") or "",
        setup_code=problem.metadata.get("setup_code") or "",
    )


def fit_calls(code: str, tests: Sequence[TestCase], comparator: Comparator) -> Sequence[TestCase]:
    """The same tests; functional ones call the form that the solution offers where the comparator takes either.

    ``f(1)`` becomes ``Solution().f(1)`` where the solution has that class and no function ``f`` of its own, and the
    other way round.
    """
    if not comparator.takes_methods:
        return tests
    has_class = _CLASS.search(code) is not None
    return [
        replace(test, input=_other_form(test.input, code, has_class)) if test.type == "functional" else test
        for test in tests
    ]


def _other_form(call: str, code: str, has_class: bool) -> str:
    if method := _METHOD.match(call):
        return call if has_class else method[1] + call[method.end() :]
    function = _FUNCTION.match(call)
    if function and has_class and not _binds(code, function[1]):
        return f"Solution().{function[1]}{call[function.end() :]}"
    return call


def _binds(code: str, name: str) -> bool:
    return re.search(rf"^(?:(?:async\s+)?def\s+|class\s+)?{re.escape(name)}\b", code, re.MULTILINE) is not None


def _entry_point(function: str | None, text: str) -> str | None:
    """The name that the solution must bind: the function where *text* uses it, else the first name that it calls."""
    if function is not None and re.search(rf"(?<![\w.]){re.escape(function)}\b", text):
        return function
    own = _called_names(text)
    return own[0] if own else function


@lru_cache(maxsize=256)
def _called_names(text: str) -> list[str]:
    """Names that *text* calls, or an attribute of which it calls, and neither defines nor finds among the builtins."""
    try:
        nodes = list(ast.walk(ast.parse(text.strip())))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    called = [_root(node.func) for node in nodes if isinstance(node, ast.Call)]
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    defined |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    defined |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return [name for name in called if name is not None and name not in defined and not hasattr(builtins, name)]


def _root(function: ast.expr) -> str | None:
    """``Solution`` of ``Solution().f``."""
    while isinstance(function, ast.Attribute | ast.Call):
        function = function.value if isinstance(function, ast.Attribute) else function.func
    return function.id if isinstance(function, ast.Name) else None
