"""A program that reads its input does in the sandbox what it does as a file: same output, same exit status."""

# ruff: noqa: E501 - a program on one line reads better than one over three

import pytest
from script_trials import Outcome, outcome_of, run_as_file

from conftest import Sandbox
from proctor.execution import Limits, Status

LIMITS = Limits(cpu_seconds=10, total_cpu_seconds=20)

# a program and its input
PROGRAMS: dict[str, tuple[str, str]] = {
    # ---- its text
    "a byte order mark": ("\ufeffprint('é', ascii('é'))", ""),
    "a coding cookie for UTF-8": ("# -*- coding: utf-8 -*-\nprint(ascii('é'))", ""),
    "a coding cookie for Latin-1": ("# -*- coding: latin-1 -*-\nprint(ascii('é'))", ""),
    "a coding cookie on the second line": ("#!/usr/bin/env python3\n# vim: set fileencoding=cp1252 :\nprint(ascii('€'))", ""),
    "an unknown coding cookie": ("# coding: none-such\nprint(1)", ""),
    "a byte order mark against the cookie": ("\ufeff# coding: latin-1\nprint(1)", ""),
    "a null byte": ("print(1)\nx = '\0'\nprint(2)", ""),
    "lines that end in CR LF": ("if True:\r\n    print('''a\r\nb''')\r\n", ""),
    "lines that end in CR": ("print('''a\rb''')\rprint(2)\r", ""),
    "form feeds": ("\fprint(1)\n\f\nprint(2)", ""),
    "a syntax error": ("print(1)\nprint(", ""),
    "an inconsistent indentation": ("if 1:\n        print(1)\n\tprint(2)", ""),
    "no code": ("", "x"),
    "comments only": ("# nothing", ""),
    "an escape that is none": ("print('\\d')", ""),
    "too deeply nested": ("print(" + "(" * 300 + "1" + ")" * 300 + ")", ""),
    "a star import": ("from math import *\nprint(floor(2.5), 'pi' in globals())", ""),
    "a future": ("from __future__ import annotations\ndef f(x: y): pass\nprint(f.__annotations__)", ""),
    "a future that is none": ("from __future__ import braces\nprint(1)", ""),
    "an assertion": ("assert __debug__\nprint(1)\nassert False, 'no'", ""),
    # ---- its input
    "input()": ("print(int(input()) + int(input()))", "1\n2\n"),
    "prompts": ("name = input('Who? ')\nprint('Hello', name)", "you\n"),
    "a prompt at the end of the input": ("print(input('a? '))\nprint(input('b? '))", "1\n"),
    "input that ends too early": ("print(1)\ninput()", ""),
    "CR LF for input()": ("print(repr(input()), repr(input()))", "a\r\nb\r\n"),
    "CR LF for lines": ("import sys\nprint([line for line in sys.stdin])", "a\r\nb\rc\n"),
    "CR LF for read()": ("import sys\nprint(repr(sys.stdin.read()))", "a\r\nb\rc\n"),
    "CR LF for readlines()": ("import sys\nprint(sys.stdin.readlines(), sys.stdin.newlines)", "a\r\nb\rc\n"),
    "CR LF for descriptor 0": ("print(repr(open(0).read()))", "a\r\nb\rc\n"),
    "CR LF for bytes": ("import sys\nprint(sys.stdin.buffer.read())", "a\r\nb\rc\n"),
    "descriptor 0 as it comes": ("print(repr(open(0, newline='').read()))", "a\r\nb\rc\n"),
    "a byte order mark in the input": ("print(ascii(input()))", "\ufeff1\n"),
    "a byte that is no text": ("import sys\ntext = sys.stdin.read()\nprint(ascii(text))\nprint(text)", "a\udc80b\n"),
    "bytes": ("import sys\nprint(sys.stdin.buffer.readline(), sys.stdin.buffer.read(2), sys.stdin.readline())", "ab\ncdef\n"),
    "lines in the C manner": ("for line in iter(__import__('sys').stdin.readline, ''): print(line.strip()[::-1])", "ab\ncd"),
    "line by line, then the rest": ("import sys\nnext(sys.stdin)\nprint(input(), sys.stdin.read().split())", "a\nb\nc d\ne"),
    "read twice": ("import sys\nprint(len(sys.stdin.read()), len(sys.stdin.read()), sys.stdin.buffer.read())", "abc"),
    "no input": ("import sys\nprint(repr(sys.stdin.read()))", ""),
    "input that is not read": ("print(1)", "1\n" * 10),
    "more input than a pipe holds": ("import sys\nprint(sum(map(int, sys.stdin)))", "7\n" * 200_000),
    "more input, never read": ("print(1)", "7\n" * 200_000),
    "more input, a part of it read": ("print(input(), input())", "7\n" * 200_000),
    "more input, read in the C manner": ("import os\nsize = 0\nwhile piece := os.read(0, 1 << 20): size += len(piece)\nprint(size)", "7\n" * 200_000),
    "more input, threads counted": ("import sys, threading\nprint(threading.active_count(), threading.enumerate()[0].name)\nprint(len(sys.stdin.read()))", "7\n" * 200_000),
    "the size of the input": ("import os, stat\nfound = os.fstat(0)\nprint(found.st_size, stat.S_ISFIFO(found.st_mode))", "abc"),
    "a seek in the input": ("import sys\nprint(sys.stdin.seekable())\nsys.stdin.seek(0)", "abc"),
    "input closed": ("import sys\nsys.stdin.close()\nprint(1)\ninput()", "abc"),
    "descriptor 0 closed": ("import os\nos.close(0)\nprint(1)\ntry: input()\nexcept OSError as error: print(error.errno)", "abc"),
    "what the streams are": ("import sys\nfor s in (sys.stdin, sys.stdout, sys.stderr):\n    print(s, s.name, s.mode, s.encoding, s.errors, s.newlines, s.line_buffering, s.write_through, s.fileno(), s.isatty())", ""),
    "the stream's parts": ("import sys\nprint(sys.stdin.buffer, sys.stdin.buffer.raw, sys.stdout.buffer, type(sys.stdout.buffer.raw), sys.stdin.buffer.raw.closefd)", ""),
    "streams reconfigured": ("import sys\nsys.stdin.reconfigure(newline=None)\nsys.stdout.reconfigure(encoding='latin-1', newline='\\r\\n')\nprint(input(), 'é')\nprint(input())", "a\r\nb\r\n"),
    "standard input of its own": ("import io, sys\nsys.stdin = io.StringIO('7\\n')\nprint(input(), sys.__stdin__.read())", "8"),
    "fileinput": ("import fileinput\nfor line in fileinput.input(): print(fileinput.lineno(), line.rstrip())", "a\nb"),
    # ---- its output
    "print's options": ("print(1, 2, sep='-', end='!')", ""),
    "surrogates": ("print('before')\nprint('\\ud800')", ""),
    "surrogates for bytes": ("print('\\udcc3\\udca9')", ""),
    "all of Unicode": ("print('é😀\\u2028\\x00\\x1b[0m')", ""),
    "much output": ("for n in range(100_000): print(n)", ""),
    "output in pieces": ("import os, sys\nprint('a')\nos.write(1, b'b\\n')\nsys.stdout.flush()\nos.write(1, b'c\\n')\nprint('d')", ""),
    "output to a new stream": ("import sys\nout = open(1, 'w', closefd=False)\nout.write('kept without a flush')", ""),
    "output to descriptor 1 opened again": ("import sys\nsys.stdout = open(1, 'w')\nprint('x')", ""),
    "output by a class of its own": ("import io, os, sys\nclass Out(io.IOBase):\n    def __init__(self): self.buffer = io.BytesIO()\n    writable = lambda self: True\n"
                                     "    def write(self, text): self.buffer.write(text.encode())\n    def flush(self):\n        os.write(1, self.buffer.getvalue())\n"
                                     "        self.buffer.seek(0); self.buffer.truncate(0)\nsys.stdout = Out()\nprint('x')", ""),
    "output to a copy of descriptor 1": ("import os\nout = os.fdopen(os.dup(1), 'w')\nprint('one', file=out)\nprint('two')", ""),
    "output to a new stream of a function": ("def f():\n    global out\n    out = open(1, 'wb', 0)\n    out.write(b'x')\nf()\nprint('y')", ""),
    "standard output wrapped": ("import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'latin-1')\nprint('é')", ""),
    "standard output of its own": ("import atexit, io, os, sys\nsys.stdout = io.BytesIO()\natexit.register(lambda: os.write(1, sys.stdout.getvalue()))\nsys.stdout.write(b'x')", ""),
    "standard output that cannot be flushed": ("import sys\nclass S:\n    def write(self, text): sys.__stdout__.write(text)\n    def flush(self): raise RuntimeError\nsys.stdout = S()\nprint('x')", ""),
    "standard output without a flush": ("import sys\nclass S:\n    def write(self, text): sys.__stdout__.write(text.upper())\nsys.stdout = S()\nprint('x')", ""),
    "standard output set to None": ("import sys\nprint(1)\nsys.stdout = None\nprint(2)", ""),
    "standard output deleted": ("import sys\nprint(1)\ndel sys.stdout", ""),
    "standard output closed": ("import sys\nprint(1)\nsys.stdout.close()", ""),
    "standard output closed, then used": ("import sys\nprint(1)\nsys.stdout.close()\nprint(2)", ""),
    "standard error closed": ("import sys\nsys.stderr.close()\nprint(1)\nsys.exit('why')", ""),
    "standard error set to None": ("import sys\nsys.stderr = None\nprint(1)\n1 / 0", ""),
    "descriptor 1 closed": ("import os\nprint(1)\nos.close(1)", ""),
    "descriptor 2 closed": ("import os\nprint(1)\nos.close(2)\n1 / 0", ""),
    "output left by os._exit": ("import os\nprint('lost')\nos._exit(3)", ""),
    "some output left by os._exit": ("import os\nfor n in range(5000): print(n)\nos._exit(0)", ""),
    "output of the C library": ("import ctypes\nctypes.CDLL(None).puts(b'from below')\nprint('from above', flush=True)", ""),
    "pretty and formatted": ("import pprint\npprint.pprint({n: 'x' * n for n in range(30)})\nprint(f'{3.14159:>10.2f}|{10**6:_}')", ""),
    "help": ("help(len)", ""),
    # ---- its end
    "exit()": ("print(1)\nexit()\nprint(2)", ""),
    "exit with a number": ("exit(7)", ""),
    "quit()": ("print(1)\nquit('why')", ""),
    "sys.exit()": ("import sys\nprint(1)\nsys.exit()", ""),
    "sys.exit(None)": ("import sys\nsys.exit(None)", ""),
    "sys.exit(True)": ("import sys\nsys.exit(True)", ""),
    "sys.exit(300)": ("import sys\nsys.exit(300)", ""),
    "sys.exit(-1)": ("import sys\nsys.exit(-1)", ""),
    "sys.exit(2**40)": ("import sys\nsys.exit(2**40 + 5)", ""),
    "sys.exit(2**64)": ("import sys\nsys.exit(2**64)", ""),
    "sys.exit(-2**64)": ("import sys\nsys.exit(-2**64)", ""),
    "sys.exit of text": ("import sys\nprint(1)\nsys.exit('no answer')", ""),
    "sys.exit of a float": ("import sys\nsys.exit(0.0)", ""),
    "sys.exit of a tuple": ("import sys\nsys.exit(1, )", ""),
    "sys.exit of an object": ("import sys\nclass A:\n    def __str__(self): raise ValueError\nsys.exit(A())", ""),
    "an exit of its own class": ("class E(SystemExit):\n    code = 9\nraise E(4)", ""),
    "SystemExit": ("raise SystemExit(4)", ""),
    "an exit that is caught": ("try: exit(1)\nexcept SystemExit as e: print(e.code)", ""),
    "an exit with a finally": ("import sys\ntry: sys.exit(3)\nfinally: print('last')", ""),
    "an exit in a thread": ("import sys, threading\nt = threading.Thread(target=sys.exit, args=(5,))\nt.start()\nt.join()\nprint('on')", ""),
    "an exception": ("print(1)\n{}['x']", ""),
    "an exception of its own": ("class E(BaseException): pass\nprint(1)\nraise E", ""),
    "an exception without text": ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", ""),
    "an exception in a thread": ("import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\nprint('on')", ""),
    "a hook for exceptions": ("import sys\nsys.excepthook = lambda kind, error, trace: print(kind.__name__, error)\n1 / 0", ""),
    "a hook that exits": ("import sys\ndef hook(*_): print('hooked'); sys.exit(0)\nsys.excepthook = hook\n1 / 0", ""),
    "a hook that fails": ("import sys\ndef hook(*_): raise ValueError\nsys.excepthook = hook\n1 / 0", ""),
    "a hook that is gone": ("import sys\ndel sys.excepthook\n1 / 0", ""),
    "a generator's exit": ("raise GeneratorExit", ""),
    "a stop of iterations": ("print(1)\nnext(iter([]))", ""),
    "a group of exceptions": ("raise ExceptionGroup('g', [ValueError(1)])", ""),
    "a traceback": ("import traceback\ndef f(): 1 / 0\ntry: f()\nexcept ZeroDivisionError: print(traceback.format_exc().count('\\n'))", ""),
    "a traceback's lines": ("import sys, traceback\ntry: 1 / 0\nexcept ZeroDivisionError: print([f.line for f in traceback.extract_tb(sys.exc_info()[2])])", ""),
    "an alarm": ("import signal\nprint(1, flush=True)\nsignal.alarm(1)\nsignal.pause()", ""),
    "an alarm that is handled": ("import signal, time\nsignal.signal(signal.SIGALRM, lambda *_: print('rang'))\nsignal.setitimer(signal.ITIMER_REAL, .02)\ntime.sleep(.1)", ""),
    "a crash": ("import ctypes\nprint(1, flush=True)\nctypes.string_at(0)", ""),
    "exit functions": ("import atexit\natexit.register(print, 'first')\natexit.register(print, 'second')\nprint('main')", ""),
    "an exit function that fails": ("import atexit\natexit.register(print, 'first')\natexit.register(lambda: 1 / 0)", ""),
    "an exit function that exits": ("import atexit, sys\natexit.register(print, 'first')\natexit.register(sys.exit, 5)\nsys.exit(2)", ""),
    "exit functions after an exception": ("import atexit\natexit.register(print, 'first')\nraise ValueError", ""),
    "an exit function registered late": ("import atexit\natexit.register(lambda: atexit.register(print, 'late'))", ""),
    "an exit function for an object": ("import weakref\nclass A: pass\na = A()\nweakref.finalize(a, print, 'gone')\nprint('main')", ""),
    "a thread that ends last": ("import threading, time\ndef late():\n    time.sleep(.05)\n    print('late')\nthreading.Thread(target=late).start()\nprint('main')", ""),
    "a thread that outlives an exit": ("import sys, threading, time\ndef late():\n    time.sleep(.05)\n    print('late')\nthreading.Thread(target=late).start()\nsys.exit(4)", ""),
    "threads before exit functions": ("import atexit, threading, time\natexit.register(print, 'exit')\nthreading.Thread(target=lambda: (time.sleep(.05), print('thread'))).start()", ""),
    "a daemon that is left": ("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint(1)", ""),
    "a pool that is left": ("from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\npool.submit(print, 'in the pool')", ""),
    "an object's last word": ("class A:\n    def __del__(self): print('gone')\na = A()\nprint('main')", ""),
    "an object's last word, with a function": ("class A:\n    def __del__(self): show('gone')\ndef show(text): print(text)\na = A()\nprint('main')", ""),
    "last words in a cycle": ("class A:\n    def __del__(self): print('gone')\na = A()\na.me = a\nprint('main')", ""),
    "last words after an exception": ("class A:\n    def __del__(self): print('gone')\ndef f():\n    a = A()\n    1 / 0\nf()", ""),
    "last words after exit()": ("class A:\n    def __del__(self): print('gone')\na = A()\nexit()", ""),
    "a last word that fails": ("class A:\n    def __del__(self): print('gone'); 1 / 0\na = A()", ""),
    "a generator that is left": ("def g():\n    try: yield 1\n    finally: print('closed')\nx = g()\nprint(next(x))", ""),
    "a main module that is held": ("import __main__\nclass A:\n    def __del__(self): print('gone')\na = A()\nprint('main')", ""),
    "a file that is left open": ("out = open('a.txt', 'w')\nout.write('x')\nprint(open('a.txt').read() == '')", ""),
    # ---- what it finds
    "its name": ("print(__name__, __package__, __doc__, __spec__, __cached__, __annotations__)\nif __name__ == '__main__': print('main')", ""),
    "its first names": ("print(sorted(globals()), type(__builtins__).__name__)", ""),
    "its text as documentation": ("'''words'''\nprint(__doc__)", ""),
    "its annotations": ("x: int = 1\nprint(__annotations__)", ""),
    "its file": ("import os, sys\nprint(os.path.basename(__file__), os.path.isabs(__file__), os.path.dirname(__file__) == os.getcwd(), sys.argv)", ""),
    "its own text": ("print(open(__file__).read())", ""),
    "its own text by the arguments": ("import sys\nprint(open(sys.argv[0]).read())", ""),
    "its folder": ("import os\nprint(os.listdir('.'))\nopen('b', 'w').close()\nprint(sorted(os.listdir(os.path.dirname(os.path.abspath(__file__)))))", ""),
    "its source": ("import inspect\ndef f():\n    return 1\nclass A:\n    x = 1\nprint(inspect.getsource(f), inspect.getsource(A))", ""),
    "its lines": ("import linecache\nprint(linecache.getlines(__file__))", ""),
    "the main module": ("import sys, __main__\nx = 5\nprint(__main__.x, sys.modules['__main__'] is __main__, __main__.__file__ == __file__)", ""),
    "pickles": ("import pickle\nclass A:\n    def __init__(self): self.x = 1\nprint(pickle.dumps(A()), pickle.loads(pickle.dumps(A())).x)", ""),
    "data classes": ("from dataclasses import dataclass, field\n@dataclass(order=True)\nclass A:\n    x: 'int'\n    y: list = field(default_factory=list)\nprint(A(1), A(1) < A(2))", ""),
    "type hints": ("from __future__ import annotations\nimport typing\nclass A:\n    a: A | None\nprint(typing.get_type_hints(A), A)", ""),
    "enumerations and named tuples": ("import enum, collections\nclass E(enum.Enum): A = 1\nP = collections.namedtuple('P', 'x')\nprint(repr(E.A), P(1), P.__module__)", ""),
    "doctest": ("import doctest\ndef f():\n    '''\n    >>> f()\n    1\n    '''\n    return 1\nprint(doctest.testmod())", ""),
    "unittest": ("import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 2)\nunittest.main()", ""),
    "its globals as code": ("x = 1\nexec('y = x + 1')\nprint(y, eval('x + y'), 'x' in locals(), globals() is locals())", ""),
    "runpy": ("import runpy\nopen('other.py', 'w').write('print(__name__)')\nrunpy.run_path('other.py', run_name='__main__')", ""),
    "how deep it may call": ("def f(n):\n    try: return f(n + 1)\n    except RecursionError: return n\nprint(f(0))", ""),
    "a recursion without end": ("def f(n): return f(n + 1)\nprint(1)\nf(0)", ""),
    "a stack without limit": ("import resource, sys\nresource.setrlimit(resource.RLIMIT_STACK, (1 << 28, resource.RLIM_INFINITY))\nsys.setrecursionlimit(1 << 20)\n"
                              "def f(n): return n and 1 + f(n - 1)\nprint(f(100_000))", ""),
    "a deep recursion": ("import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return n and 1 + f(n - 1)\nprint(f(200_000))", ""),
    "a deep recursion in a thread": ("import sys, threading\nsys.setrecursionlimit(10**7)\nthreading.stack_size(512 << 20)\ndef f(n): return n and 1 + max(map(f, [n - 1]))\n"
                                     "def main(): print(input(), f(300_000))\nt = threading.Thread(target=main)\nt.start()\nt.join()", "7\n"),
    "its own trace": ("import sys\ndef f(): pass\nsys.settrace(lambda frame, event, value: print(event, frame.f_code.co_name))\nf()", ""),
    "its own trace of an exit": ("import sys\nsys.settrace(lambda frame, event, value: print(event, frame.f_code.co_name))\nexit(3)", ""),
    "the locale of the environment": ("import locale\nprint(locale.setlocale(locale.LC_ALL, ''), locale.format_string('%d', 10**6, grouping=True))", ""),
    "local time": ("import datetime\nprint(datetime.datetime.fromtimestamp(0).astimezone().isoformat())", ""),
    "itself by name": ("import solution\nprint(1)", ""),
    "the frames below it": ("import sys\nframe = sys._getframe()\nprint(frame.f_code.co_name)", ""),
    "signals' handlers": ("import signal\nprint([(n, signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGALRM, signal.SIGXFSZ)])\nprint(signal.pthread_sigmask(signal.SIG_BLOCK, []))", ""),
    "its locale": ("import locale, sys\nprint(locale.getlocale(), locale.getpreferredencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), locale.setlocale(locale.LC_ALL))", ""),
    "the interpreter's settings": ("import gc, sys, warnings\nprint(gc.isenabled(), gc.get_threshold(), sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.flags.optimize, sys.flags.utf8_mode, sys.warnoptions, sys.gettrace(), sys.getprofile())", ""),
    "decimal's context": ("import decimal\nprint(decimal.getcontext())", ""),
    "the time zone": ("import time\nprint(time.tzname, time.timezone)", ""),
    "a random number by seed": ("import random\nrandom.seed(5)\nprint(random.random(), random.sample(range(100), 5))", ""),
    "the order of sets": ("print({'a', 'b', 'c', 'd'}, hash('x'), set('abcdefgh'))", ""),
    "the builtins": ("print(sorted(set(dir(__builtins__)) - {'_'}))\nprint(exit, quit, copyright)", ""),
    "warnings": ("import warnings\nwarnings.warn('old', DeprecationWarning)\nprint(len(warnings.filters))", ""),
    "a warning that is an error": ("import warnings\nwarnings.simplefilter('error')\nwarnings.warn('old')", ""),
    "logging": ("import logging, sys\nlogging.basicConfig(stream=sys.stdout)\nlogging.warning('seen')", ""),
    "asyncio": ("import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    print(await asyncio.to_thread(input))\nasyncio.run(main())", "x\n"),
    "arguments": ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', default=3)\nprint(p.parse_args(), p.prog)", ""),
    "usage": ("import argparse\nargparse.ArgumentParser().parse_args(['--x'])", ""),
    "a file": ("with open('a.txt', 'w') as file: print('x\\ny', file=file)\nprint(open('a.txt').readlines())", ""),
    "a temporary file": ("import tempfile\nwith tempfile.NamedTemporaryFile('w+') as file:\n    file.write('x')\n    file.seek(0)\n    print(file.read())", ""),
    "a file that is not there": ("open('none.txt')", ""),
    "a module of its own in a file": ("open('mine.py', 'w').write('x = 1')\nimport sys\nsys.path.insert(0, '.')\nimport mine\nprint(mine.x)", ""),
    "a code object's name": ("print((lambda: 0).__code__.co_filename.endswith('solution.py'))", ""),
    "the modules that are there": ("import sys\nprint(sys.modules['__main__'].__dict__ is globals(), '__main__' in sys.modules, 'solution' in sys.modules)", ""),
}  # fmt: skip


