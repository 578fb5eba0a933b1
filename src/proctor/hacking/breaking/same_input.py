"""Which tests ask a solution the same, however they are spelt."""

import ast
import functools
import operator
from collections.abc import Callable
from typing import ClassVar

from proctor.problems import TestCase

__all__ = ["input_key", "question_key"]

ARITHMETIC = frozenset("+-*")
remembered = functools.lru_cache(maxsize=1024)  # the key of each test of a problem is asked for several times


def input_key(test: TestCase) -> str:
    """The same for inputs that differ in spaces, quotes and arithmetic only: ``f(2, 3)`` and ``f(1+1,3)``."""
    return _respelt(test.input) if test.type == "functional" else test.input


def question_key(test: TestCase) -> str:
    """The same for tests that contradict each other when they expect different things.

    That of an assertion of one comparison, ``assert f(2) is None``, is what stands on the left, after the statements
    that prepare it.
    """
    return _compared(test.input) if test.type == "assertion" else input_key(test)


@remembered
def _respelt(call: str) -> str:
    try:
        tree = ast.parse(call)
        return ast.unparse(tree if ARITHMETIC.isdisjoint(call) else _Arithmetic().visit(tree))
    except (SyntaxError, ArithmeticError):
        return call


@remembered
def _compared(statements: str) -> str:
    try:
        *before, last = ast.parse(statements).body
    except (SyntaxError, ValueError):
        return statements
    match last:
        case ast.Assert(test=ast.Compare(left=ast.Call() as call, ops=[_])):
            return ast.unparse(ast.Module([*before, ast.Expr(call)], []))
    return statements


class _Arithmetic(ast.NodeTransformer):
    """Replaces sums, differences, products and small powers of integer constants by their values."""

    _operators: ClassVar[dict[type[ast.operator], Callable[[int, int], int]]] = {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Pow: lambda base, exponent: pow(base, exponent) if 0 <= exponent < 64 else 1 // 0,
    }

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """One operation, its operands first."""
        self.generic_visit(node)
        compute = self._operators.get(type(node.op))
        match node.left, node.right:
            case ast.Constant(value=int(left)), ast.Constant(value=int(right)) if compute is not None:
                return ast.Constant(compute(left, right))
        return node
