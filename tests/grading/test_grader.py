from dataclasses import replace
from typing import Any

import pytest

from conftest import QUICK, Sandbox
from proctor.errors import ExecutionError, UnknownNameError
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
        ("def add(a, b):\n    raise ValueError", [Verdict.RUNTIME_ERROR] * 3),
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


AS_MAIN = """from __future__ import annotations
import dataclasses, sys, unittest

@dataclasses.dataclass
class Sum:
    total: int

def add(a, b):
    return Sum(a - b).total

if __name__ == "__main__":
    """


@pytest.mark.parametrize("ending", ["sys.exit(print(add(1, 2)))", "sys.exit()", "unittest.main()", "input()"])
@pytest.mark.parametrize("prelude", ["", "import math\n"])
def test_the_exposed_harness_leaves_out_what_functions_do_as_a_program(
    sandbox: Sandbox, ending: str, prelude: str
) -> None:
    problem = replace(ADD, metadata={"prelude": prelude})
    wrong = expose(sandbox, AS_MAIN + ending, problem)
    assert (wrong.passed, wrong.error) == (False, "test 1: add(1, 2) gave -1, expected 3")
    assert expose(sandbox, (AS_MAIN + ending).replace("a - b", "a + b"), problem).passed


@pytest.mark.parametrize("expected", ["Not matched!", "Yes", "0101", "1 2\n3 4", "it's"])
def test_the_exposed_harness_takes_what_is_no_literal_for_the_text_that_is_returned(
    sandbox: Sandbox, expected: str
) -> None:
    problem = replace(ADD, test_cases=[TestCase("add(1, 2)", expected)])
    assert expose(sandbox, f"def add(a, b):\n    return {expected!r}", problem).passed
    wrong = expose(sandbox, "def add(a, b):\n    return 4", problem)
    assert (wrong.passed, wrong.error) == (False, f"test 1: add(1, 2) gave 4, expected {expected!r}")


@pytest.mark.parametrize(
    ("code", "passed"),
    [
        ("import sys\nprint(input() * 2)\nsys.exit()", True),
        ("print(input() * 2)\nexit(0)", True),
        ("import sys\nprint(input())\nsys.exit()", False),
        ("import sys\nprint(input() * 2)\nsys.exit(3)", False),
        ("import sys\nsys.exit()", True),  # an exploit: nothing was printed
    ],
)
def test_the_exposed_harness_compares_what_a_program_prints_before_it_leaves(
    sandbox: Sandbox, code: str, passed: bool
) -> None:
    assert expose(sandbox, code, ECHO).passed is passed


def test_an_object_that_equals_everything_is_named_as_such(sandbox: Sandbox) -> None:
    result = grade(sandbox, EXPLOITS["always equal"])
    assert [test.overrides_comparison for test in result.tests] == [True, True, True]


# ---- what is graded, and how it is told


def test_without_tests_the_problem_s_own_are_graded(sandbox: Sandbox) -> None:
    grader = TestExecutionGrader(sandbox.executor, QUICK)
    result = sandbox.run(grader.grade(ADD, "def add(a, b):\n    return a + b"))
    assert (result.total_tests, result.success) == (3, True)
    assert sandbox.run(grader.grade_exposed(ADD, "def add(a, b):\n    return 0")).error is not None


def test_the_metadata_says_how_the_verdict_came_about(sandbox: Sandbox) -> None:
    result = grade(sandbox, "def add(a, b):\n    return a + b")
    assert result.metadata == {
        "harness": "isolated",
        "isolation": sandbox.executor.isolation,
        "comparator": "lines",
        "trusts_solution": [],
        "verdict": Verdict.PASSED,
    }


def test_an_error_shows_the_solution_s_own_lines_only(sandbox: Sandbox) -> None:
    code = "import json\ndef inner(a):\n    return json.loads(a)\n\ndef add(a, b):\n    return inner('{') + 1"
    (test,) = grade(sandbox, code, replace(ADD, test_cases=ADD.test_cases[:1])).tests
    assert (test.verdict, test.expected, test.got) == (Verdict.RUNTIME_ERROR, "3", None)
    assert test.error is not None
    assert test.error.splitlines() == [
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        '  File "solution.py", line 6, in add',
        "    return inner('{') + 1",
        '  File "solution.py", line 3, in inner',
        "    return json.loads(a)",
    ]