IN_A_FOLDER = {
    "a file", "a file that is left open", "a temporary file", "doctest", "its folder", "its lines", "its own text",
    "its own text by the arguments", "its source", "runpy", "the mask of new files", "a module of its own in a file",
}  # fmt: skip


def _skip_without_a_folder(sandbox: Sandbox, name: str) -> None:
    if name in IN_A_FOLDER and not sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace: nothing can be written")


def _kinds(code: str) -> list[str]:
    """The program as it is, and so that it is run by the other kind of server too: a word decides which."""
    return [code] if "import" in code else [code, code + "\n# import"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_script_does_what_it_does_as_a_file(leveled_sandbox: Sandbox, name: str) -> None:
    _skip_without_a_folder(leveled_sandbox, name)
    code, stdin = PROGRAMS[name]
    for program in _kinds(code):
        assert outcome_of(leveled_sandbox.script(program, stdin, LIMITS)) == run_as_file(program, stdin)


# a program, its input, what it comes to in the sandbox and as a file: docs/grading.md says why
EXCEPTIONS: dict[str, tuple[str, str, Outcome, Outcome]] = {
    "an interrupt of its own": ("print(1)\nraise KeyboardInterrupt", "", Outcome(b"1\n", 130), Outcome(b"1\n", -2)),
    "a signal to itself": ("import os, signal\nprint(1, flush=True)\nos.kill(os.getpid(), signal.SIGTERM)", "",
                           Outcome(b"1\n", 1), Outcome(b"1\n", -15)),
    "a signal that it raises": ("import signal\nsignal.raise_signal(signal.SIGTERM)", "", Outcome(b"", 1), Outcome(b"", -15)),
    "an abort": ("import os\nprint(1, flush=True)\nos.abort()", "", Outcome(b"1\n", -11), Outcome(b"1\n", -6)),
    "another process": ("import os\nprint(1, flush=True)\nif os.fork(): os.wait()\nelse: os._exit(0)", "", Outcome(b"1\n", 1), Outcome(b"1\n", 0)),
    "another program": ("import subprocess\nprint(subprocess.run(['true']).returncode)", "", Outcome(b"", 1), Outcome(b"0\n", 0)),
    "a pool of processes": ("from multiprocessing import Pool\nif __name__ == '__main__':\n    with Pool(1) as pool: print(pool.map(abs, [-1]))",
                            "", Outcome(b"", 1), Outcome(b"[1]\n", 0)),
    "the input as a file of the system's": ("print(open('/dev/stdin').read())", "x", Outcome(b"", 1), Outcome(b"x\n", 0)),
    "the output as a file of the system's": ("open('/dev/stdout', 'w').write('x')", "", Outcome(b"", 1), Outcome(b"x", 0)),
    "an output that has a place": ("import sys\nprint(sys.stdout.seekable())", "", Outcome(b"True\n", 0), Outcome(b"False\n", 0)),
    "the calls below it": ("import sys\nprint(sys._getframe().f_back is None)", "", Outcome(b"False\n", 0), Outcome(b"True\n", 0)),
    "the mask of new files": ("import os, stat\nopen('a', 'w').close()\nprint(stat.filemode(os.stat('a').st_mode))", "",
                              Outcome(b"-rw-------\n", 0), Outcome(b"-rw-r--r--\n", 0)),
}  # fmt: skip
DEVICES = ("the input as a file of the system's", "the output as a file of the system's")


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_where_a_script_does_something_else_it_is_known(leveled_sandbox: Sandbox, name: str) -> None:
    _skip_without_a_folder(leveled_sandbox, name)
    code, stdin, inside, as_file = EXCEPTIONS[name]
    if name in DEVICES and leveled_sandbox.executor.isolation["level"] > 1:  # the machine's own folder is there
        inside = as_file
    assert (outcome_of(leveled_sandbox.script(code, stdin, LIMITS)), run_as_file(code, stdin)) == (inside, as_file)


def test_more_output_than_the_limit_is_a_verdict_of_its_own(sandbox: Sandbox) -> None:
    result = sandbox.script("print('x' * 100)\n" * 20, limits=Limits(output_bytes=1000))
    assert (result.status, result.stdout) == (Status.OUTPUT_LIMIT, (b"x" * 100 + b"\n") * 9 + b"x" * 91)


def test_a_stack_counts_as_memory(sandbox: Sandbox) -> None:
    code = "import threading\nthreading.stack_size(512 << 20)\nt = threading.Thread(target=print, args=('ran',))\nt.start()\nt.join()"
    outputs = [sandbox.script(code, limits=Limits(memory_mb=size)).stdout for size in (1024, 256)]
    assert outputs == [b"ran\n", b""]
