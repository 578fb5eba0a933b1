"""Hostile solutions that use up, block or break: each gets a verdict of its own, and the next one notices nothing."""

# ruff: noqa: E501 - a hostile or awkward program on one line reads better than one over three

import sys
import time
from dataclasses import replace

import pytest
from attack_trials import NATIVE, SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Limits, Status

ENDLESS = {
    "a loop": "def f():\n    while True: pass",
    "a loop that ignores every signal": "import signal\nfor n in range(1, 65):\n"
    "    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ndef f():\n    while True: pass",
    "a loop that blocks every signal": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
    "def f():\n    while True: pass",
    "a loop in a handler": "import signal\nsignal.signal(signal.SIGXCPU, lambda *_: f())\ndef f():\n    while True: pass",
    "a loop that swallows every exception": "def f():\n    while True:\n        try:\n            while True: pass\n"
    "        except BaseException: pass",
    "holding the interpreter": "def f():\n    return len(str(7 ** 10 ** 8))",
    "a regular expression": "import re\ndef f():\n    return re.match(r'(a|a)*b', 'a' * 64)",
    "a loop at import": "while True: pass\ndef f(): pass",
    "a loop in four threads": "import threading\ndef spin():\n    while True: pass\ndef f():\n"
    "    for _ in range(4): threading.Thread(target=spin, daemon=True).start()\n    spin()",
    "a loop in C": "import itertools\ndef f():\n    return sum(itertools.repeat(0))",
    "a loop in a class of its own": "class A:\n    def __init_subclass__(cls):\n        while True: pass\n"
    "def f():\n    class B(A): pass",
    "a loop when it is encoded": "class A(list):\n    @property\n    def __class__(self):\n        while True: pass\n"
    "class B(type):\n    def mro(cls):\n        while True: pass\ndef f():\n    class C(metaclass=B): pass",
    "a loop in the error's message": "class E(Exception):\n    def __str__(self):\n        while True: pass\n"
    "def f():\n    raise E",
    "no alarm, no end": "import signal\nsignal.alarm(0)\nsignal.setitimer(signal.ITIMER_PROF, 0)\n"
    "signal.signal(signal.SIGALRM, signal.SIG_IGN)\ndef f():\n    while True: pass",
    "a flood of system calls": "import os\ndef f():\n    while True: os.getppid()",
    "a storm of timers": "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\n"
    "signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)\ndef f():\n    while True: pass",
}


@pytest.mark.parametrize("code", cases(ENDLESS))
def test_an_endless_program_times_out(leveled_sandbox: Sandbox, code: str) -> None:
    limits = Limits(cpu_seconds=0.15, total_cpu_seconds=0.5, memory_mb=150)
    with unharmed(leveled_sandbox):
        assert leveled_sandbox.call(code, limits=limits).status is Status.TIMEOUT


WAITING = {
    "a sleeper": "import time\ndef f():\n    time.sleep(100)",
    "a sleeper without signals": "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
    "def f():\n    while True: time.sleep(100)",
    "a dead lock": "import threading\nlock = threading.Lock()\ndef f():\n    lock.acquire(); lock.acquire()",
    "a thread that never ends": "import threading, time\ndef f():\n"
    "    thread = threading.Thread(target=time.sleep, args=(100,)); thread.start(); thread.join()",
    "waiting for input that never comes": "import os\nreading, writing = os.pipe()\ndef f():\n"
    "    return os.read(reading, 1)",
    "waiting for a signal": "import signal\ndef f():\n    signal.pause()",
    "half a frame and a nap": "import os, time\ndef f():\n    os.write(3, b'\\0\\0')\n    time.sleep(100)",
}
IMPATIENT = Limits(cpu_seconds=0.05, total_cpu_seconds=0.5, memory_mb=150, wall_factor=1, wall_extra_seconds=0.1)


@pytest.mark.parametrize("code", cases(WAITING))
def test_a_program_that_waits_meets_the_wall_clock(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        assert leveled_sandbox.call(code, limits=IMPATIENT).status is Status.TIMEOUT


def test_empty_frames_are_no_progress(leveled_sandbox: Sandbox) -> None:
    code = "import os, time\ndef f():\n    for _ in range(60):\n        os.write(3, bytes(4))\n        time.sleep(0.05)"
    began = time.monotonic()
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=IMPATIENT)
    assert result.status in (Status.TIMEOUT, Status.CRASHED)
    assert time.monotonic() - began < 2


MEMORY = {
    "one piece": "def f():\n    return len(bytearray(1 << 31))",
    "small steps": "def f():\n    grown = []\n    while True: grown.append(bytearray(1 << 20))",
    "a string that doubles": "def f():\n    text = 'x'\n    while True: text += text",
    "a number": "def f():\n    return (1 << (1 << 33)).bit_length()",
    "mapped memory": "import mmap\ndef f():\n    kept = []\n    try:\n        while True: kept.append(mmap.mmap(-1, 1 << 24))\n"
    "    except OSError as error: raise MemoryError from error",
    "at import": "grown = []\nwhile True: grown.append(bytearray(1 << 20))",
    "threads' stacks": "import threading\nthreading.stack_size(1 << 26)\ndef f():\n    try:\n"
    "        for _ in range(100):\n            threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    "    except RuntimeError as error: raise MemoryError from error",
}


