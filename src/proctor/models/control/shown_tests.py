"""Read the tests that a conversation shows, and tell which of them are wrong.

A control model has no private way to the tests: it reads what any model reads, through the syntax tree, from the
python fences of what the user says. Nothing is evaluated here but literals.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proctor.models.control.values import same_value

FENCE = re.compile(r"^```python[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)

# What ast.parse raises for a text that is no Python, a null byte and too deep a nesting.
PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Equality:
    """A shown test ``assert call == expected``, both sides as normalized source text."""

    call: str
    expected: str


@dataclass(frozen=True)
class ShownTests:
    """The shown tests of one conversation.

    Attributes:
        equalities: Those of the form ``assert f(…) == value``, in order.
        others: Whether anything else stands among them.
    """

    equalities: list[Equality]
    others: bool


@dataclass(frozen=True)
class Contradiction:
    """A shown test whose expected value is not the right one."""

    test: Equality
    right: str

    @property
    def reason(self) -> str:
        """The contradiction in one line, for people."""
        test = f"assert {self.test.call} == {self.test.expected}"
        return f"The test `{test}` contradicts the problem: the right value is {self.right}."


def read_shown_tests(questions: Iterable[str], entry_point: str) -> ShownTests:
    """The tests of *entry_point* in the python fences of *questions*; examples outside of fences are not tests.

    Args:
        questions: The messages of the user, in order: the tests are in the same one.
        entry_point: The name of the function that is tested.
    """
    statements = [node for question in questions for fence in FENCE.findall(question) for node in _statements(fence)]
    equalities = [_as_equality(node, entry_point) for node in statements]
    return ShownTests([test for test in equalities if test is not None], None in equalities)


def find_contradictions(tests: Iterable[Equality], answers: Mapping[str, str]) -> list[Contradiction]:
    """The tests whose value differs from the right one, in value or type, in order.

    A call without a known answer and a value that is not a literal prove nothing.

    Args:
        tests: What is shown.
        answers: From call text to the right value's literal text.
    """
    right = {_normalize(call): value for call, value in answers.items()}
    return [
        Contradiction(test, right[test.call])
        for test in tests
        if test.call in right and _differ(test.expected, right[test.call])
    ]


def _statements(source: str) -> list[ast.stmt | None]:
    """The statements of a fence; when it does not parse as a whole, those of its lines that do, None for the rest."""
    try:
        return list(ast.parse(source).body)
    except PARSE_ERRORS:
        lines = [line for line in source.split("\n") if line.strip()]
    return [_only_statement(line) for line in lines]


def _only_statement(line: str) -> ast.stmt | None:
    try:
        body = ast.parse(line.strip()).body
    except PARSE_ERRORS:
        return None
    return body[0] if len(body) == 1 else None


def _as_equality(node: ast.stmt | None, entry_point: str) -> Equality | None:
    match node:
        case ast.Assert(
            test=ast.Compare(left=ast.Call(func=ast.Name(id=name)) as call, ops=[ast.Eq()], comparators=[value])
        ) if name == entry_point:
            try:
                return Equality(ast.unparse(call), ast.unparse(value))
            except RecursionError:
                return None
    return None


def _normalize(call: str) -> str:
    try:
        return ast.unparse(ast.parse(call.strip(), mode="eval"))
    except PARSE_ERRORS:
        return call


def _differ(one: str, other: str) -> bool:
    try:
        return not same_value(ast.literal_eval(one), ast.literal_eval(other))
    except (TypeError, *PARSE_ERRORS):  # TypeError: a literal such as {[]: 1}
        return False
