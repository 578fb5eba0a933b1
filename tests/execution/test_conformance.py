"""What every executor does alike; where one differs, the table says so."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from together_stub import KEY, together_stub

from conftest import QUICK
from proctor.errors import ExecutionError
from proctor.execution import ExecutionResult, Executor, Limits, Program, Status, SubprocessExecutor, TogetherExecutor

T = TypeVar("T")
Ended = tuple[Status, str | None, int | None]
"""Status, first line of the error, exit status."""


class Subject:
    """An executor under test; *name* is how the tables call it."""

    def __init__(self, name: str, executor: Executor, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self.name = name
        self.executor = executor
        self._run = run

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        result: T = self._run(coroutine)
        return result

    def calls(self, code: str, *calls: str, limits: Limits = QUICK, **options: Any) -> list[ExecutionResult]:
        fresh = options.pop("fresh", False)
        return self.run(self.executor.run_calls(Program(code, "f", **options), calls, limits, fresh=fresh))

    def script(self, code: str, stdin: str = "", limits: Limits = QUICK) -> ExecutionResult:
        return self.run(self.executor.run_script(code, stdin, limits))


@pytest.fixture(scope="module", params=["subprocess 1", "subprocess 2", "subprocess 3", "together"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Every executor, the local one at every isolation level that this machine has."""
    name, _, level = request.param.partition(" ")
    with together_stub() as stub, asyncio.Runner() as runner:
        executor = (
            SubprocessExecutor(jobs=1, strongest_level=int(level))
            if level
            else TogetherExecutor(api_key=KEY, base_url=stub.base_url)
        )
        runner.run(executor.__aenter__())
        try:
            if executor.isolation["level"] != int(level or 0):
                pytest.skip(f"isolation level {level} is not to be had on this machine")
            yield Subject(name, executor, runner.run)
        finally:
            runner.run(executor.close())


def ended(result: ExecutionResult) -> Ended:
    return result.status, (result.error or "").partition("\n")[0] or None, result.exit_code


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        ("None", None),
        ("[True, 1, 2.5, 'é\\ud800']", [True, 1, 2.5, "é\ud800"]),
        ("10**30", {"int": hex(10**30)}),
        ("float('nan')", {"float": "nan"}),
        ("2 - 1j", {"complex": ["2.0", "-1.0"]}),
        ("b'\\x00a'", {"bytes": "0061"}),
        ("((), {1: {2}}, frozenset())", {"tuple": [{"tuple": []}, {"dict": [[1, {"set": [2]}]]}, {"frozenset": []}]}),
        ("__import__('collections').deque('ab')", {"deque": ["a", "b"]}),
        ("range(3)", {"range": ["0x0", "0x3", "0x1"]}),
        ("__import__('decimal').Decimal('1.50')", {"Decimal": "1.50"}),
        ("__import__('fractions').Fraction(1, 3)", {"Fraction": ["0x1", "0x3"]}),
        ("__import__('datetime').date(2024, 2, 29)", {"date": "2024-02-29"}),
        ("type('Liar', (int,), {'__eq__': lambda *_: True})(3)", 3),
        ("'x' * 1_000_000", "x" * 1_000_000),
        ("f.__name__ + __name__", "fsolution"),
    ],
)
def test_a_plain_value_comes_back_as_its_tree(subject: Subject, expression: str, tree: object) -> None:
    (result,) = subject.calls(f"def f():\n    return {expression}", "f()")
    assert (ended(result), result.value) == ((Status.COMPLETED, None, None), tree)


ENDINGS: list[tuple[str, Ended]] = [
    ("def f():\n    return 1 / 0", (Status.RAISED, "ZeroDivisionError: division by zero", None)),
    ("class Own(BaseException): pass\ndef f():\n    raise Own('why')", (Status.RAISED, "Own: why", None)),
    ("raise KeyError('x')", (Status.RAISED, "KeyError: 'x'", None)),
    ("import no_such_module", (Status.RAISED, "ModuleNotFoundError: No module named 'no_such_module'", None)),
    ("def f(:", (Status.COMPILE_ERROR, "SyntaxError: invalid syntax (solution.py, line 1)", None)),
    ("def g(): pass", (Status.NO_ENTRY_POINT, "the solution does not define 'f'", None)),
    ("", (Status.NO_ENTRY_POINT, "the solution does not define 'f'", None)),
    ("import sys\ndef f():\n    sys.exit()", (Status.EXITED, "exited with status 0", 0)),
    ("import sys\nsys.exit('no')", (Status.EXITED, "exited with status 1", 1)),
    ("import os\ndef f():\n    os._exit(3)", (Status.EXITED, "exited with status 3", 3)),
    ("import os\nos._exit(0)", (Status.EXITED, "exited with status 0", 0)),
    ("import ctypes\ndef f():\n    ctypes.string_at(0)", (Status.CRASHED, "killed by SIGSEGV", -11)),
    ("def f():\n    while True: pass", (Status.TIMEOUT, "no answer within 1 s of CPU time", None)),
    ("while True: pass", (Status.TIMEOUT, "no answer within 1 s of CPU time", None)),
    ("def f():\n    return [0] * 10**9", (Status.MEMORY_LIMIT, "MemoryError", None)),
    ("def f():\n    return 'x' * 10**7", (Status.OUTPUT_LIMIT, "the value is larger than 4194304 bytes", None)),
    ("def f():\n    print('x' * 10**7)", (Status.OUTPUT_LIMIT, "more than 1048576 bytes of output", None)),
    ("def f():\n    return lambda: 1", (Status.UNSUPPORTED_VALUE, "a value of type 'function'", None)),
    ("def f():\n    return list(range(400_000))", (Status.UNSUPPORTED_VALUE, "more than 300000 elements", None)),
    (
        "def f():\n    x = []\n    for _ in range(500): x = [x]\n    return x",
        (Status.UNSUPPORTED_VALUE, "nested deeper than 100 levels", None),
    ),
    (
        "import os\ndef f():\n    os.write(3, b'forged')\n    return 1",
        (Status.CRASHED, "the result channel holds what the harness never wrote there", None),
    ),
]


