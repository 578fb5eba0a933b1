"""Hostile solutions that write to the result channel, or give values that lie."""

# ruff: noqa: E501 - a hostile or awkward program on one line reads better than one over three

import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from attack_trials import FRAMES, READY, SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Program, Status
from proctor.grading import TestExecutionGrader
from proctor.problems import CodeProblem, TestCase

VOID = {
    "an answer before the harness's": 'frame(i=-1, part="ready"); frame(i=0, v=42)',
    "a second answer": "frame(i=0, v=42)",
    "an answer to another call": "frame(i=7, v=42)",
    "an answer to no call": "frame(v=42)",
    "an answer under a number that is none": "frame(i=[], v=42)",
    "no JSON": "os.write(3, struct.pack('!I', 4) + b'[[[[')",
    "no object": "raw(b'[]')",
    "no text": "raw(b'\\xff\\xfe')",
    "not a number": 'raw(b\'{"i": 0, "v": NaN}\')',
    "a number without an end": 'raw(b\'{"i": 0, "v": \' + b"9" * 5000 + b"}")',
    "a pickle": "raw(__import__('pickle').dumps({'i': 0, 'v': 42}))",
    "a frame without an end": "os.write(3, struct.pack('!I', 2 ** 31) + b'x')",
    "half a head": "os.write(3, b'\\0')",
    "nesting": "os.write(3, struct.pack('!I', 200_000) + b'[' * 200_000)",
    "nesting in an answer": 'raw(b\'{"i": 0, "v": \' + b"[" * 100_000 + b"]" * 100_000 + b"}")',
    "empty frames": "os.write(3, bytes(400))",
    "a thousand answers": "[frame(i=n, v=42) for n in range(1000)]",
}