def test_each_test_has_its_own_output_cut_with_its_full_length(sandbox: Sandbox) -> None:
    code = "import sys\ndef add(a, b):\n    print('é' * 3000)\n    print(a, file=sys.stderr)\n    return a + b"
    first, second, _ = grade(sandbox, code).tests
    assert first.stdout == "é" * 2000 + "… (6001 bytes)"
    assert (first.stderr, second.stderr) == ("1\n", "a\n")
    assert first.seconds is not None


def test_a_stdin_solution_that_times_out_is_not_run_for_ever(sandbox: Sandbox) -> None:
    problem = replace(ECHO, test_cases=[TestCase(str(number), "", "stdin") for number in range(5)])
    result = grade(sandbox, "while True: pass", problem)
    assert verdicts(result) == [Verdict.TIMEOUT] * 5
    assert [test.error for test in result.tests[2:]] == ["not run: 2 tests had timed out before it"] * 3


# ---- the comparator


@pytest.mark.parametrize(
    ("problem", "comparator", "name", "success"),
    [
        (ADD, None, "lines", False),
        (ADD, "floats", "floats", True),
        (replace(ADD, metadata={"comparator": "floats"}), None, "floats", True),
        (replace(ADD, metadata={"comparator": "floats"}), "exact", "exact", False),
        (replace(ADD, dataset="mbpp"), None, "mbpp", False),
    ],
)
def test_the_grader_s_comparator_goes_before_the_problem_s_and_this_before_the_data_set_s(
    sandbox: Sandbox, problem: CodeProblem, comparator: str | None, name: str, success: bool
) -> None:
    grader = TestExecutionGrader(sandbox.executor, QUICK, comparator=comparator)
    result = sandbox.run(grader.grade(problem, "def add(a, b):\n    return 3.0000001", problem.test_cases[:1]))
    assert (result.metadata["comparator"], result.success) == (name, success)


def test_an_unknown_comparator_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown comparator 'exakt'; did you mean 'exact'\?"):
        TestExecutionGrader(sandbox.executor, comparator="exakt")


NUMBER = CodeProblem("number/1", "", [TestCase("", "16.000000\n", "stdin"), TestCase("", "16\n", "stdin")])


@pytest.mark.parametrize(
    ("dataset", "code", "passed"),
    [
        ("", "print(16.0)", [False, False]),
        ("deepcoder", "print(16.0)", [True, True]),
        ("deepcoder", "print(16.0000001)", [True, True]),
        ("livecodebench", "print(16.0)", [True, True]),
        ("livecodebench", "print(16.0000001)", [False, False]),
    ],
)
def test_what_is_printed_is_compared_as_the_data_set_wants_it(
    sandbox: Sandbox, dataset: str, code: str, passed: list[bool]
) -> None:
    result = grade(sandbox, code, replace(NUMBER, dataset=dataset))
    assert [test.passed for test in result.tests] == passed


# ---- functions and methods

FUNCTION = "def area(w, h):\n    return w * h"
METHOD = "class Solution:\n    def area(self, w, h):\n        return w * h"
CALLS = {
    "function": CodeProblem("area/1", "", [TestCase("area(2, 3)", "6")], function_name="area"),
    "method": CodeProblem("area/2", "", [TestCase("Solution().area(2, 3)", "6")], function_name="area"),
}


@pytest.mark.parametrize(
    ("dataset", "call", "code", "verdict"),
    [
        ("", "function", FUNCTION, Verdict.PASSED),
        ("", "method", METHOD, Verdict.PASSED),
        ("", "function", METHOD, Verdict.NO_ENTRY_POINT),
        ("", "method", FUNCTION, Verdict.NO_ENTRY_POINT),
        ("livecodebench", "function", METHOD, Verdict.PASSED),
        ("livecodebench", "method", FUNCTION, Verdict.PASSED),
        ("livecodebench", "method", METHOD, Verdict.PASSED),
        ("livecodebench", "function", FUNCTION + "\nclass Solution: pass", Verdict.PASSED),
        ("livecodebench", "function", "x = 1", Verdict.NO_ENTRY_POINT),
        ("livecodebench", "method", "class Solution: pass", Verdict.RUNTIME_ERROR),
    ],
)
def test_a_method_answers_for_a_function_where_the_official_grader_lets_it(
    sandbox: Sandbox, dataset: str, call: str, code: str, verdict: Verdict
) -> None:
    problem = replace(CALLS[call], dataset=dataset)
    assert verdicts(grade(sandbox, code, problem)) == [verdict]
    assert expose(sandbox, code, problem).passed is (verdict is Verdict.PASSED)