@pytest.mark.parametrize("code", cases(MEMORY))
def test_memory_has_an_end(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4, memory_mb=100))
    assert result.status is Status.MEMORY_LIMIT, result.error


FLOODS = {
    "100 MB of output": ("def f():\n    print('x' * 10 ** 8)", Status.OUTPUT_LIMIT),
    "100 MB in small pieces": ("import os\ndef f():\n    try:\n        for _ in range(100): os.write(1, b'x' * 10 ** 6)\n"
                               "    except OSError: pass\n    return 1", Status.OUTPUT_LIMIT),
    "100 MB of errors": ("import sys\ndef f():\n    sys.stderr.write('x' * 10 ** 8)", Status.OUTPUT_LIMIT),
    "output far out": ("import os\ndef f():\n    return os.pwrite(1, b'x', 1 << 40)", Status.RAISED),
    "a long output file": ("import os\ndef f():\n    os.ftruncate(1, 1 << 40)", Status.RAISED),
    "100 MB as a result": ("def f():\n    return 'x' * 10 ** 8", Status.OUTPUT_LIMIT),
    "a million elements": ("def f():\n    return [0] * 10 ** 6", Status.UNSUPPORTED_VALUE),
    "100,000 levels": ("def f():\n    x = []\n    for _ in range(100_000): x = [x]\n    return x",
                       Status.UNSUPPORTED_VALUE),
    "a long message": ("def f():\n    raise ValueError('x' * 10 ** 7)", Status.RAISED),
    "a long name of an exception": ("def f():\n    raise type('E' * 10 ** 6, (Exception,), {})", Status.RAISED),
    "a long chain of exceptions": ("def f():\n    error = ValueError()\n    for _ in range(10 ** 5):\n"
                                   "        new = ValueError(); new.__cause__ = error; error = new\n    raise error",
                                   Status.RAISED),
    "a long exit message": ("import sys\ndef f():\n    sys.exit('x' * 10 ** 7)", Status.OUTPUT_LIMIT),
}  # fmt: skip


@pytest.mark.parametrize(("code", "status"), cases(FLOODS))
def test_a_flood_is_stopped(leveled_sandbox: Sandbox, code: str, status: Status) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4, memory_mb=400))
    assert result.status is status
    assert len(result.error or "") < 4000
    assert len(result.stdout) + len(result.stderr) <= 2 * SMALL.output_bytes


CRASHES = {
    "a segmentation fault": "import ctypes\ndef f():\n    ctypes.string_at(0)",
    "an abort": "import os\ndef f():\n    os.abort()",
    "an illegal instruction": "import ctypes, mmap\npage = mmap.mmap(-1, 4096, prot=7)\npage.write(b'\\x0f\\x0b')\n"
    "def f():\n    ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()",
    "closing the results": "import os\nos.close(3)\ndef f():\n    return 1",
    "another file in place of the results": "import os\nos.dup2(0, 3)\ndef f():\n    return 1",
    "closing everything": "import os\nos.closerange(0, 64)\ndef f():\n    return 1",
    "a corrupted heap": "import ctypes\ndef f():\n    ctypes.memset(id(None), 0xFF, 64)\n    return [None] * 9",
    "a corrupted type": "import ctypes\ndef f():\n    ctypes.memset(id(dict) + 24, 0, 200)\n    return {}",
}


@pytest.mark.parametrize("code", cases(CRASHES))
def test_a_crash_is_the_solutions_own(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4))
    assert result.status in (Status.CRASHED, Status.EXITED)


C_RECURSION = {
    "the C stack": "import sys\nsys.setrecursionlimit(10 ** 8)\nclass A:\n    def __repr__(self): return repr(self)\n"
    "def f():\n    return repr(A())",
    "a callback without an end": "import ctypes\nkind = ctypes.CFUNCTYPE(None)\n@kind\ndef again(): again()\n"
    "import sys\nsys.setrecursionlimit(10 ** 8)\ndef f():\n    again()",
}


@pytest.mark.parametrize("code", cases(C_RECURSION))
def test_recursion_in_c_crashes_at_most_its_own_process(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4))
    guarded = sys.version_info >= (3, 12)  # Python itself stops at a depth that the stack can hold
    assert (result.status is Status.CRASHED) == (not guarded)


