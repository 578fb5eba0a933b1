"""Right but awkward programs: whatever the sandbox denies, these must pass at every level that denies it."""

# ruff: noqa: E501 - a hostile or awkward program on one line reads better than one over three

import subprocess
import sys

import pytest
from attack_trials import SMALL

from conftest import Sandbox
from proctor.execution import Limits, Status

ROOMY = Limits(cpu_seconds=4, total_cpu_seconds=8)

# f() must return True
FUNCTIONS = {
    "a temporary file": "import tempfile\ndef f():\n    with tempfile.TemporaryFile('w+') as file:\n"
    "        file.write('abc'); file.seek(0)\n        return file.read() == 'abc'",
    "a named temporary file": "import os, tempfile\ndef f():\n    with tempfile.NamedTemporaryFile('w', delete=False) as file:\n"
    "        file.write('abc')\n    text = open(file.name).read()\n    os.remove(file.name)\n    return text == 'abc'",
    "a temporary folder": "import os, tempfile\ndef f():\n    with tempfile.TemporaryDirectory() as folder:\n"
    "        open(os.path.join(folder, 'a'), 'w').close()\n        os.rename(os.path.join(folder, 'a'), os.path.join(folder, 'b'))\n"
    "        return os.listdir(folder) == ['b']",
    "a file in its folder": "import os\ndef f():\n    with open('data.txt', 'w') as file: file.write('1\\n2\\n')\n"
    "    with open('data.txt') as file: return [int(line) for line in file] == [1, 2]",
    "a file that it appends to": "def f():\n    for n in range(3):\n        with open('log', 'a') as file: file.write(str(n))\n"
    "    return open('log').read() == '012'",
    "pathlib": "from pathlib import Path\ndef f():\n    Path('a').mkdir()\n    Path('a/b').write_text('x')\n"
    "    return [p.name for p in Path('.').rglob('*')] == ['a', 'b']",
    "sqlite": "import sqlite3\ndef f():\n    with sqlite3.connect(':memory:') as base:\n"
    "        return base.execute('select 6 * 7').fetchone() == (42,)",
    "sqlite in a file": "import sqlite3\ndef f():\n    base = sqlite3.connect('base.db')\n    base.execute('create table t (n)')\n"
    "    base.execute('insert into t values (5)')\n    base.commit()\n    found = base.execute('select n from t').fetchall()\n"
    "    base.close()\n    return found == [(5,)]",
    "zip in memory": "import io, zipfile\ndef f():\n    data = io.BytesIO()\n    with zipfile.ZipFile(data, 'w') as z: z.writestr('a', 'b')\n"
    "    return zipfile.ZipFile(data).read('a') == b'b'",
    "csv": "import csv, io\ndef f(): return list(csv.reader(io.StringIO('a,b\\n'))) == [['a', 'b']]",
    "recursion 10,000 deep": "import sys\nsys.setrecursionlimit(20_000)\ndef g(n): return 0 if n == 0 else 1 + g(n - 1)\n"
    "def f(): return g(10_000) == 10_000",
    "recursion in a thread with a large stack": "import sys, threading\nthreading.stack_size(64 << 20)\n"
    "sys.setrecursionlimit(60_000)\ndef g(n): return 0 if n == 0 else 1 + g(n - 1)\ndef f():\n    found = []\n"
    "    thread = threading.Thread(target=lambda: found.append(g(50_000)))\n    thread.start(); thread.join()\n"
    "    return found == [50_000]",
    "threads": "import threading\ndef f():\n    found = []\n    threads = [threading.Thread(target=found.append, args=(n,)) for n in range(20)]\n"
    "    for t in threads: t.start()\n    for t in threads: t.join()\n    return sorted(found) == list(range(20))",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor\ndef f():\n"
    "    with ThreadPoolExecutor(8) as pool: return list(pool.map(abs, [-1, -2])) == [1, 2]",
    "a queue": "import queue, threading\ndef f():\n    q = queue.Queue()\n    threading.Thread(target=q.put, args=(1,)).start()\n"
    "    return q.get(timeout=5) == 1",
    "a timer": "import threading\ndef f():\n    done = threading.Event()\n    threading.Timer(0.01, done.set).start()\n    return done.wait(5)",
    "asyncio": "import asyncio\nasync def g(n):\n    await asyncio.sleep(0)\n    return n\nasync def main():\n"
    "    return await asyncio.gather(g(1), g(2))\ndef f(): return asyncio.run(main()) == [1, 2]",
    "asyncio with threads": "import asyncio\nasync def main(): return await asyncio.to_thread(sum, [1, 2])\n"
    "def f(): return asyncio.run(main()) == 3",
    "asyncio with time-outs": "import asyncio\nasync def main():\n    try:\n        async with asyncio.timeout(0.01): await asyncio.sleep(10)\n"
    "    except TimeoutError: return True\ndef f(): return asyncio.run(main())",
    "data classes": "from dataclasses import dataclass, field, asdict\n@dataclass(order=True, frozen=True)\nclass P:\n    x: int\n"
    "    y: list = field(default_factory=list)\ndef f(): return asdict(P(1)) == {'x': 1, 'y': []} and P(1) < P(2)",
    "data classes of the future": "from __future__ import annotations\nfrom dataclasses import dataclass, fields\n"
    "from typing import ClassVar\n@dataclass\nclass P:\n    n: ClassVar[int] = 0\n    x: P | None = None\n"
    "def f(): return [field.name for field in fields(P)] == ['x']",
    "forward references": "from typing import Optional, get_type_hints\nclass Node:\n    next: 'Optional[Node]'\n"
    "def f(): return get_type_hints(Node) == {'next': Optional[Node]}",
    "generics": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]):\n    def __init__(self, x: T): self.x = x\n"
    "def f(): return Box[int](3).x == 3",
    "protocols": "from typing import Protocol, runtime_checkable\n@runtime_checkable\nclass Sized(Protocol):\n    def __len__(self) -> int: ...\n"
    "def f(): return isinstance([], Sized)",
    "named tuples": "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int = 1\ndef f(): return P()._replace(x=2) == (2,)",
    "enumerations": "import enum\nclass C(enum.Enum):\n    A = enum.auto()\n    B = enum.auto()\n"
    "class F(enum.Flag):\n    X = 1\n    Y = 2\ndef f(): return [c.value for c in C] == [1, 2] and F.X | F.Y == F(3)",
    "globals": "count = 0\ndef g():\n    global count\n    count += 1\ndef f():\n    g(); g()\n    return count == 2",
    "its own globals by name": "def g(): return 5\ndef f(): return globals()['g']() == 5 and __name__ in ('solution', '__main__')",
    "state in a class": "class A:\n    seen = []\n    def __init__(self): A.seen.append(len(A.seen))\ndef f():\n    A(); A()\n    return A.seen == [0, 1]",
    "slots": "class A:\n    __slots__ = ('x',)\n    def __init__(self): self.x = 1\ndef f():\n    try: A().y = 2\n    except AttributeError: return True",
    "a metaclass": "class M(type):\n    def __call__(cls, *a):\n        cls.one = getattr(cls, 'one', None) or super().__call__(*a)\n        return cls.one\n"
    "class A(metaclass=M): pass\ndef f(): return A() is A()",
    "descriptors": "class D:\n    def __set_name__(self, owner, name): self.name = name\n    def __get__(self, obj, kind): return self.name\n"
    "class A:\n    x = D()\ndef f(): return A().x == 'x'",
    "quotes in its docstring": "def f():\n    r'''It says \"\"\"so\"\"\" and \\'so\\' \\n {braces} %s'''\n    return '\"\"\"so' in f.__doc__",
    "a cache": "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\n"
    "def f(): return fib(300) > 10 ** 60 and fib.cache_info().hits > 0",
    "decimals": "from decimal import Decimal, getcontext\ngetcontext().prec = 50\ndef f(): return str(Decimal(2).sqrt()).startswith('1.41421356237309504880')",
    "fractions": "from fractions import Fraction\ndef f(): return sum(Fraction(1, n) for n in range(1, 5)) == Fraction(25, 12)",
    "long integers as text": "import sys\nsys.set_int_max_str_digits(0)\ndef f(): return len(str(10 ** 20_000)) == 20_001",
    "deep JSON": "import json\ndef f():\n    text = '[' * 300 + ']' * 300\n    return json.dumps(json.loads(text)) == text",
    "its own pickles": "import copy, pickle\nclass P:\n    def __init__(self): self.x = 1\n"
    "def f(): return pickle.loads(pickle.dumps(P())).x == 1 and copy.deepcopy(P()).x == 1",
    "its own source": "import inspect\ndef g():\n    return 1\ndef f(): return inspect.getsource(g) == 'def g():\\n    return 1\\n'",
    "its own signature": "import inspect\ndef g(a, *, b=2): pass\ndef f(): return str(inspect.signature(g)) == '(a, *, b=2)'",
    "context variables": "import contextvars\nv = contextvars.ContextVar('v', default=1)\ndef f():\n    contextvars.copy_context().run(v.set, 2)\n    return v.get() == 1",
    "context managers": "import contextlib, io\ndef f():\n    out = io.StringIO()\n    with contextlib.redirect_stdout(out), contextlib.suppress(KeyError):\n"
    "        print('x')\n        {}[1]\n    return out.getvalue() == 'x\\n'",
    "signal handlers": "import signal\nseen = []\nsignal.signal(signal.SIGALRM, lambda *_: seen.append(1))\ndef f():\n"
    "    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    while not seen: pass\n    return True",
    "a time-out of its own": "import signal, time\nclass Late(Exception): pass\ndef late(*_): raise Late\ndef f():\n    signal.signal(signal.SIGALRM, late)\n"
    # in a call: CPython lets what is raised at the jump back of a loop escape the `try` around it
    "    signal.setitimer(signal.ITIMER_REAL, 0.02)\n    try:\n        time.sleep(9)\n    except Late: return True",
    "evaluation": "def f(): return eval('1 + 1') == 2 and eval(compile('x * 2', 's', 'eval'), {'x': 4}) == 8",
    "execution": "def f():\n    space = {}\n    exec('def g(n):\\n    return n + 1', space)\n    return space['g'](1) == 2",
    "syntax trees": "import ast\ndef f(): return ast.unparse(ast.parse('a+b')) == 'a + b'",
    "a module of its own": "import sys, types\nm = types.ModuleType('mine')\nm.x = 1\nsys.modules['mine'] = m\ndef f():\n    import mine\n    return mine.x == 1",
    "random with a seed": "import random\ndef f():\n    random.seed(7)\n    first = random.sample(range(100), 5)\n    random.seed(7)\n    return first == random.sample(range(100), 5)",
    "random of its own": "import random\ndef f(): return random.Random(1).random() == random.Random(1).random()",
    "secrets": "import os, secrets, uuid\ndef f(): return len(os.urandom(8)) == 8 and len(secrets.token_hex(4)) == 8 and uuid.uuid4() != uuid.uuid4()",
    "a hash": "import hashlib, hmac\ndef f(): return hashlib.sha256(b'').hexdigest().startswith('e3b0c442') and len(hmac.digest(b'k', b'm', 'md5')) == 16",
    "heavy itertools": "import itertools\ndef f(): return sum(1 for _ in itertools.permutations(range(8))) == 40_320",
    "heavy regular expressions": "import re\ndef f(): return len(re.findall(r'(\\w+)@(\\w+)\\.com', 'ab@cd.com ' * 5000)) == 5000",
    "a match statement": "def g(x):\n    match x:\n        case {'a': [1, *rest]}: return rest\n        case str() | bytes(): return 't'\n        case _: return None\n"
    "def f(): return g({'a': [1, 2]}) == [2] and g('x') == 't'",
    "the walrus": "def f(): return [y for x in range(4) if (y := x * x) > 3] == [4, 9]",
    "star expressions": "def f():\n    a, *b, c = range(5)\n    return (a, b, c) == (0, [1, 2, 3], 4) and {**{'a': 1}, 'b': 2} == dict(a=1, b=2)",
    "a group of exceptions": "def f():\n    try: raise ExceptionGroup('g', [ValueError(1)])\n    except* ValueError as group: found = len(group.exceptions)\n    return found == 1",
    "warnings": "import warnings\ndef f():\n    warnings.warn('old')\n    with warnings.catch_warnings(record=True) as seen:\n"
    "        warnings.simplefilter('always')\n        warnings.warn('new')\n    return len(seen) == 1",
    "logging": "import logging\nlogging.basicConfig(level=logging.DEBUG)\ndef f():\n    logging.getLogger('x').warning('seen')\n    return True",
    "dates": "import datetime, zoneinfo\ndef f():\n    d = datetime.datetime(2024, 7, 1, tzinfo=datetime.timezone.utc)\n    return d.strftime('%a %j') == 'Mon 183'",
    "local time": "import time\ndef f(): return time.strftime('%Y', time.gmtime(0)) == '1970' and len(time.ctime()) > 10",
    "a calendar": "import calendar\ndef f(): return calendar.monthrange(2024, 2) == (3, 29) and 'Mo' in calendar.month(2024, 2)",
    "a locale": "import locale\ndef f():\n    locale.setlocale(locale.LC_ALL, 'C')\n    return locale.atof('1.5') == 1.5",
    "unicode": "import unicodedata\ndef f(): return unicodedata.normalize('NFD', '\\u00e9') == 'e\\u0301' and '\\u00df'.upper() == 'SS'",
    "names that are not ASCII": "def größe(π): return π * 2\ndef f(): return größe(2) == 4",
    "a short sleep": "import time\ndef f():\n    time.sleep(0.02)\n    return True",
    "weak references": "import gc, weakref\nclass A: pass\ndef f():\n    r = weakref.ref(A())\n    gc.collect()\n    return r() is None",
    "a subclass of dict": "class D(dict):\n    def __missing__(self, key): return key\ndef f(): return D()[5] == 5",
    "an object pool and finalizers": "import weakref\nclass A: pass\ndef f():\n    seen = []\n    weakref.finalize(A(), seen.append, 1)\n    return seen == [1]",
    "a large list": "def f(): return sum([n for n in range(10 ** 6)]) == 499_999_500_000",
    "a sieve": "def f():\n    s = bytearray([1]) * 300_000\n    for n in range(2, 548):\n        if s[n]: s[n * n::n] = bytes(len(s[n * n::n]))\n    return sum(s) - 2 == 25_997",
    "ctypes": "import ctypes\ndef f(): return ctypes.CDLL(None).abs(-3) == 3",
    "mapped memory": "import mmap\ndef f():\n    with mmap.mmap(-1, 4096) as m:\n        m[:2] = b'ab'\n        return m[:2] == b'ab'",
    "pipes": "import os\ndef f():\n    r, w = os.pipe()\n    os.write(w, b'x')\n    return os.read(r, 1) == b'x'",
    "selectors": "import selectors, socket\ndef f():\n    a, b = socket.socketpair()\n    with selectors.DefaultSelector() as s:\n"
    "        s.register(a, selectors.EVENT_READ)\n        b.send(b'x')\n        return len(s.select(5)) == 1",
    "its platform": "import os, platform, sys\ndef f(): return sys.platform == 'linux' and platform.system() == 'Linux' and os.getpid() > 0 and os.cpu_count() > 0",
    "its limits": "import resource\ndef f(): return resource.getrlimit(resource.RLIMIT_CPU)[0] > 0 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0",
    "an uncommon module": "import graphlib, shelve, xml.etree.ElementTree as E, html, colorsys, sched\n"
    "def f(): return E.fromstring('<a><b/></a>')[0].tag == 'b' and html.escape('<') == '&lt;'",
    "unittest": "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): self.assertEqual(1, 1)\n"
    "def f(): return unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(T)).wasSuccessful()",
    "doctest": "import doctest\ndef g():\n    '''\n    >>> g()\n    5\n    '''\n    return 5\ndef f():\n    import sys\n"
    "    return doctest.testmod(sys.modules[__name__]).failed == 0",
    "an exit that is never taken": "import sys\nif len(sys.argv) > 50: sys.exit(1)\ndef f(): return True",
    "a guard for the main program": "def f(): return True\nif __name__ == '__main__':\n    print('never under test')",
    "printing beside the answer": "print('loaded')\ndef f():\n    print('called', flush=True)\n    return True",
    "numpy": "import numpy as np\ndef f(): return bool((np.arange(6).reshape(2, 3).T @ np.ones(2)).sum() == 15) and np.linalg.det(np.eye(3)) == 1",
    "random numbers of numpy": "import numpy as np\ndef f(): return np.random.default_rng(1).integers(9, size=5).shape == (5,)",
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_right_function_passes(leveled_sandbox: Sandbox, name: str) -> None:
    code = FUNCTIONS[name]
    if "numpy" in name:
        pytest.importorskip("numpy")
    writes = ("temporary", "file", "pathlib")
    if any(word in name for word in writes) and not leveled_sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace: nothing can be written")
    result = leveled_sandbox.call(code, limits=ROOMY)
    assert (result.status, result.value, result.error) == (Status.COMPLETED, True, None)