@pytest.mark.parametrize(("code", "expected"), ENDINGS)
def test_every_way_to_end_has_its_status(subject: Subject, code: str, expected: Ended) -> None:
    (result,) = subject.calls(code, "f()")
    assert (ended(result), result.value) == (expected, None)


def test_code_with_a_null_byte_does_not_compile(subject: Subject) -> None:
    (result,) = subject.calls("def f(): return '\0'", "f()")  # a ValueError before Python 3.11.4, a SyntaxError since
    assert (result.status, (result.error or "").partition(": ")[2]) == (
        Status.COMPILE_ERROR,
        "source code string cannot contain null bytes",
    )


def test_a_type_with_a_comparison_of_its_own_is_told(subject: Subject) -> None:
    (result,) = subject.calls("class Same:\n    def __eq__(self, _): return True\ndef f(): return Same()", "f()")
    assert (result.status, result.overrides_comparison) == (Status.UNSUPPORTED_VALUE, True)


def test_calls_share_a_process_and_come_back_in_order(subject: Subject) -> None:
    code = "n = [0]\ndef f(x):\n    n[0] += 1\n    print('call', x)\n    return (x, n[0])"
    results = subject.calls(code, "f('a')", " f(2 * 3)\n")
    assert [(result.value, result.stdout) for result in results] == [
        ({"tuple": ["a", 1]}, b"call a\n"),
        ({"tuple": [6, 2]}, b"call 6\n"),
    ]


def test_fresh_gives_every_call_a_process_of_its_own(subject: Subject) -> None:
    code = "n = [0]\ndef f():\n    n[0] += 1\n    return n[0]"
    assert [result.value for result in subject.calls(code, "f()", "f()", fresh=True)] == [1, 1]


def test_no_calls_have_no_results(subject: Subject) -> None:
    assert subject.calls("def f(): pass") == []


def test_prelude_comes_before_and_setup_code_after_the_solution(subject: Subject) -> None:
    (result,) = subject.calls("def f(): return base + later", "f()", prelude="base = 1", setup_code="later = base + 1")
    assert result.value == 3


def test_a_prelude_that_fails_is_our_failure(subject: Subject) -> None:
    with pytest.raises(ExecutionError, match="the problem's prelude failed: ZeroDivisionError: division by zero"):
        subject.run(subject.executor.run_calls(Program("def f(): pass", "f", prelude="1 / 0"), ["f()"], QUICK))


def test_set_up_code_that_fails_after_the_solution_is_the_solutions_failure(subject: Subject) -> None:
    (result,) = subject.calls("def f(): pass", "f()", setup_code="tree = Tree()")
    assert (result.status, result.error) == (Status.RAISED, "NameError: name 'Tree' is not defined")


def test_a_call_that_ends_the_process_leaves_the_others_to_a_new_one(subject: Subject) -> None:
    code = "import sys\ndef f(x):\n    if x == 2:\n        sys.exit('the second')\n    return x"
    results = subject.calls(code, "f(1)", "f(2)", "f(3)")
    assert [(result.status, result.value, result.exit_code, result.stderr) for result in results] == [
        (Status.COMPLETED, 1, None, b""),
        (Status.EXITED, None, 1, b"the second\n"),
        (Status.COMPLETED, 3, None, b""),
    ]


