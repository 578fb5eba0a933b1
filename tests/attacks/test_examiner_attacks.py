"""Hostile solutions under assertion tests: the test runs in the examiner, which they reach over a channel only."""

# ruff: noqa: E501 - a hostile or awkward program on one line reads better than one over three

import os

import pytest
from attack_trials import cases, unharmed

from conftest import Sandbox
from proctor.execution import Limits, Program, Status

SEND = (
    "import json, os, struct\ndef send(data, to=4):\n    view = memoryview(struct.pack('!I', len(data)) + data)\n"
    "    while view:\n        view = view[os.write(to, view):]\n"
)
FORGED = {
    "exit in the call": "import sys\ndef f(x): sys.exit(0)",
    "exit without a word": "import os\ndef f(x): os._exit(0)",
    "exit when it is loaded": "import os\nos._exit(0)",
    "forged pass on the channel": SEND + "def f(x):\n    send(b'{\"ok\": true}')\n    os._exit(0)",
    "forged pass in the results": SEND + 'def f(x):\n    send(b\'{"i": 0, "ok": true}\', 3)\n    os._exit(0)',
    "forged passes without a call": SEND + 'send(b\'{"i":-1,"part":"ready"}\', 3)\n'
    'for n in range(9): send(b\'{"i": %d, "ok": true}\' % n, 3)\nos._exit(0)',
    "a claim that the prelude failed": SEND + 'send(b\'{"i":-1,"part":"prelude","e":["E","x"]}\', 3)\nos._exit(0)',
    "answers in advance": SEND + "for n in range(9): send(b'{\"v\": %d}' % n)\ndef f(x): return 0",
    "a huge frame": SEND + "def f(x):\n    os.write(4, struct.pack('!I', 2 ** 32 - 1))\n    os._exit(0)",
    "half a frame": SEND + "def f(x):\n    os.write(4, struct.pack('!I', 100) + b'{')\n    os._exit(0)",
    "no object": SEND + "def f(x):\n    send(b'[]')\n    os._exit(0)",
    "no JSON": SEND + "def f(x):\n    send(b'\\xff')\n    os._exit(0)",
    "an empty answer": SEND + "def f(x):\n    send(b'{}')\n    os._exit(0)",
    "deep nesting": SEND + "def f(x):\n    send(b'{\"v\": ' + b'[' * 50_000)\n    os._exit(0)",
    "a malformed value": SEND + 'def f(x):\n    send(b\'{"v": {"set": [[1]]}}\')\n    os._exit(0)',
    "a malformed error": SEND + "def f(x):\n    send(b'{\"e\": 1}')\n    os._exit(0)",
    "an error that is no error": SEND + 'def f(x):\n    send(b\'{"e": ["SystemExit", "0"]}\')\n    os._exit(0)',
    "an error of strange parts": SEND + "def f(x):\n    send(b'{\"e\": [[[]], {}]}')\n    os._exit(0)",
    "many elements": SEND + "def f(x):\n    send(b'{\"v\": [' + b'0,' * 10 ** 6 + b'0]}')\n    os._exit(0)",
    "a flood": SEND + "def f(x):\n    while True: send(b'{\"v\": 0}')",
    "an answer of no turn": SEND + "def f(x):\n    send(b'{\"v\": 5}')\n    os._exit(0)",
    "an answer of a later turn": SEND + 'def f(x):\n    send(b\'{"n": 2, "v": 5}\')\n    os._exit(0)',
    "answers in advance in their turns": SEND
    + 'for n in range(9): send(b\'{"n": %d, "v": 5}\' % n)\ndef f(x): return 0',
    "an answer and a half": SEND
    + "def f(x):\n    os.write(4, struct.pack('!I', 16) + b'{\"n\": 1, \"v\": 5}' + b'x')\n    os._exit(0)",
    "an answer twice": SEND + "def f(x):\n    one = struct.pack('!I', 16) + b'{\"n\": 1, \"v\": 5}'\n"
    "    os.write(4, one + one)\n    os._exit(0)",
    "a verdict among the steps": SEND + 'def f(x):\n    send(b\'{"i": 0, "ok": true}\', 3)\n    return 5',
    "a handle of no object": SEND + 'def f(x):\n    send(b\'{"n": 1, "h": 9, "u": "a value"}\')\n    return 5',
    "a handle of no number": SEND + 'def f(x):\n    send(b\'{"n": 1, "h": true, "u": [[]]}\')\n    os._exit(0)',
    "a handle of many objects": "class E:\n    def __getattr__(self, name): return E()\n    def __call__(self, *_): return E()\n"
    "    def __iter__(self): return iter([E()] * 9)\ndef f(x): return E()",
    "an object that is near everything": "class E:\n    __eq__ = __lt__ = __gt__ = __bool__ = lambda *_: True\n    __float__ = lambda _: 5.0\n"
    "    __sub__ = __abs__ = __neg__ = __rsub__ = lambda *_: 0\n    __class__ = int\ndef f(x): return E()",
    "a number that is nearer each time": "class E(int):\n    def __sub__(self, other): return 0\n    __rsub__ = __sub__\ndef f(x): return E(9)",
    "an entry point that equals everything": "class F:\n    def __call__(self, x): return self\n    def __eq__(self, other): return True\n"
    "f = F()",
    "a property that equals everything": "class M(type):\n    def __eq__(self, other): return True\nclass f(metaclass=M):\n"
    "    def __init__(self, x): pass",
    "descriptors": "import os, socket\ndef f(x):\n    socket.send_fds(socket.socket(fileno=4), [b'x' * 9], [0, 1, 3])\n"
    "    os._exit(0)",
    "an object that equals everything": "class E:\n    def __eq__(self, other): return True\ndef f(x): return E()",
    "a number that lies": "class E(int):\n    def __eq__(self, other): return True\ndef f(x): return E(0)",
    "a number with a lying size": "class E(float):\n    def __abs__(self): return 0\n    __sub__ = lambda *_: 0\n"
    "def f(x): return E(9)",
    "not a number": "def f(x): return float('nan')",
    "its own assertion error": "def f(x): raise AssertionError",
    "a keyboard interrupt": "def f(x): raise KeyboardInterrupt",
    "the end of a generator": "def f(x): raise GeneratorExit",
    "patched builtins": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.AssertionError = ValueError\ndef f(x): return 99",
    "patched test frameworks": "import sys, types, unittest\nunittest.TestCase.assertEqual = lambda *_: None\n"
    "sys.modules['pytest'] = types.ModuleType('pytest')\ndef f(x): return 99",
    "closing the channel": "import os\ndef f(x):\n    os.close(4)\n    return 5",
    "shutting the channel": "import socket\ndef f(x):\n    socket.socket(fileno=4).shutdown(2)\n    return 5",
    "a crash": "import ctypes\ndef f(x): ctypes.string_at(0)",
    "looking for the test on its stack": "import sys\ndef f(x):\n    frame, seen = sys._getframe(), []\n"
    "    while frame: seen.append(str(frame.f_locals)); frame = frame.f_back\n"
    "    return 5 if any('=' * 2 + ' 5' in text for text in seen) else 0",
    "looking for the test in all objects": "import gc\ndef f(x):\n"
    "    return 5 if any(type(o) is dict and 'tests' in o and 'token' in o for o in gc.get_objects()) else 0",
    "reading the examiner's memory": "import os\ndef f(x):\n    try: return len(open(f'/proc/{os.getppid()}/mem').read())\n"
    "    except OSError: return 0",
}