HARMLESS = {
    "truncates the results": "import os\ndef f():\n    os.ftruncate(3, 0)\n    return 1",
    "writes beyond the results' end": "import os\ndef f():\n    os.lseek(3, 100, 1)\n    return 1",
    "lifts the recursion limit": "import sys\ndef f():\n    sys.setrecursionlimit(10 ** 8)\n"
    "    def g(n): return g(n + 1) + 1\n    return g(0)",
    "breaks json": "import json\njson.JSONEncoder.encode = json.encoder.c_make_encoder = None\ndef f(): return 1",
    "breaks builtins": "import builtins\nbuiltins.len = lambda _: 7\nbuiltins.type = None\ndef f(): return 1",
    "removes builtins": "import builtins\nvars(builtins).clear()\ndef f(): return 1",
    "empties sys.modules": "import sys\nsys.modules.clear()\ndef f(): return 1",
    "breaks the writing of results": "import os, posix\nos.write = posix.write = None\ndef f(): return 1",
    "breaks the clock": "import time\ntime.thread_time_ns = time.monotonic = lambda: -1\ndef f(): return 1",
    "breaks struct": "import struct\nstruct.Struct = struct.pack = None\ndef f(): return 1",
    "closes its output": "import os, sys\nsys.stdout.close()\nos.close(2)\ndef f(): return 1",
    "replaces its output": "import sys\nsys.stdout = sys.stderr = None\ndef f(): return 1",
    "200 threads left behind": "import threading, time\nthreading.stack_size(1 << 16)\ndef f():\n"
    "    for _ in range(200): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n    return 1",
    "threads that are no daemons": "import threading, time\ndef f():\n"
    "    threading.Thread(target=time.sleep, args=(100,)).start()\n    return 1",
    "all descriptors": "import os\ndef f():\n    try:\n        while True: os.dup(0)\n    except OSError: return 1",
    "descriptors in flight": "import array, socket\nleft, right = socket.socketpair()\ndef f():\n    try:\n"
    "        for _ in range(30): socket.send_fds(left, [b'x'], [0, 1, 2, 3])\n    except OSError: pass\n    return 1",
    "full pipes": "import fcntl, os\ndef f():\n    try:\n        while True:\n            _, writing = os.pipe()\n"
    "            fcntl.fcntl(writing, 1031, 1 << 20)\n            os.write(writing, b'x' * (1 << 16))\n"
    "    except OSError: return 1",
    "non-blocking results": "import os\nos.set_blocking(3, False)\nos.set_blocking(1, False)\ndef f(): return 1",
    "core dumps": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))\ndef f(): return 1",
    "a trace of all that runs": "import sys, threading\nsys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)\n"
    "def f(): return 1",
    "an audit hook": "import sys\ndef hook(*_): raise SystemExit(0)\nsys.addaudithook(hook)\ndef f(): return 1",
    "no collection of garbage": "import gc\ngc.disable()\ngc.unfreeze()\ngc.collect()\ndef f(): return 1",
    "exit handlers": "import atexit, os\natexit.register(os._exit, 0)\ndef f(): return 1",
    "a name of its own": "import ctypes\nctypes.CDLL(None).prctl(15, b'systemd', 0, 0, 0)\ndef f(): return 1",
    "a source of 2 MB": "x = 1\n" * 350_000 + "def f(): return 1",
    "a source that nests": f"x = {'(' * 150}1{')' * 150}\ndef f(): return 1",
    "a source of half characters": "x = '\\ud800'\ndef f(): return 1",
}


@pytest.mark.parametrize("code", cases(HARMLESS))
def test_a_solution_harms_nobody_but_itself(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4))
    assert result.value in (1, None)


BROKEN_SOURCES = {
    "brackets": "(" * 100_000,
    "operators": "x = " + "-" * 100_000 + "1",
    "a null byte": "x = '\0'",
    "half a character": "x = '\ud800'",
    "indentation": "\n".join(" " * n + "if 1:" for n in range(200)),
    "bytes of another encoding": "# -*- coding: utf-32 -*-\ndef f(:",
    "an end of its template": "'''\n\"\"\"\n)\nimport os; os._exit(0)\n",
}


@pytest.mark.parametrize("code", cases(BROKEN_SOURCES))
def test_a_source_that_breaks_the_compiler_is_a_compile_error(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=replace(SMALL, cpu_seconds=2, total_cpu_seconds=4))
    assert result.status in (Status.COMPILE_ERROR, Status.MEMORY_LIMIT, Status.CRASHED)


def test_threads_have_an_end(leveled_sandbox: Sandbox) -> None:
    code = (
        "import _thread, threading, time\nthreading.stack_size(1 << 15)\ndef f():\n    started = 0\n    try:\n"
        "        while started < 3000:\n            _thread.start_new_thread(time.sleep, (100,)); started += 1\n"
        "    except RuntimeError: pass\n    return started"
    )
    with unharmed(leveled_sandbox):
        assert leveled_sandbox.call(code, limits=Limits()).value < 3000


def test_a_program_cannot_end_a_servers_sibling(leveled_sandbox: Sandbox) -> None:
    code = NATIVE + (
        "def f():\n    denied = 0\n    for pid in range(1, 3000):\n        try: os.kill(pid, 0)\n"
        "        except PermissionError: denied += 1\n    return denied"
    )
    with unharmed(leveled_sandbox):
        assert leveled_sandbox.call(code, limits=SMALL).value == 2999