@pytest.mark.parametrize("forgery", cases(VOID))
def test_forged_frames_void_the_run(leveled_sandbox: Sandbox, forgery: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(f"{FRAMES}def f():\n    {forgery}\n    return 1", limits=SMALL)
    assert (result.status, result.value) == (Status.CRASHED, None)
    assert result.error == "the result channel holds what the harness never wrote there"


LOADING = {
    "nothing at all": "os._exit(0)",
    "the prelude failed": "frame(i=-1, part='prelude', e=['ValueError', 'forged', ''])",
    "the set-up code failed": "frame(i=-1, part='setup_code', e=['ValueError', 'forged', ''])",
    "the prelude did not compile": "frame(i=-1, part='prelude', c=['SyntaxError', 'forged', ''])",
    "a part that is a list": "frame(i=-1, part=[], e=['ValueError', 'forged', ''])",
    "a part that is an object": "frame(i=-1, part={}, v=1)",
    "no part": "frame(i=-1)",
    "a strange error": "frame(i=-1, part='code', e={'a': 1})",
    "a strange missing name": "frame(i=-1, part='code', missing=[[]] * 1000)",
    "a strange exit": "frame(i=-1, part='code', x='zero')",
}


@pytest.mark.parametrize("forgery", cases(LOADING))
def test_a_solution_cannot_claim_that_we_failed(leveled_sandbox: Sandbox, forgery: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(f"{FRAMES}{forgery}\nos._exit(0)", limits=SMALL)
    assert (result.status is Status.COMPLETED, result.value) == (False, None)


ANSWERS = {
    "an unknown tag": "frame(i=0, v={'Evil': 'os.system'})",
    "two tags": "frame(i=0, v={'int': '0x1', 'float': '1'})",
    "a number that is none": "frame(i=0, v={'int': 'one'})",
    "a fraction without a denominator": "frame(i=0, v={'Fraction': ['0x1', '0x0']})",
    "a signalling NaN": "frame(i=0, v={'Decimal': 'sNaN'})",
    "a set of lists": "frame(i=0, v={'set': [[1]]})",
    "a dict of half pairs": "frame(i=0, v={'dict': [[1]]})",
    "a range without a step": "frame(i=0, v={'range': ['0x0', '0x1', '0x0']})",
    "a date out of range": "frame(i=0, v={'timedelta': [10 ** 18, 0, 0]})",
    "half a character": "frame(i=0, v='\\ud800')",
    "half a character as a reason": "frame(i=0, u='\\ud800')",
    "half a character in an error": "frame(i=0, e=['E\\ud800', '\\udfff', ''])",
    "an exit status that is true": "frame(i=0, x=True)",
    "an exit status without measure": "frame(i=0, x=10 ** 30)",
    "a time without measure": "frame(i=0, v=2, t=10 ** 40)",
    "outputs of negative length": "frame(i=0, v=2, o=[-1, -5])",
    "outputs that are too long": "frame(i=0, v=2, o=[10 ** 30, 10 ** 30])",
    "an error of strange parts": "frame(i=0, e=[[[]], {'a': []}, 3, 4])",
    "a deep object": "raw(b'{\"i\":0,\"v\":{\"a\":' + b'[' * 900 + b']' * 900 + b',\"b\":1}}')",
    "a deep error": "raw(b'{\"i\":0,\"e\":[' + b'[' * 900 + b']' * 900 + b']}')",
    "a float of a million digits": "frame(i=0, v={'float': '1.' + '1' * 10 ** 6})",
    "a decimal of a million digits": "frame(i=0, v={'Decimal': '1.' + '1' * 10 ** 6})",
    "a decimal without measure": "frame(i=0, v={'Decimal': '1e999999999999999999'})",
    "a number of a million digits": "frame(i=0, v={'int': '0x' + 'f' * 10 ** 6})",
    "a fraction of many digits": "frame(i=0, v={'Fraction': [hex((1 << 600_000) + 12345), hex(3 ** 375_000)]})",
    "a million empty lists": "raw(b'{\"i\":0,\"v\":[' + b'[],' * 10 ** 6 + b'[]]}')",
}
PROBLEM = CodeProblem("forged/1", "", function_name="f", test_cases=[TestCase("f()", "1")])


@pytest.mark.parametrize("forgery", cases(ANSWERS))
def test_a_hostile_answer_is_a_wrong_one_at_no_cost(leveled_sandbox: Sandbox, forgery: str) -> None:
    grader = TestExecutionGrader(leveled_sandbox.executor, replace(SMALL, cpu_seconds=2, total_cpu_seconds=4))
    solution = f"{READY}{forgery}\nos._exit(0)"
    with unharmed(leveled_sandbox):
        began = time.process_time()
        result = leveled_sandbox.run(grader.grade(PROBLEM, solution, PROBLEM.test_cases))
        taken = time.process_time() - began
    assert not result.success
    assert taken < 0.4  # seconds of this process's own
    assert result.tests[0].exit_code is None or type(result.tests[0].exit_code) is int
    msgspec.json.decode(msgspec.json.encode(result.tests), type=list[dict[str, object]])


def test_a_message_of_half_characters_can_be_recorded(leveled_sandbox: Sandbox) -> None:
    grader = TestExecutionGrader(leveled_sandbox.executor, SMALL)
    solution = "def f():\n    raise ValueError('\\ud800')"
    result = leveled_sandbox.run(grader.grade(PROBLEM, solution, PROBLEM.test_cases))
    assert b"ValueError" in msgspec.json.encode(result)


def test_equal_hashes_do_not_hold_up_the_comparison(leveled_sandbox: Sandbox) -> None:
    problem = replace(PROBLEM, test_cases=[TestCase("f()", repr(list(range(12_000))))])
    grader = TestExecutionGrader(leveled_sandbox.executor, replace(SMALL, cpu_seconds=4, total_cpu_seconds=8))
    forged = "frame(i=0, v={'set': [{'int': hex(n * (2 ** 61 - 1))} for n in range(1, 12_001)]})"
    began = time.process_time()
    result = leveled_sandbox.run(grader.grade(problem, f"{READY}{forged}\nos._exit(0)", problem.test_cases))
    assert (result.success, time.process_time() - began < 0.5) == (False, True)


def test_a_flood_of_frames_does_not_fill_the_parents_memory(leveled_sandbox: Sandbox) -> None:
    flood = "[raw(b'{\"i\":0,\"v\":[' + b'[],' * 10 ** 6 + b'[]]}') for _ in range(8)]"
    solution = f"{READY}try:\n    {flood}\nexcept OSError: pass\nos._exit(0)"
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here on
    before = _peak_memory()
    with unharmed(leveled_sandbox):
        limits = replace(SMALL, cpu_seconds=2, total_cpu_seconds=4)
        results = leveled_sandbox.calls(solution, *["f()"] * 8, limits=limits)
    assert {result.value for result in results} == {None}
    assert _peak_memory() - before < 150 << 20


def _peak_memory() -> int:
    """Bytes of memory that this process has used at once."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) << 10


LYING_VALUES = {
    "equals everything": "class E:\n    def __eq__(self, other): return True\ndef f(): return E()",
    "an int that equals everything": "class E(int):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
    "def f(): return E(0)",
    "an int with a lying difference": "class E(int):\n    __sub__ = __rsub__ = lambda *_: 0\ndef f(): return E(0)",
    "a string that equals everything": "class E(str):\n    def __eq__(self, other): return True\ndef f(): return E('1')",
    "a float that equals everything": "class E(float):\n    def __eq__(self, other): return True\ndef f(): return E(0)",
    "a list that lies about its length": "class E(list):\n    def __len__(self): return 1\n"
    "    def __iter__(self): return iter([1])\ndef f(): return E()",
    "a dict with hostile items": "class E(dict):\n    def items(self): return 1\ndef f(): return E(a=1)",
    "hostile keys": "class K(str):\n    def __hash__(self): return 1\n    def __eq__(self, other): return True\n"
    "def f(): return {K('a'): 1}",
    "another class than its own": "class E:\n    @property\n    def __class__(self): return int\ndef f(): return E()",
    "a metaclass that equals": "class M(type):\n    def __eq__(self, other): return True\n    __hash__ = type.__hash__\n"
    "class E(metaclass=M): pass\ndef f(): return E()",
    "a metaclass that lies about its order": "class M(type):\n    __mro__ = (int, object)\n"
    "class E(metaclass=M): pass\ndef f(): return E()",
    "an attribute for everything": "class E:\n    def __getattr__(self, name): return 1\ndef f(): return E()",
    "a hostile representation": "class E:\n    def __repr__(self): raise SystemExit(0)\ndef f(): return E()",
    "a name that is no name": "E = type('1', (), {})\ndef f(): return E()",
    "a false numpy value": "class E:\n    shape = ()\n    def item(self): return E()\nE.__module__ = 'numpy'\n"
    "def f(): return E()",
    "itself": "def f():\n    x = []\n    x.append(x)\n    return x",
    "itself by turns": "def f():\n    x = {}\n    x[1] = [x]\n    return x",
    "a generator": "def f():\n    yield 1",
    "a coroutine": "async def g(): return 1\ndef f():\n    c = g()\n    c.close()\n    return c",
    "a module": "import math\ndef f(): return math",
    "a class": "def f(): return int",
    "itself as a function": "def f(): return f",
    "an exception": "def f(): return ValueError(1)",
    "a file": "import sys\ndef f(): return sys.stdout",
    "not implemented": "def f(): return NotImplemented",
    "an ellipsis": "def f(): return ...",
    "a pickle": "import os, pickle\nclass E:\n    def __reduce__(self): return os._exit, (0,)\n"
    "def f(): return pickle.dumps(E())",
    "source text": "def f(): return '__import__(\"os\")._exit(0)'",
    "not a number": "def f(): return float('nan')",
    "infinity": "def f(): return float('inf')",
    "a large number": "def f(): return 10 ** 100_000",
    "a set of sets of sets": "def f():\n    x = frozenset()\n    for _ in range(90): x = frozenset([x])\n    return x",
    "a byte array": "def f(): return bytearray(b'1')",
    "the text of the answer": "def f(): return '1'",
    "the answer in a list": "def f(): return [1]",
    "a number nearby": "def f(): return 1.0000000001",
    "nothing": "def f(): pass",
    "a mock": "import unittest.mock\ndef f(): return unittest.mock.ANY",
}


@pytest.mark.parametrize("code", cases(LYING_VALUES))
def test_a_value_that_lies_does_not_pass(leveled_sandbox: Sandbox, code: str) -> None:
    grader = TestExecutionGrader(leveled_sandbox.executor, SMALL)
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.run(grader.grade(PROBLEM, code, PROBLEM.test_cases))
    assert not result.success
    msgspec.json.encode(result)


def test_numpy_values_are_no_way_around(leveled_sandbox: Sandbox) -> None:
    pytest.importorskip("numpy")
    code = "import numpy\ndef f(): return numpy.array([1, 2])"
    assert leveled_sandbox.call(code).status is Status.UNSUPPORTED_VALUE


def test_the_mark_of_the_beginning_cannot_be_taken_back(leveled_sandbox: Sandbox) -> None:
    code = (
        "import os, sys\nframe = sys._getframe()\nwhile frame is not None:\n"
        "    server = frame.f_locals.get('self')\n    if hasattr(server, '_started'):\n        try:\n"
        "            server._started[0] = 0\n        except ValueError: pass\n    frame = frame.f_back\nos._exit(0)\n"
        "def f(): pass"
    )
    with unharmed(leveled_sandbox):
        assert leveled_sandbox.call(code, limits=SMALL).status is Status.EXITED


SERVER_OBJECT = (
    "import sys\ndef server():\n    frame = sys._getframe()\n"
    "    while not hasattr(frame.f_locals.get('self'), '_started'):\n        frame = frame.f_back\n"
    "    return frame.f_locals['self']\n"
)
ABUSES = {
    "send an answer": "server()._control.sendall(b'x' * 49)",
    "receive the next request": "server()._control.recv(1)",
    "end the conversation": "server()._control.shutdown(2)",
    "serve on its own": "server().serve()",
    "wipe with the server's hands": "server()._run(None, None)",
    "load the filter again": "server()._filter.load()",
    "write the mark": "server()._started[0] = 0",
    "watch a process": "server()._watch(1, None, 0)",
}


@pytest.mark.parametrize("abuse", cases(ABUSES))
def test_nothing_of_the_servers_that_stands_on_the_stack_helps(leveled_sandbox: Sandbox, abuse: str) -> None:
    code = f"{SERVER_OBJECT}def f():\n    try:\n        {abuse}\n    except Exception:\n        return 'denied'"
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=SMALL)
    assert result.value == "denied"


def test_a_solution_finds_nothing_of_the_one_before_it(leveled_sandbox: Sandbox) -> None:
    marker = "SECRET" + "MARKER"
    leveled_sandbox.call(f"import math\nmath.leak = {marker!r} * 30\ndef f():\n    return 1")
    code = (
        # it looks for the word backwards, or it would find what it looks for in its own memory
        "import ctypes, gc, math\ndef f():\n    word = b'REKRAM' + b'TERCES'\n"
        "    pages = {id(o) >> 12 for x in gc.get_objects() for o in [x, *gc.get_referents(x)]}\n"
        "    hits = sum(ctypes.string_at(page << 12, 4096)[::-1].count(word * 2) for page in sorted(pages))\n"
        "    return [hasattr(math, 'leak'), hits]"
    )
    result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=10, total_cpu_seconds=20))
    assert result.value == [False, 0]


def test_a_solution_finds_no_earlier_request_in_the_servers_buffer(leveled_sandbox: Sandbox) -> None:
    leveled_sandbox.call(f"marker = {'SECRETMARKER' * 1000!r}\ndef f():\n    return 1")
    code = f"{SERVER_OBJECT}def f():\n    return server()._body[: 1 << 20].count(b'SECRET' + b'MARKER')"
    assert leveled_sandbox.call(code).value == 0


def test_a_run_that_a_program_shares_with_nobody_is_repeated_alike(leveled_sandbox: Sandbox) -> None:
    program = Program("import os\ndef f():\n    return [os.getpid() > 0, sorted(os.environ)]", "f")
    first, second = [
        leveled_sandbox.run(leveled_sandbox.executor.run_calls(program, ["f()"], SMALL))[0].value for _ in range(2)
    ]
    assert first == second