@pytest.mark.parametrize("code", cases(FORGED))
def test_an_assertion_is_not_passed_by_forgery(leveled_sandbox: Sandbox, code: str) -> None:
    leveled_sandbox.examine("def f(x): return 5", "assert f(1) == 5")  # the examiner is started when first needed
    with unharmed(leveled_sandbox):
        results = leveled_sandbox.examine(code, "assert f(1) == 5", "assert abs(f(1) - 5) < 0.1")
        assert Status.COMPLETED not in [result.status for result in results]
        honest = leveled_sandbox.examine("def f(x): return 5", "assert f(1) == 5")
    assert honest[0].status is Status.COMPLETED


def test_an_examiner_does_not_wait_for_ever(leveled_sandbox: Sandbox) -> None:
    limits = Limits(cpu_seconds=0.1, memory_mb=150, timeouts=1, wall_factor=1, wall_extra_seconds=0.1)
    program = Program("import time\ndef f(x): time.sleep(100)", "f")
    leveled_sandbox.examine("def f(x): return 5", "assert f(1) == 5")
    with unharmed(leveled_sandbox):
        results = leveled_sandbox.run(leveled_sandbox.executor.examine(program, ["assert f(1)", "assert f(2)"], limits))
    assert [result.status for result in results] == [Status.TIMEOUT] * 2