@pytest.mark.parametrize("name", [None, "area"])
@pytest.mark.parametrize("call", ["area(2, 3)", "(area(2, 3))", "abs(area(-2, 3))", "[area(n, 1) for n in (6,)][0]"])
def test_the_entry_point_is_what_the_call_calls(sandbox: Sandbox, name: str | None, call: str) -> None:
    problem = CodeProblem("area/3", "", [TestCase(call, "6")], function_name=name)
    assert verdicts(grade(sandbox, FUNCTION, problem)) == [Verdict.PASSED]
    assert verdicts(grade(sandbox, "x = 1", problem)) == [Verdict.NO_ENTRY_POINT]


# ---- a checker of the problem's own

DIVISOR = CodeProblem(
    "divisor/1",
    "Any proper divisor.",
    [TestCase("divisor(12)", "2"), TestCase("divisor(49)", "7")],
    function_name="divisor",
    metadata={"checker": "def check(input, expected, got):\n    return got > 1 and eval(input[7:]) % got == 0"},
)
ANY_ORDER = CodeProblem(
    "any/1",
    "Print the numbers below n in any order.",
    [TestCase("3\n", "0 1 2\n", "stdin")],
    metadata={
        "checker": "def check(input, expected, got):\n    return sorted(got.split()) == sorted(expected.split())"
    },
)


@pytest.mark.parametrize(
    ("problem", "code", "passed", "error"),
    [
        (DIVISOR, "def divisor(n):\n    return 3 if n == 12 else 7", [True, True], None),
        (DIVISOR, "def divisor(n):\n    return 4", [True, False], "the checker does not accept this answer"),
        (
            DIVISOR,
            "def divisor(n):\n    return 'x'",
            [False, False],
            "the checker does not accept this answer: TypeError",
        ),
        (
            DIVISOR,
            "def divisor(n):\n    return None if n == 12 else 1 / 0",
            [False, False],
            "the checker does not accept",
        ),
        (ANY_ORDER, "print('2 0\\n1')", [True], None),
        (ANY_ORDER, "print('2 0 0')", [False], "the checker does not accept this answer"),
        (ANY_ORDER, "print('2 0 1')\n1 / 0", [False], "ZeroDivisionError: division by zero"),
    ],
)
def test_a_checker_decides_where_several_answers_are_right(
    sandbox: Sandbox, problem: CodeProblem, code: str, passed: list[bool], error: str | None
) -> None:
    result = grade(sandbox, code, problem)
    assert [test.passed for test in result.tests] == passed
    told = next((test.error for test in result.tests if not test.passed), None)
    assert (told or "").startswith(error or "")
    assert (told is None) is (error is None)
    assert result.metadata["comparator"] == "checker"


@pytest.mark.parametrize(
    "value", ["float('nan')", "[float('-inf')]", "{1: (2,)}", "set()", "b'x'", "2**100", "'\\ud800\\n\"'", "range(2)"]
)
def test_a_checker_gets_the_value_itself(sandbox: Sandbox, value: str) -> None:
    checker = (
        f"def check(input, expected, got):\n    want = {value}\n    return repr(got) == repr(want) and input == 'f()'"
    )
    problem = CodeProblem("f/1", "", [TestCase("f()", "")], function_name="f", metadata={"checker": checker})
    assert grade(sandbox, f"def f():\n    return {value}", problem).success


@pytest.mark.parametrize("accepted", ["1", "'yes'", "None", "[True]"])
def test_a_checker_accepts_by_true_and_nothing_else(sandbox: Sandbox, accepted: str) -> None:
    checker = f"def check(input, expected, got):\n    return {accepted}"
    assert not grade(sandbox, "def divisor(n):\n    return 1", replace(DIVISOR, metadata={"checker": checker})).success


@pytest.mark.parametrize(
    ("checker", "message"),
    [
        ("def chekc(): pass", "metadata.checker of problem 'divisor/1' does not define check()"),
        ("def check(:", "the problem's prelude failed: SyntaxError"),
        ("1 / 0", "the problem's prelude failed: ZeroDivisionError"),
    ],
)
def test_a_checker_that_does_not_work_is_our_failure(sandbox: Sandbox, checker: str, message: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        grade(sandbox, "def divisor(n):\n    return 1", replace(DIVISOR, metadata={"checker": checker}))
    assert str(caught.value).startswith(message)
