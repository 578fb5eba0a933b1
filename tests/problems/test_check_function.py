import pytest

from proctor.problems import TestCase
from proctor.problems.check_function import split_check_function


def split(body: str) -> list[TestCase]:
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.split("\n"))
    return split_check_function(f"def check(candidate):\n{lines}", "f")


def functional(call: str, expected: str) -> TestCase:
    return TestCase(call, expected, "functional")


def assertion(statements: str) -> TestCase:
    return TestCase(statements, "", "assertion")


@pytest.mark.parametrize(
    ("body", "test"),
    [
        ("assert candidate(1) == 2", functional("f(1)", "2")),
        ("assert candidate() == -1.5e3", functional("f()", "-1.5e3")),
        (
            "assert candidate( 3 * 19,x = [0x10] ) == [(1,), {'a'}]",
            functional("f( 3 * 19,x = [0x10] )", "[(1,), {'a'}]"),
        ),
        ('assert candidate("é", "candidate") == "ü", "candidate"', functional('f("é", "candidate")', '"ü"')),
        ("assert candidate(candidate(1)) == None", functional("f(f(1))", "None")),
        ("assert (candidate(1) == (2))", functional("f(1)", "2")),
        ("assert candidate([n for n in (1, 2)]) == 3", functional("f([n for n in (1, 2)])", "3")),
        ("assert candidate(1) == [\n    1,\n]", functional("f(1)", "[\n    1,\n]")),
        ("assert candidate(1) == ('a'\n    'b')", functional("f(1)", "'ab'")),
    ],
)
def test_an_equality_with_a_literal_is_a_functional_test(body: str, test: TestCase) -> None:
    assert split(body) == [test]


@pytest.mark.parametrize(
    "statement",
    [
        "assert f(1)",
        "assert not f(1)",
        "assert f(1) is True",
        "assert f(1) != 2",
        "assert 2 == f(1)",
        "assert f(1) == 2 == 2",
        "assert f(1) == 2 + 2",
        "assert f(1) == str(2)",
        "assert f(1)[0] == 2",
        "assert abs(f(1) - 2) < 1e-6, 'far'",
        "assert other(1) == 2",
        "assert True",
        "for x in range(3):\n    assert f(x) == 2",
        "with open(f(1)) as file:\n    if file:\n        assert f(x) == 2",
    ],
)
def test_any_other_assertion_keeps_its_text(statement: str) -> None:
    assert split(statement.replace("f(", "candidate(")) == [assertion(statement)]


def test_an_assertion_carries_what_stands_before_it() -> None:
    body = "import math\nassert candidate(1) == 1\nx = 2\nassert candidate(x) == x\nassert math.pi"
    assert split(body) == [
        functional("f(1)", "1"),
        assertion("import math\nx = 2\nassert f(x) == x"),
        assertion("import math\nx = 2\nassert math.pi"),
    ]


@pytest.mark.parametrize(
    "binding",
    ["x = 2", "import a.b as x", "import x.y", "from a import x", "for x in ():\n    pass", "def x():\n    pass"],
)
def test_a_call_that_needs_a_name_bound_before_it_is_no_functional_test(binding: str) -> None:
    assert split(f"{binding}\nassert candidate(x) == 2") == [assertion(f"{binding}\nassert f(x) == 2")]


def test_statements_that_no_test_carries_are_a_test_of_their_own() -> None:
    assert split("print\nassert candidate(1) == 1\nx = 1") == [functional("f(1)", "1"), assertion("print\nx = 1")]
    assert split("x = 1\nassert x\ncandidate(x)") == [assertion("x = 1\nassert x"), assertion("x = 1\nf(x)")]


def test_a_definition_that_asserts_is_context() -> None:
    body = "def near(a, b):\n    assert abs(a - b) < 1\n\nnear(candidate(1), 2)"
    assert split(body) == [assertion("def near(a, b):\n    assert abs(a - b) < 1\nnear(f(1), 2)")]


def test_statements_on_one_line_are_told_apart() -> None:
    assert split("x = 1; assert candidate(x); assert candidate(2) == 2") == [
        assertion("x = 1\nassert f(x)"),
        functional("f(2)", "2"),
    ]


def test_the_candidate_is_found_by_bytes_and_not_inside_other_words() -> None:
    assert split("assert 'é' + candidate('é') + candidates.candidate('candidate')") == [
        assertion("assert 'é' + f('é') + candidates.f('candidate')".replace(".f(", ".candidate("))
    ]


def test_dedenting_leaves_the_insides_of_strings_alone() -> None:
    (test,) = split('if 1:\n    assert candidate("""a\n        b""")')
    assert eval(test.input.removeprefix("if 1:\n    assert f")) == "a\n            b"


def test_the_candidate_inside_an_f_string_is_renamed() -> None:
    (test,) = split('assert candidate(1), f"é{candidate(2)}"')
    assert test.input in ('assert f(1), f"é{f(2)}"', "assert f(1), f'é{f(2)}'")


def test_the_candidate_may_have_another_name() -> None:
    assert split_check_function("def check(g):\n    assert g(1) == 2\n", "f") == [functional("f(1)", "2")]


@pytest.mark.parametrize("source", ["", "check = 1", "def check(): pass", "def other(candidate): pass"])
def test_a_source_without_a_check_function_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a function check\(candidate\), found none$"):
        split_check_function(source, "f")