def test_after_two_timeouts_the_remaining_calls_are_not_run(subject: Subject) -> None:
    results = subject.calls(
        "def f(x):\n    while x: pass", "f(1)", "f(0)", "f(2)", "f(0)", limits=Limits(cpu_seconds=0.2)
    )
    assert [(result.status, result.error) for result in results] == [
        (Status.TIMEOUT, "no answer within 0.2 s of CPU time"),
        (Status.COMPLETED, None),
        (Status.TIMEOUT, "no answer within 0.2 s of CPU time"),
        (Status.TIMEOUT, "not run: 2 tests had timed out before it"),
    ]


def test_calls_left_when_the_cpu_time_is_used_up_are_not_run(subject: Subject) -> None:
    limits = Limits(cpu_seconds=0.2, total_cpu_seconds=0.3, timeouts=9)
    results = subject.calls("def f():\n    while True: pass", *["f()"] * 6, limits=limits)
    assert {result.status for result in results} == {Status.TIMEOUT}
    assert results[-1].error == "not run: the solution had used its 0.3 s of CPU time"


def test_a_sleeper_meets_the_wall_clock(subject: Subject) -> None:
    limits = Limits(cpu_seconds=0.1, total_cpu_seconds=1, wall_factor=1, wall_extra_seconds=0.3)
    (result,) = subject.calls("import time\ndef f():\n    time.sleep(100)", "f()", limits=limits)
    assert result.status is Status.TIMEOUT


def test_sets_and_random_numbers_are_the_same_in_every_run(subject: Subject) -> None:
    code = "import random\ndef f():\n    return [random.random(), list({'a', 'b', 'c', 'd', 'e'})]"
    (first,), (second,) = subject.calls(code, "f()"), subject.calls(code, "f()")
    assert first.value == second.value


@pytest.mark.parametrize(
    ("code", "stdin", "stdout", "exit_code"),
    [
        ("print(input() * 2)", "ab\n", b"abab\n", 0),
        ("import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())", "é\r\n", "é\r\n".encode(), 0),
        ("print(len(open(0).read()))", "x" * 200_000, b"200000\n", 0),
        ("input()", "", b"", 1),
        ("import sys\nprint('out')\nsys.exit(3)", "", b"out\n", 3),
        ("raise SystemExit('why')", "", b"", 1),
        ("print(1)\n1 / 0", "", b"1\n", 1),
        ("def f(:", "", b"", 1),
        ("import atexit\natexit.register(print, 'bye')\nprint('hello')", "", b"hello\nbye\n", 0),
        ("import threading\nthreading.Thread(target=print, args=('late',)).start()", "", b"late\n", 0),
        ("import os\nos._exit(4)", "", b"", 4),
        ("import sys\nsys.excepthook = lambda *_: os._exit(0)\nimport os\n1 / 0", "", b"", 0),
        ("if __name__ == '__main__':\n    print('main')", "", b"main\n", 0),
    ],
)
def test_a_script_behaves_as_under_python(
    subject: Subject, code: str, stdin: str, stdout: bytes, exit_code: int
) -> None:
    result = subject.script(code, stdin)
    assert (ended(result), result.stdout) == ((Status.COMPLETED, None, exit_code), stdout)
    real = subprocess.run([sys.executable, "-c", code], input=stdin.encode(), capture_output=True, check=False)
    assert (real.stdout, real.returncode) == (stdout, exit_code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("while True: pass", (Status.TIMEOUT, "no answer within 1 s of CPU time", None)),
        ("import ctypes\nctypes.string_at(0)", (Status.CRASHED, "killed by SIGSEGV", -11)),
        ("print('x' * 10**7)", (Status.OUTPUT_LIMIT, "more than 1048576 bytes of output", 1)),
    ],
)
def test_a_script_that_is_stopped_says_by_what(subject: Subject, code: str, expected: Ended) -> None:
    assert ended(subject.script(code)) == expected


def test_standard_error_is_kept_apart(subject: Subject) -> None:
    result = subject.script("import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert (result.stdout, result.stderr) == (b"out\n", b"err\n")


# ---- where executors differ


def test_assertion_tests_need_two_processes(subject: Subject) -> None:
    examination = subject.executor.examine(Program("def f(): return 1", "f"), ["assert f() == 1"], QUICK)
    if subject.name == "subprocess":
        assert [result.status for result in subject.run(examination)] == [Status.COMPLETED]
    else:
        with pytest.raises(ExecutionError, match="assertion tests need an executor with two processes; use the sub"):
            subject.run(examination)


def test_a_solution_starts_another_process_only_where_no_filter_of_ours_stands(subject: Subject) -> None:
    (result,) = subject.calls("import os\ndef f():\n    return os.waitpid(os.fork() or os._exit(7), 0)[1] >> 8", "f()")
    confined = subject.name == "subprocess" and subject.executor.isolation["level"] < 3
    assert (result.status, result.value) == ((Status.RAISED, None) if confined else (Status.COMPLETED, 7))


def test_the_record_says_where_a_solution_ran(subject: Subject) -> None:
    assert (subject.executor.isolation["level"] == 0) is (subject.name == "together")
