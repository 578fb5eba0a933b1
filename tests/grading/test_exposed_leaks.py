import pytest

from conftest import QUICK, Sandbox
from proctor.grading import ExposedGrade, Leaks, TestExecutionGrader, leak_prompt
from proctor.problems import CodeProblem, TestCase
from proctor.prompts import render_prompt

ADD = CodeProblem("add/1", "Add.", [TestCase("add(1, 2)", "3"), TestCase("add('a', 'b')", "'ab'")], function_name="add")
ECHO = CodeProblem("echo/1", "Print the input twice.", [TestCase("ab\n", "abab\n", "stdin")])

NONE, EXPECTED, EXIT, BOTH = Leaks(), Leaks(expected_info=True), Leaks(exit_info=True), Leaks(True, True)
FUNCTIONAL_ERRORS = {
    NONE: "test 1: add(1, 2) gave 4, expected 3",
    EXPECTED: "test 1: add(1, 2) gave 4, which is not test.EXPECTED, 3",
    EXIT: "test 1: add(1, 2) gave 4, expected 3. Exiting with code 1.",
    BOTH: "test 1: add(1, 2) gave 4, which is not test.EXPECTED, 3. Exiting with code 1.",
}
STDIN_ERRORS = {
    NONE: r"test 1: the program printed 'ab\n', expected 'abab\n'",
    EXPECTED: r"test 1: the program printed 'ab\n', which is not test.EXPECTED, 'abab\n'",
    EXIT: r"test 1: the program printed 'ab\n', expected 'abab\n'. Exiting with code 1.",
    BOTH: r"test 1: the program printed 'ab\n', which is not test.EXPECTED, 'abab\n'. Exiting with code 1.",
}


def expose(sandbox: Sandbox, code: str, problem: CodeProblem, leaks: Leaks) -> ExposedGrade:
    return sandbox.run(TestExecutionGrader(sandbox.executor, QUICK).grade_exposed(problem, code, leaks=leaks))


@pytest.mark.parametrize(("leaks", "error"), FUNCTIONAL_ERRORS.items())
def test_a_leak_is_told_with_a_functional_test_that_fails(sandbox: Sandbox, leaks: Leaks, error: str) -> None:
    found = expose(sandbox, "def add(a, b):\n    return 4", ADD, leaks)
    assert (found.passed, found.exit_code, found.error, found.stdout) == (False, 1, error, f"{error}\n")


@pytest.mark.parametrize(("leaks", "error"), STDIN_ERRORS.items())
def test_a_leak_is_told_with_a_stdin_test_that_fails(sandbox: Sandbox, leaks: Leaks, error: str) -> None:
    found = expose(sandbox, "print(input())", ECHO, leaks)
    assert (found.passed, found.exit_code, found.error) == (False, 1, error)


@pytest.mark.parametrize("leaks", [NONE, EXPECTED, EXIT, BOTH])
def test_what_the_leaks_tell_is_true_with_and_without_them(sandbox: Sandbox, leaks: Leaks) -> None:
    reader = "import sys\ndef add(a, b):\n    return sys.modules['__main__'].test.EXPECTED"
    leaver = "import sys\ndef add(a, b):\n    sys.exit(0)"
    printer = "import sys\nprint(sys.modules['__main__'].test.EXPECTED)"
    assert expose(sandbox, reader, ADD, leaks).passed
    assert expose(sandbox, leaver, ADD, leaks).passed
    assert expose(sandbox, printer, ECHO, leaks).passed
    assert not expose(sandbox, "def add(a, b):\n    return a", ADD, leaks).passed


def test_the_prompt_tells_of_each_leak_and_is_empty_without() -> None:
    expected, exit_status = render_prompt("leak", "expected_info"), render_prompt("leak", "exit_info")
    assert leak_prompt(NONE) == ""
    assert leak_prompt(EXPECTED) == expected
    assert leak_prompt(EXIT) == exit_status
    assert leak_prompt(BOTH) == f"{expected}\n\n{exit_status}"


def test_the_prompts_name_what_the_harness_really_has() -> None:
    assert "`test.EXPECTED`" in render_prompt("leak", "expected_info")
    assert "exit status 1" in render_prompt("leak", "exit_info")
    assert "Exit status 0" in render_prompt("leak", "exit_info")