def test_the_examiner_runs_as_another_user_than_the_solution(leveled_sandbox: Sandbox) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give the two processes users of their own")
    code, test = "import os\ndef f():\n    return os.getuid()", "import os\nassert f() != os.getuid()"
    (result,) = leveled_sandbox.examine(code, test)
    assert result.status is Status.COMPLETED


def test_an_exception_that_the_test_swallows_is_no_way_past_losing_the_solution(leveled_sandbox: Sandbox) -> None:
    test = "try:\n    f(1)\nexcept BaseException:\n    pass"
    for code in (FORGED["exit without a word"], FORGED["a huge frame"], FORGED["closing the channel"]):
        (result,) = leveled_sandbox.examine(code, test)
        assert result.status is not Status.COMPLETED


SWALLOWED = {name: FORGED[name] for name in (
    "a huge frame", "half a frame", "no object", "no JSON", "an empty answer", "deep nesting", "many elements",
    "a malformed value", "answers in advance", "an answer of a later turn", "an answer twice", "a flood",
    "an object that is near everything", "exit in the call",
)}  # fmt: skip


@pytest.mark.parametrize("code", cases(SWALLOWED))
def test_a_test_that_catches_everything_is_no_way_past_a_forged_answer(sandbox: Sandbox, code: str) -> None:
    (result,) = sandbox.examine(code, "try: assert abs(f(1) - 5) < 0.1\nexcept BaseException: pass")
    assert result.status is not Status.COMPLETED


ONE = "struct.pack('!I', 16) + b'{\"n\": 2, \"v\": 5}'"
OUT_OF_TURN = {
    "later": SEND + 'def f(x):\n    if x: return 1\n    send(b\'{"n": 3, "v": 5}\')',
    "earlier": SEND + 'def f(x):\n    if x: return 1\n    send(b\'{"n": 1, "v": 5}\')',
    "twice": SEND + f"def f(x):\n    if x: return 1\n    one = {ONE}\n    os.write(4, one + one)",
    "and then another": SEND
    + f"import time\ndef f(x):\n    if x: return 1\n    os.write(4, {ONE})\n    time.sleep(0.05)",
}


@pytest.mark.parametrize("code", cases(OUT_OF_TURN))
def test_an_answer_out_of_turn_voids_the_tests_that_held_before_it(sandbox: Sandbox, code: str) -> None:
    results = sandbox.examine(code, "assert f(1) == 1", "f(0)", "assert f(1) == 1")
    assert [(result.status, result.error) for result in results] == [
        (Status.CRASHED, "the result channel holds what the harness never wrote there")
    ] * 3


def test_a_helper_of_the_tests_cannot_be_replaced_and_one_of_the_solutions_is_named(sandbox: Sandbox) -> None:
    code = "def close(a, b): return True\ndef abs(x): return 0\ndef f(x): return 0"
    near, lost = "assert close(f(1), 5)", "assert abs(f(1) - 5) < 0.1"
    trusting, other = sandbox.examine(code, near, lost)
    assert (trusting.status, trusting.trusts_solution) == (Status.COMPLETED, ("close",))
    assert (other.status, other.trusts_solution) == (Status.ASSERTION_FAILED, ())
    results = sandbox.examine(code, near, lost, prelude="def close(a, b): return a == b")
    assert [(result.status, result.trusts_solution) for result in results] == [(Status.ASSERTION_FAILED, ())] * 2


def test_a_solution_and_its_examiner_share_no_files(leveled_sandbox: Sandbox) -> None:
    code = (
        "import os, tempfile\ndef f():\n    try: open(os.path.join(tempfile.gettempdir(), 'note'), 'w').close()\n"
        "    except OSError: pass\n    return 1"
    )
    test = (
        "import os, tempfile\nassert f() == 1\nassert not os.path.exists(os.path.join(tempfile.gettempdir(), 'note'))"
    )
    assert leveled_sandbox.examine(code, test)[0].status is Status.COMPLETED