VALUES = {
    "a Counter": ("from collections import Counter\ndef f(): return Counter('aab')", {"dict": [["a", 2], ["b", 1]]}),
    "a defaultdict": ("from collections import defaultdict\ndef f():\n    d = defaultdict(list)\n    d[1].append(2)\n    return d",
                      {"dict": [[1, [2]]]}),
    "an ordered dict": ("from collections import OrderedDict\ndef f(): return OrderedDict(a=1)", {"dict": [["a", 1]]}),
    "a named tuple": ("from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)", {"tuple": [1, 2]}),
    "a deque": ("from collections import deque\ndef f(): return deque([1], maxlen=3)", {"deque": [1]}),
    "a subclass of dict": ("class D(dict): pass\ndef f(): return D(a=1)", {"dict": [["a", 1]]}),
    "an integer enumeration": ("import enum\nclass E(enum.IntEnum):\n    A = 3\ndef f(): return E.A", 3),
    "a list from a generator": ("def g(): yield from range(3)\ndef f(): return list(g())", [0, 1, 2]),
    "a large integer": ("def f(): return 2 ** 200", {"int": hex(2 ** 200)}),
    "text of all kinds": ("def f(): return '\\0 \\u00e9 \\U0001f600 \\udc80'", "\0 é 😀 \udc80"),
    "bytes": ("def f(): return b'\\xff'", {"bytes": "ff"}),
    "a date": ("import datetime\ndef f(): return datetime.date(2024, 1, 2)", {"date": "2024-01-02"}),
    "infinity": ("def f(): return -float('inf')", {"float": "-inf"}),
    "a number of numpy's": ("import numpy\ndef f(): return [numpy.int64(3), numpy.float64(.5), numpy.bool_(True)]", [3, 0.5, True]),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_an_unusual_value_arrives(leveled_sandbox: Sandbox, name: str) -> None:
    if "numpy" in name:
        pytest.importorskip("numpy")
    code, value = VALUES[name]
    result = leveled_sandbox.call(code, limits=ROOMY)
    assert (result.status, result.value, result.error) == (Status.COMPLETED, value, None)


# a program, its input, and what it must print
PROGRAMS = {
    "input": ("a, b = map(int, input().split())\nprint(a + b)", "1 2\n", "3\n"),
    "input until it ends": ("total = 0\nwhile True:\n    try: total += int(input())\n    except EOFError: break\nprint(total)", "1\n2\n3", "6\n"),
    "lines of the input": ("import sys\nprint(sum(int(line) for line in sys.stdin))", "1\n2\n", "3\n"),
    "input as bytes": ("import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))", "1 2\n3", "6\n"),
    "lines as bytes": ("import sys\ninput = sys.stdin.buffer.readline\nprint(int(input()) + int(input()))", "1\r\n2\r\n", "3\n"),
    "lines that end in CR LF": ("import sys\nprint(repr(input()), list(sys.stdin))", "a\r\nb\r\n", "'a\\r' ['b\\r\\n']\n"),
    "a byte order mark": ("\ufeffprint(input())", "x\n", "x\n"),
    "another encoding of its text": ("# -*- coding: latin-1 -*-\nprint(len('é'))", "", "2\n"),
    "opening descriptor 0": ("print(len(open(0).read().split()))", "a b c", "3\n"),
    "reading descriptor 0": ("import os\nprint(len(os.read(0, 100)))", "abc\n", "4\n"),
    "fileinput": ("import fileinput\nfor line in fileinput.input(): print(line.strip()[::-1])", "ab\ncd\n", "ba\ndc\n"),
    "reading after the end": ("import sys\nsys.stdin.read()\nprint(repr(sys.stdin.read()), repr(sys.stdin.readline()))", "x", "'' ''\n"),
    "no input": ("import sys\nprint(sys.stdin.read() == '')", "", "True\n"),
    "input to a copy of descriptor 0": ("import os\nprint(os.fdopen(os.dup(0)).read())", "abc", "abc\n"),
    "waiting for input": ("import select, sys\nprint(bool(select.select([sys.stdin], [], [], 5)[0]))", "a\n", "True\n"),
    "a megabyte of input": ("import sys\nprint(len(sys.stdin.readlines()))", "12345678\n" * 120_000, "120000\n"),
    "much output": ("for n in range(60_000): print(n)", "", "".join(f"{n}\n" for n in range(60_000))),
    "output to descriptor 1": ("import os, sys\nsys.stdout.write('a')\nsys.stdout.flush()\nos.write(1, b'b\\n')", "", "ab\n"),
    "output as bytes": ("import sys\nsys.stdout.buffer.write('\\u00e9\\n'.encode())", "", "é\n"),
    "print's options": ("print(1, 2, sep=', ', end='!\\n', flush=True)", "", "1, 2!\n"),
    "no new line at the end": ("print('a', end='')", "", "a"),
    "unicode": ("print(input()[::-1])", "é😀\n", "😀é\n"),
    "half characters": ("import sys\nsys.stdout.reconfigure(errors='surrogateescape')\nprint('\\udcc3\\udca9')", "", "é\n"),
    "its streams reopened": ("import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, write_through=True)\nprint('x')", "", "x\n"),
    "output gathered": ("import io, os, sys\nsys.stdout = io.StringIO()\nprint('x')\nos.write(1, sys.stdout.getvalue().encode())", "", "x\n"),
    "exit()": ("print(1)\nexit()", "", "1\n"),
    "quit()": ("print(1)\nquit(0)", "", "1\n"),
    "sys.exit()": ("import sys\ndef main():\n    print(1)\n    sys.exit(0)\nmain()", "", "1\n"),
    "os._exit after flushing": ("import os\nprint(1, flush=True)\nos._exit(0)", "", "1\n"),
    "output at exit": ("import atexit\natexit.register(print, 'bye')\nprint('hello')", "", "hello\nbye\n"),
    "standard output closed": ("import sys\nprint(1)\nsys.stdout.close()", "", "1\n"),
    "standard output reopened, never closed": ("out = open(1, 'w', closefd=False)\nprint(1, file=out)", "", "1\n"),
    "an object's last word": ("class A:\n    def __del__(self): print('gone')\na = A()\nprint('main')", "", "main\ngone\n"),
    "a generator's last word": ("def g():\n    try: yield 1\n    finally: print('closed')\nx = g()\nprint(next(x))", "", "1\nclosed\n"),
    "a recursion to the usual limit": ("def g(n): return n and 1 + g(n - 1)\nprint(g(990))", "", "990\n"),
    "its own text": ("print(open(__file__).read())", "", "print(open(__file__).read())\n"),
    "a thread that ends last": ("import threading, time\ndef late():\n    time.sleep(0.02)\n    print('late')\n"
                                "threading.Thread(target=late).start()\nprint('soon')", "", "soon\nlate\n"),
    "all in a thread with the largest stack": ("import sys, threading\nsys.setrecursionlimit(10 ** 7)\nthreading.stack_size(1 << 29)\n"
                                               "def g(n): return n and 1 + max(map(g, [n - 1]))\ndef main(): print(g(int(input())))\n"
                                               "t = threading.Thread(target=main)\nt.start()\nt.join()", "100000\n", "100000\n"),
    "all in a thread with a large stack": ("import sys, threading\nsys.setrecursionlimit(10 ** 5)\nthreading.stack_size(1 << 27)\n"
                                           "def main():\n    def g(n): return n and 1 + g(n - 1)\n    print(g(40_000))\n"
                                           "t = threading.Thread(target=main)\nt.start()\nt.join()", "", "40000\n"),
    "a guard for the main program": ("def main(): print(__name__)\nif __name__ == '__main__': main()", "", "__main__\n"),
    "its own name": ("import sys, os\nprint(len(sys.argv), os.path.basename(__file__) == os.path.basename(sys.argv[0]))", "", "1 True\n"),
    "the main module": ("import __main__\nx = 5\nprint(__main__.x)", "", "5\n"),
    "the past of names": ("from __future__ import annotations\nclass A:\n    def f(self) -> B: ...\nprint(A.f.__annotations__)", "", "{'return': 'B'}\n"),
    "pickles of its classes": ("import pickle\nclass P: x = 1\nprint(pickle.loads(pickle.dumps(P())).x)", "", "1\n"),
    "a data class": ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nprint(P(1))", "", "P(x=1)\n"),
    "logging": ("import logging\nlogging.warning('to the other stream')\nprint(1)", "", "1\n"),
    "a warning": ("import warnings\nwarnings.warn('old')\nprint(1)", "", "1\n"),
    "cmd": ("import cmd\nclass C(cmd.Cmd):\n    prompt = ''\n    use_rawinput = False\n    def do_add(self, text): print(sum(map(int, text.split())))\n"
            "    def do_EOF(self, text): return True\nC().cmdloop()", "add 1 2\n", "3\n"),
    "asyncio": ("import asyncio\nasync def main(): print(await asyncio.to_thread(input))\nasyncio.run(main())", "x\n", "x\n"),
    "a deep class": ("class Solution:\n    def solve(self, n): return n * 2\nprint(Solution().solve(int(input())))", "4\n", "8\n"),
    "an exception that it catches": ("try: 1 / 0\nexcept ZeroDivisionError as error: print(error)", "", "division by zero\n"),
    "its own traceback": ("import traceback\ndef g(): 1 / 0\ntry: g()\nexcept ZeroDivisionError: print(traceback.format_exc().count('line'))", "", "2\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_right_program_prints_what_it_prints_elsewhere(leveled_sandbox: Sandbox, name: str) -> None:
    if name == "its own text" and not leveled_sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace: nothing can be written")
    code, stdin, stdout = PROGRAMS[name]
    result = leveled_sandbox.script(code, stdin, ROOMY)
    assert (result.status, result.exit_code) == (Status.COMPLETED, 0), result.stderr
    assert result.stdout.decode() == stdout


@pytest.mark.parametrize(
    "name", ["input until it ends", "half characters", "output at exit", "a thread that ends last"]
)
def test_the_programs_do_so_under_a_bare_interpreter_too(name: str) -> None:
    code, stdin, stdout = PROGRAMS[name]
    real = subprocess.run([sys.executable, "-c", code], input=stdin.encode(), capture_output=True, check=True)
    assert real.stdout.decode() == stdout


def test_a_hundred_calls_share_what_was_computed_once(leveled_sandbox: Sandbox) -> None:
    code = "table = {}\ndef f(n):\n    table.setdefault('calls', []).append(n)\n    return len(table['calls'])"
    results = leveled_sandbox.calls(code, *[f"f({n})" for n in range(100)], limits=SMALL)
    assert [result.value for result in results] == list(range(1, 101))


def test_assertion_tests_see_values_as_they_are(leveled_sandbox: Sandbox) -> None:
    code = "from collections import Counter\ndef f(x): return {'tuple': (1, x), 'set': {x}, 'counter': Counter('aab')}"
    test = "found = f(5)\nassert found['tuple'] == (1, 5) and found['set'] == {5} and found['counter']['a'] == 2"
    (result,) = leveled_sandbox.examine(code, test)
    assert (result.status, result.error) == (Status.COMPLETED, None)
