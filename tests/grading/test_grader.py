from dataclasses import replace
from typing import Any

import pytest

from conftest import QUICK, Sandbox
from proctor.grading import ExposedGrade, GradingResult, TestExecutionGrader, Verdict
from proctor.problems import CodeProblem, TestCase

ADD = CodeProblem(
    problem_id="add/1",
    description="Write add(a, b).",
    function_name="add",
    test_cases=[
        TestCase("add(1, 2)", "3"),
        TestCase("add('a', 'b')", "'ab'"),
        TestCase("assert abs(add(0.1, 0.2) - 0.3) < 1e-9", "", "assertion"),
    ],
)
ECHO = CodeProblem("echo/1", "Print the input twice.", [TestCase("ab\n", "abab\n", "stdin")])


def grade(sandbox: Sandbox, code: str, problem: CodeProblem = ADD, **options: Any) -> GradingResult:
    grader = TestExecutionGrader(sandbox.executor, QUICK)
    return sandbox.run(grader.grade(problem, code, problem.test_cases, **options))


def expose(sandbox: Sandbox, code: str, problem: CodeProblem = ADD) -> ExposedGrade:
    return sandbox.run(TestExecutionGrader(sandbox.executor, QUICK).grade_exposed(problem, code, problem.test_cases))


def verdicts(result: GradingResult) -> list[Verdict]:
    return [test.verdict for test in result.tests]


def test_a_right_solution_passes_every_kind_of_test(sandbox: Sandbox) -> None:
    result = grade(sandbox, "def add(a, b):\n    return a + b")
    assert (result.success, result.passed_tests, result.total_tests, result.errors) == (True, 3, 3, [])
    assert result.metadata["verdict"] is Verdict.PASSED
    assert result.metadata["harness"] == "isolated"


def test_every_failed_test_is_an_error_row(sandbox: Sandbox) -> None:
    result = grade(sandbox, "def add(a, b):\n    return 3")
    assert result.errors == [
        {"test_index": 1, "error": "expected 'ab', got 3", "input": "add('a', 'b')", "expected": "'ab'",
         "test_type": "functional"},
        {"test_index": 2, "error": "AssertionError: assert abs(add(0.1, 0.2) - 0.3) < 1e-9",
         "input": "assert abs(add(0.1, 0.2) - 0.3) < 1e-9",
         "expected": "assert abs(add(0.1, 0.2) - 0.3) < 1e-9", "test_type": "assertion"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", [Verdict.NO_CODE] * 3),
        ("def add(:", [Verdict.COMPILE_ERROR] * 3),
        ("def sub(a, b): pass", [Verdict.NO_ENTRY_POINT] * 3),
        ("import sys\nsys.exit(0)", [Verdict.EXITED] * 3),
        ("def add(a, b):\n    return object()", [Verdict.UNSUPPORTED_VALUE] * 3),
        ("def add(a, b):\n    raise ValueError", [Verdict.RUNTIME_ERROR] * 2 + [Verdict.WRONG_ANSWER]),
    ],
)
def test_failures_have_the_same_verdict_in_every_kind_of_test(
    sandbox: Sandbox, code: str, expected: list[Verdict]
) -> None:
    assert verdicts(grade(sandbox, code)) == expected


def test_no_tests_are_no_success(sandbox: Sandbox) -> None:
    result = grade(sandbox, "def add(a, b): pass", replace(ADD, test_cases=[]))
    assert (result.success, result.errors) == (False, [{"test_index": None, "error": "No test cases available"}])


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("print(input() * 2)", Verdict.PASSED),
        ("print(input())", Verdict.WRONG_ANSWER),
        ("print(input() * 2)\n1 / 0", Verdict.RUNTIME_ERROR),
        ("import sys\nprint(input() * 2)\nsys.exit()", Verdict.PASSED),
    ],
)
def test_stdin_programs_are_judged_by_output_and_status(sandbox: Sandbox, code: str, verdict: Verdict) -> None:
    assert verdicts(grade(sandbox, code, ECHO)) == [verdict]


def test_fresh_processes_reset_what_a_solution_counts(sandbox: Sandbox) -> None:
    code = "calls = []\ndef add(a, b):\n    calls.append(1)\n    return a + b if len(calls) == 1 else None"
    assert verdicts(grade(sandbox, code)) == [Verdict.PASSED, Verdict.WRONG_ANSWER, Verdict.PASSED]
    assert verdicts(grade(sandbox, code, fresh=True)) == [Verdict.PASSED] * 3


def test_the_exposed_harness_passes_what_is_right_and_says_what_is_not(sandbox: Sandbox) -> None:
    assert expose(sandbox, "def add(a, b):\n    return a + b").passed
    wrong = expose(sandbox, "def add(a, b):\n    return 4")
    assert (wrong.passed, wrong.exit_code, wrong.error) == (False, 1, "test 1: add(1, 2) gave 4, expected 3")


EXPLOITS = {
    "silent exit at import": "import os\nos._exit(0)",
    "exit in the call": "import sys\ndef add(a, b):\n    sys.exit(0)",
    "always equal": "class E:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0.0\n"
    "def add(a, b):\n    return E()",
    "frame inspection": "import sys\ndef add(a, b):\n    found = sys._getframe(2).f_locals.get('expected')\n"
    "    return 0.3 if found is None else found",
    "excepthook": "import os, sys\nsys.excepthook = lambda *_: os._exit(0)\ndef add(a, b):\n    return 1 / 0",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\ndef add(a, b):\n    return 'nothing'",
}


@pytest.mark.parametrize("code", EXPLOITS.values(), ids=EXPLOITS)
def test_an_exploit_passes_exposed_and_never_isolated(sandbox: Sandbox, code: str) -> None:
    assert expose(sandbox, code).passed
    assert not any(test.passed for test in grade(sandbox, code).tests[:2])


def test_an_object_that_equals_everything_is_named_as_such(sandbox: Sandbox) -> None:
    result = grade(sandbox, EXPLOITS["always equal"])
    assert [test.overrides_comparison for test in result.tests] == [True, True, True]
