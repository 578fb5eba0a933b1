"""Read the tests that a conversation shows, and tell which of them are wrong.

A control model has no private way to the tests: it reads what any model reads, in the fences of what the user says.
What a test of a function expects need not be Python there: some data sets have the text that a program prints, as in
``assert f(x) == Not matched!``, over several lines too. Nothing is evaluated here but literals.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from proctor.models.control.values import same_value
from proctor.models.reference import Reference

FENCE = re.compile(r"^```python[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
PROGRAM_TEST = re.compile(
    r"^Input:\n```\n(.*?)\n```\n(?:O|Expected o)utput:\n```\n(.*?)\n```$", re.MULTILINE | re.DOTALL
)
NEXT_TEST = re.compile(r"\n(?=assert\b)")
ASSERT, EQUALS = "assert ", " == "

# What reading a text raises that is no Python or no literal, has a null byte or is nested too deeply.
PARSE_ERRORS = (SyntaxError, ValueError, TypeError, RecursionError, MemoryError)

CONVERSIONS = frozenset({"abs", "bool", "dict", "float", "int", "list", "round", "set", "sorted", "str", "tuple"})
"""What may stand around the tested call: each gives back what the test expects when the call returns just that."""


@dataclass(frozen=True)
class Equality:
    """A shown test ``assert left == expected``, everything as normalized source text.

    Attributes:
        left: The call of the tested function, maybe within conversions: ``int(f(5, 3))``. Of a program, and for people
            only: ``output_of('5 3')``.
        call: That call alone; of a program its input, a string.
        expected: The value; a printed text is a string.
        right: The right value, where it is known.
        wrong: Whether the test is known to be wrong.
    """

    left: str
    call: str
    expected: str
    right: str | None
    wrong: bool

    @property
    def objection(self) -> str:
        """What is wrong with it in one line, for people."""
        told = "" if self.right is None else f": the right value is {self.right}"
        return f"The test `{ASSERT}{self.left}{EQUALS}{self.expected}` contradicts the problem{told}."


@dataclass(frozen=True)
class ShownTests:
    """The shown tests of one conversation.

    Attributes:
        equalities: Those that expect a value of the tested function or an output of the program, in order.
        others: Whether there may be any but ``assert f(…) == value``.
    """

    equalities: list[Equality]
    others: bool

    @property
    def wrong(self) -> list[Equality]:
        """Those that are known to be wrong."""
        return [test for test in self.equalities if test.wrong]


def read_shown_tests(questions: Iterable[str], reference: Reference) -> ShownTests:
    """The tests in the fences of *questions*; examples outside of fences are not tests.

    Args:
        questions: The messages of the user, in order: the tests are in the same one.
        reference: Names the tested function. What it knows of a test tells a printed text from Python.
    """
    if reference.is_program:
        return ShownTests(list(_tests_of_program(questions, reference)), others=True)
    fences = [fence.removesuffix("\n") for question in questions for fence in FENCE.findall(question)]
    found = [test for fence in fences for text in NEXT_TEST.split(fence) for test in _tests_in(text, reference)]
    equalities = [test for test in found if test is not None]
    return ShownTests(equalities, None in found or any(test.left != test.call for test in equalities))


def _tests_of_program(questions: Iterable[str], reference: Reference) -> Iterator[Equality]:
    answers = {_trimmed(given): _trimmed(answer) for given, answer in reference.answers.items()}
    broken = set(map(_trimmed, reference.wrong))
    for shown, expected in (pair for question in questions for pair in PROGRAM_TEST.findall(question)):
        given = _trimmed(shown)
        answer = answers.get(given)
        wrong = given in broken if answer is None else answer.split() != expected.split()
        right = None if answer is None else repr(answer)
        yield Equality(f"output_of({given!r})", repr(given), repr(expected), right, wrong)


def _trimmed(text: str) -> str:
    """What a program reads or prints, without what prompts leave out of it."""
    return text.replace("\r\n", "\n").rstrip()


def _tests_in(text: str, reference: Reference) -> list[Equality | None]:
    """What stands from one ``assert`` to the next; None for all that is no equality."""
    try:
        statements = ast.parse(text).body
    except PARSE_ERRORS:
        return [_as_printed(text, reference, is_python=False)]
    code = next((node for node in statements[1:] if _is_code(node)), None)
    own = text if code is None else "\n".join(text.split("\n")[: code.lineno - 1])
    if test := _as_printed(own, reference, is_python=True):
        return [test] if code is None else [test, None]
    return [_as_python(node, reference) for node in statements]


def _is_code(node: ast.stmt) -> bool:
    """Whether a statement behind a test belongs to another one: further lines of a printed text may parse, too."""
    return not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call)


def _as_printed(text: str, reference: Reference, *, is_python: bool) -> Equality | None:
    """The test where all of *text* behind ``==`` is what is expected, a literal or not.

    That is so of the tests that the reference knows, as they are compared with literals and with texts only, and where
    *text* is no Python.
    """
    wrong = text in reference.wrong
    for left, expected in _comparisons(text):
        if left in reference.answers or wrong or not is_python:
            return _equality(left, _source(expected), reference, wrong)
    return None


def _comparisons(text: str) -> Iterator[tuple[str, str]]:
    """What stands around each ``==`` of an assertion that has an expression before it, and no half of a string."""
    if text.startswith(ASSERT):
        for equals in re.finditer(EQUALS, text):
            left = text[len(ASSERT) : equals.start()]
            try:
                ast.parse(left, mode="eval")
            except PARSE_ERRORS:
                continue
            yield left, text[equals.end() :]


def _as_python(node: ast.stmt, reference: Reference) -> Equality | None:
    match node:
        case ast.Assert(test=ast.Compare(left=ast.Call() as left, ops=[ast.Eq()], comparators=[value])):
            try:
                return _equality(ast.unparse(left), ast.unparse(value), reference)
            except RecursionError:
                return None
    return None


def _equality(left: str, expected: str, reference: Reference, wrong: bool = False) -> Equality | None:
    """The test, wrong if it expects another value than the right one, or of another type; without one, if *wrong*."""
    node = ast.parse(left, mode="eval").body
    call = _call_in(node, reference.entry_point)
    if call is None:
        return None
    answer = reference.answers.get(left)
    right = None if answer is None else _source(answer)
    wrong = wrong if right is None else _differ(expected, right)
    return Equality(ast.unparse(node), ast.unparse(call), expected, right, wrong)


def _call_in(node: ast.expr, entry_point: str) -> ast.Call | None:
    match node:
        case ast.Call(
            func=ast.Name(id=name) | ast.Attribute(value=ast.Call(func=ast.Name(id="Solution"), args=[]), attr=name)
        ) if name == entry_point:
            return node
        case ast.Call(func=ast.Name(id=name), args=[argument, *_]) if name in CONVERSIONS:
            return _call_in(argument, entry_point)
    return None


def _source(text: str) -> str:
    """A literal, normalized; any other text as that of a string."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
        ast.literal_eval(node)
        return ast.unparse(node)
    except PARSE_ERRORS:
        return repr(text)


def _differ(one: str, other: str) -> bool:
    try:
        return not same_value(ast.literal_eval(one), ast.literal_eval(other))
    except PARSE_ERRORS:  # a value that is not a literal proves nothing
        return False
