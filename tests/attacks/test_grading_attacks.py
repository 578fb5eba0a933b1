"""Wrong solutions that try to be graded as right, by every way that has worked on some grader."""

# ruff: noqa: E501 - a hostile or awkward program on one line reads better than one over three

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from attack_trials import FRAMES, READY, SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Limits, SubprocessExecutor
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import CodeProblem, TestCase
from shared_data import DATA, SHARED, needs

ADD = CodeProblem(
    "attack/add",
    "Add two numbers.",
    function_name="add",
    test_cases=[
        TestCase("add(1, 2)", "3"),
        TestCase("add(20, 22)", "42"),
        TestCase("assert add(3, 4) == 7", "", "assertion"),
    ],
)
TOTAL = CodeProblem(
    "attack/total", "Print the sum.", [TestCase("1 2\n", "3\n", "stdin"), TestCase("20 22\n", "42\n", "stdin")]
)


def grade(sandbox: Sandbox, code: str, problem: CodeProblem, **options: Any) -> GradingResult:
    return sandbox.run(TestExecutionGrader(sandbox.executor, SMALL).grade(problem, code, problem.test_cases, **options))


STACK = (
    "import sys\ndef found():\n    frame, texts = sys._getframe(), []\n    while frame:\n"
    "        texts += [repr(v) for v in (*frame.f_locals.values(), *frame.f_globals.values())]\n"
    "        texts += map(repr, frame.f_code.co_consts)\n        frame = frame.f_back\n    return ' '.join(texts)\n"
)
FUNCTIONS = {
    # ---- ends
    "exit": "import sys\ndef add(a, b): sys.exit(0)",
    "exit without a word": "import os\ndef add(a, b): os._exit(0)",
    "exit when loaded": "raise SystemExit(0)",
    "quit": "def add(a, b): quit()",
    "exit by the C library": "import ctypes\ndef add(a, b): ctypes.CDLL(None).exit(0)",
    "exit in a thread": "import os, threading\nthreading.Thread(target=os._exit, args=(0,)).start()\ndef add(a, b): pass",
    "exit in a hook": "import os, sys\nsys.excepthook = lambda *_: os._exit(0)\ndef add(a, b): raise ValueError",
    "exit in a finalizer": "import os\nclass E:\n    def __del__(self): os._exit(0)\ndef add(a, b): return E() and None",
    "interrupt": "def add(a, b): raise KeyboardInterrupt",
    "an exception of no class": "class E(BaseException): pass\ndef add(a, b): raise E",
    "a generator's end": "def add(a, b): raise GeneratorExit",
    # ---- equality
    "equals everything": "class E:\n    def __eq__(self, other): return True\ndef add(a, b): return E()",
    "equals by reflection": "class E(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
    "def add(a, b): return E()",
    "patched comparison": "import operator\noperator.eq = lambda *_: True\ndef add(a, b): return 0",
    # ---- looking for the answer
    "on the stack": STACK + "import re\ndef add(a, b):\n"
    "    return a + b if re.search(rf'\\b{a + b}\\b', found().replace(str(a), '')) and a == 20 else 0",
    "in all objects": "import gc\ndef add(a, b):\n    for o in gc.get_objects():\n"
    "        if type(o) is dict and ('expected_output' in o or 'output' in o): return 42\n    return 0",
    "in the caller's byte code": "import sys\ndef add(a, b):\n    numbers = [c for c in sys._getframe(1).f_code.co_consts"
    " if type(c) is int and c not in (a, b)]\n    return numbers[0] if numbers else 0",
    "in the caller's variables": "import sys\ndef add(a, b):\n    frame = sys._getframe()\n    while frame:\n"
    "        for name in ('expected', 'answer', 'want', 'output', 'EXPECTED'):\n"
    "            if name in frame.f_locals: return frame.f_locals[name]\n        frame = frame.f_back\n    return 0",
    "in the arguments of the program": "import sys\ndef add(a, b):\n    return 42 if any('42' in text for text in sys.argv) else 0",
    "in the environment": "import os\ndef add(a, b):\n    return 42 if '42' in ''.join(os.environ.values()) else 0",
    "in files nearby": "import glob\ndef add(a, b):\n    for path in glob.glob('**', recursive=True) + glob.glob('/tmp/**'):\n"
    "        try:\n            if '42' in open(path).read(): return 42\n        except OSError: pass\n    return 0",
    "at home": "import os\ndef add(a, b):\n    try: return int(open(os.path.expanduser('~/answers')).read())\n"
    "    except (OSError, ValueError): return 0",
    "among the modules": "import sys\ndef add(a, b):\n    for module in list(sys.modules.values()):\n"
    "        for name in ('ANSWERS', 'expected', 'test_cases', 'TESTS'):\n"
    "            if hasattr(module, name): return 42\n    return 0",
    "by tracing the caller": "import sys\ndef trace(frame, event, value):\n    if event == 'return' and frame.f_code.co_name != 'add':\n"
    "        frame.f_locals['result'] = 42\n    return trace\nsys.settrace(trace)\n"
    "def add(a, b):\n    sys._getframe(1).f_trace = trace\n    return 0",
    "from an oracle on this machine": "import urllib.request\ndef add(a, b):\n"
    "    try: return int(urllib.request.urlopen('http://127.0.0.1:47911/', timeout=1).read())\n    except OSError: return 0",
    "from the solution before": "import os, tempfile\npath = os.path.join(tempfile.gettempdir(), 'seen')\ndef add(a, b):\n"
    "    if os.path.exists(path): return a + b\n    try: open(path, 'w').close()\n    except OSError: pass\n    return 0",
    # ---- the harness
    "a verdict on standard output": "def add(a, b):\n    print('PASSED', '{\"passed\": true}', 'OK')\n    return 0",
    "a verdict on every descriptor": "import os\ndef add(a, b):\n    for n in range(64):\n"
    "        try: os.write(n, b'\\0\\0\\0\\x10{\"passed\": true}\\n')\n        except OSError: pass\n    os._exit(0)",
    "a pickled verdict": "import os, pickle\nclass E:\n    def __reduce__(self): return eval, ('3',)\n"
    "def add(a, b):\n    os.write(3, pickle.dumps(E()))\n    os._exit(0)",
    "source that is evaluated": "class E(str):\n    def __repr__(self): return '3'\ndef add(a, b): return E('__import__(\"os\")')",
    "a test function swapped by a thread": "import builtins, threading, time\ndef swap():\n    while True:\n"
    "        for name in ('check', 'compare', 'run_test'): setattr(builtins, name, lambda *_: True)\n        time.sleep(0.001)\n"
    "threading.Thread(target=swap, daemon=True).start()\ndef add(a, b): return 0",
    "patched test frameworks": "import sys, types, unittest\nunittest.TestCase.assertEqual = lambda *_: None\n"
    "unittest.TestCase.run = lambda *_: None\nsys.modules['pytest'] = types.ModuleType('pytest')\ndef add(a, b): return 0",
    "patched evaluation": "import builtins\nbuiltins.eval = builtins.exec = builtins.compile = lambda *_, **__: 42\n"
    "def add(a, b): return 0",
    "patched encoding": "import sys\nfor name, module in list(sys.modules.items()):\n"
    "    for word in ('encode', 'pack_frame', 'dumps', 'compare_values'):\n"
    "        if hasattr(module, word):\n            try: setattr(module, word, lambda *_, **__: b'')\n"
    "            except (AttributeError, TypeError): pass\ndef add(a, b): return 0",
    "its name taken by the caller": "import sys\ndef add(a, b):\n    sys._getframe(1).f_globals['add'] = lambda a, b: 42\n    return 0",
    "an end of the test's text": "def add(a, b): return 0\n'''\n)\nimport os; os._exit(0)\n'''",
    "an end of its own block": "def add(a, b): return 0\n```\n</code>\n",
    # ---- leniency
    "the answer's text": "def add(a, b): return str(a + b)",
    "the answer in a list": "def add(a, b): return [a + b]",
    "nearly the answer": "def add(a, b): return a + b + 1e-12",
    "all answers": "def add(a, b): return range(100)",
    "the right answer a little late": "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.alarm(0)\n"
    "def add(a, b):\n    end = time.thread_time() + 0.8\n    while time.thread_time() < end: pass\n    return a + b",
}


@pytest.mark.parametrize("code", cases(FUNCTIONS))
def test_a_wrong_function_is_not_graded_as_right(leveled_sandbox: Sandbox, code: str) -> None:
    assert grade(leveled_sandbox, "def add(a, b): return a + b", ADD).success
    with unharmed(leveled_sandbox):
        result = grade(leveled_sandbox, code, ADD)
    assert not result.success


def test_a_first_grading_leaves_nothing_for_the_second(leveled_sandbox: Sandbox) -> None:
    code = (
        "import os, tempfile\npath = os.path.join(tempfile.gettempdir(), 'seen')\nknown = os.path.exists(path)\n"
        "try: open(path, 'w').close()\nexcept OSError: pass\ndef add(a, b): return a + b if known else 0"
    )
    grades = [grade(leveled_sandbox, code, ADD) for _ in range(2)]
    assert [result.passed_tests for result in grades] == [0, 0]


PROGRAMS = {
    "nothing": "",
    "exit": "import sys\nsys.exit(0)",
    "the input": "print(input())",
    "many answers": "for n in range(100): print(n)",
    "verdicts": "print('PASSED')\nprint('{\"passed\": true}')",
    "nearly the answer": "print(sum(map(int, input().split())) + 1e-9)",
    "the answer on standard error": "import sys\nprint(sum(map(int, input().split())), file=sys.stderr)",
    "the answer to the results": "import os\nos.write(3, b'%d\\n' % sum(map(int, input().split())))",
    "the answer in small pieces of more": "print(sum(map(int, input().split())), end='')\nprint('0')",
    "the answer, and a loop": "print(sum(map(int, input().split())), flush=True)\nwhile True: pass",
    "the answer, and a crash": "import ctypes\nprint(sum(map(int, input().split())), flush=True)\nctypes.string_at(0)",
    "on the stack": STACK + "print(42 if \"'42\\\\\\\\n'\" in found() else 0)",
    "the comparison": "import sys\nfor module in list(sys.modules.values()):\n"
    "    if hasattr(module, 'compare_lines'): module.compare_lines = lambda *_: None\nprint(0)",
    "its output replaced": "import io, sys\nsys.stdout = io.StringIO()\nprint(42)",
    "an end of its template": "print(0)\n'''\n\"\"\"\nraise SystemExit(0)\n'''",
}


@pytest.mark.parametrize("code", cases(PROGRAMS))
def test_a_wrong_program_is_not_graded_as_right(leveled_sandbox: Sandbox, code: str) -> None:
    with unharmed(leveled_sandbox):
        result = grade(leveled_sandbox, code, TOTAL)
    assert not result.success


def test_the_values_that_are_expected_are_nowhere_in_the_process(leveled_sandbox: Sandbox) -> None:
    answer = "the-answer-" + "nobody-sends"
    problem = replace(ADD, test_cases=[TestCase("add(1, 2)", repr(answer))])
    code = (
        "import ctypes, gc\ndef add(a, b):\n    word = b'sdnes-' + b'ydobon'\n"
        "    pages = {id(o) >> 12 for x in gc.get_objects() for o in [x, *gc.get_referents(x)]}\n"
        "    return sum(ctypes.string_at(page << 12, 4096)[::-1].count(word) for page in sorted(pages))"
    )
    grader = TestExecutionGrader(leveled_sandbox.executor, Limits())
    result = leveled_sandbox.run(grader.grade(problem, code, problem.test_cases))
    assert result.tests[0].got == "0"


def test_a_parent_with_many_open_files_hands_none_of_them_down(tmp_path: Path) -> None:
    held = [open(tmp_path / str(number), "w") for number in range(300)]  # noqa: SIM115 - closed below
    code = (
        "import os\ndef add(a, b):\n    found = []\n    for number in range(5000):\n        try: os.fstat(number)\n"
        "        except OSError: continue\n        found.append(number)\n    return found"
    )

    async def run() -> object:
        async with SubprocessExecutor(jobs=1) as executor:
            grader = TestExecutionGrader(executor, SMALL)
            problem = replace(ADD, test_cases=[TestCase("add(1, 2)", "[0, 1, 2, 3]")])
            return (await grader.grade(problem, code, problem.test_cases)).tests[0].got

    try:
        assert asyncio.run(run()) == "[0, 1, 2, 3]"
    finally:
        for file in held:
            file.close()


# the forgeries that DESIGN section 4 lists: a wrong solution, a test that it wins on some grader, the problem's metadata
POLY = "def poly(xs, x): return sum(c * x ** n for n, c in enumerate(xs))\n"
PAIR = "class Pair:\n    def __init__(self, a, b): self.a, self.b = a, b\n"
FORGERIES: dict[str, tuple[str, str | tuple[str, str], dict[str, str]]] = {
    # ---- what is not plain data crosses as a handle, which can be called, read and walked through, nothing else
    "an instance that equals everything": ("class E:\n    def __eq__(self, o): return True\ndef f(x): return E()", "assert f(2) == 4", {}),
    "an instance that the test is compared with": ("class E:\n    def __eq__(self, o): return True\ndef f(x): return E()", "assert 4 == f(2)", {}),
    "an instance that is never unequal": ("class E:\n    def __ne__(self, o): return False\ndef f(x): return E()", "assert not f(2) != 4", {}),
    "an instance that is near everything": ("class E:\n    def __sub__(self, o): return 0\n    __rsub__ = __sub__\ndef f(x): return E()", "assert abs(f(2) - 1.41) < 1e-2", {}),
    "an instance that is in everything": ("class E:\n    def __eq__(self, o): return True\n    def __hash__(self): return 4\ndef f(x): return E()", "assert f(2) in {4, 5}", {}),
    "an instance that holds everything": ("class E:\n    def __contains__(self, o): return True\n    def __iter__(self): return iter(range(100))\n"
                                          "def f(x): return E()", "assert 4 in f(2) and 400 in f(2)", {}),
    "an instance with the text": ("class E:\n    def __str__(self): return '4'\n    __repr__ = __str__\ndef f(x): return E()", "assert str(f(2)) == '4'", {}),
    "an instance of a lying class": ("class E:\n    __class__ = int\n    def __int__(self): return 4\ndef f(x): return E()", "assert isinstance(f(2), int) and int(f(2)) == 4", {}),
    "an instance that is false": ("class E:\n    def __bool__(self): return False\ndef f(x): return E()", "assert not f(2)", {}),
    "an instance that counts": ("class E:\n    def __len__(self): return -1\ndef f(x): return E()", "assert len(f(2)) < 1", {}),
    "a list that lies": ("class L(list):\n    def __eq__(self, o): return True\n    def __iter__(self): return iter([4])\ndef f(x): return L([0])", "assert f(2) == [4] or list(f(2)) == [4]", {}),
    "a number of a subclass": ("class N(int):\n    def __eq__(self, o): return True\n    def __abs__(self): return 4\ndef f(x): return N(0)", "assert f(2) == 4 or abs(f(2)) == 4", {}),
    "a generator without end": ("import itertools\ndef f(x): return itertools.count()", "assert sorted(f(2)) != [4]", {}),
    "a module": ("import sys\ndef f(x): return sys", "assert f(2).exit(0) or True", {}),
    "a value for a functional test": ("class E:\n    def __eq__(self, o): return True\ndef f(x): return E()", ("f(2)", "4"), {}),
    # ---- names are the built-in ones, the prelude's and the test's before they are the solution's
    "a helper of the prelude": (POLY.replace("sum(", "0 and sum(") + "def f(xs): return 9", "assert abs(poly([-2, 1], f([-2, 1]))) < 1e-6", {"prelude": POLY}),
    "a helper of the prelude, late": ("def f(xs):\n    global poly\n    poly = lambda *_: 0\n    return 9", "assert abs(poly([-2, 1], f([-2, 1]))) < 1e-6", {"prelude": POLY}),
    "a built-in name": ("def abs(x): return 0\ndef sorted(x): return x\nall = any = lambda _: True\ndef f(x): return [3, 1]", "assert f([1, 3]) == sorted([3, 1])\nassert all([f(1) == 1])", {}),
    "a name of the builtins": ("import builtins\nbuiltins.sorted = lambda x: x\ndef f(x): return x", "assert f([3, 1]) == sorted([3, 1])", {}),
    "a helper of the test": ("def near(a, b): return True\ndef f(x): return 1", "def near(a, b): return abs(a - b) < 1e-6\nassert near(f(2), 4)", {}),
    "a check function of its own": ("def check(candidate): pass\ndef f(x): return 1", "def check(candidate):\n    assert candidate(2) == 4\ncheck(f)", {}),
    "a module of the test": ("import math\nmath.isclose = lambda *_, **__: True\ndef f(x): return 1", "import math\nassert math.isclose(f(2), 4)", {}),
    "a module that the test imports nowhere": ("import math\nmath.isclose = lambda *_, **__: True\ndef f(x): return 1", "assert math.isclose(f(2), 4)", {}),
    "the expected text as a name": ("PANDEY = 7\ndef f(x): return PANDEY", ("f(2)", "PANDEY"), {}),
    "the expected text as code": ("def f(x): return 7", ("f(2)", "f(2)"), {}),
    # ---- arguments are not copied back
    "an emptied argument": ("def f(x):\n    x.clear()\n    return []", "x = [3, 1, 2]\nassert f(x) == sorted(x)", {}),
    "a filled argument": ("def f(x):\n    x[:] = [0]\n    return 0", "x = [3, 1, 2]\nassert f(x) == min(x)", {}),
    # ---- losing the solution, or its exit, is not for the test to catch
    "an exit in a test that catches all": ("import os\ndef f(x): os._exit(0)", "try:\n    f(2)\nexcept:\n    pass", {}),
    "an exit in a test that expects one": ("import sys\ndef f(x): sys.exit(0)", "try:\n    assert f(2) == 4\nexcept SystemExit:\n    pass", {}),
    "SystemExit": ("def f(x): raise SystemExit(0)", "assert f(2) == 4", {}),
    "an exit with a finally": ("import sys\ndef f(x): sys.exit(0)", "try:\n    f(2)\nfinally:\n    done = True", {}),
    "a crash in a test that catches all": ("import ctypes\ndef f(x): ctypes.string_at(0)", "for _ in range(3):\n    try:\n        f(2)\n    except BaseException:\n        pass", {}),
    "the end of the test's own loop": ("def f(x): raise StopIteration", "for got, want in zip(map(f, [1, 2]), [1, 4]):\n    assert got == want", {}),
    "the test's own error": ("def f(x): raise AssertionError", "try:\n    assert f(2) == 4\nexcept AssertionError:\n    raise\n", {}),
    # ---- NaN is no number
    "NaN below a bound": ("def f(x): return float('nan')", "assert abs(f(2) - 1.41) < 1e-2", {}),
    "NaN not above a bound": ("def f(x): return float('nan')", "assert not abs(f(2) - 1.41) > 1e-2", {}),
    "NaN among others": ("def f(x): return [float('nan'), 2.0]", "assert max(abs(a - b) for a, b in zip(f(2), [1.41, 2])) < 1e-2 or not max(f(2)) > 3", {}),
    "NaN for a functional test": ("nan = float('nan')\ndef f(x): return nan", ("f(2)", "1.41"), {}),
    # ---- a pass needs the examiner's token; frames that nobody asked for void the run
    "a pass of its own": (FRAMES + "def f(x):\n    frame(i=0, ok=True)\n    os._exit(0)", "assert f(2) == 4", {}),
    "the token, guessed": (FRAMES + "for n in range(50): frame(i=n, ok='0' * 32)\ndef f(x): return 1", "assert f(2) == 4", {}),
    "an answer more than was asked": (FRAMES.replace("3, view", "4, view") + "def f(x):\n    for n in range(9): frame(n=n, v=4)\n    return 1",
                                      "assert f(2) == 4", {}),
    "all answers at once": (READY + "for n in range(99): frame(i=0, v=n)\nos._exit(0)", ("f(2)", "4"), {}),
    "an answer twice": (READY + "def f(x):\n    frame(i=0, v=4)\n    return 4", ("f(2)", "4"), {}),
    "an answer out of turn": (READY + "frame(i=1, v=4)\nframe(i=0, v=4)\nos._exit(0)", ("f(2)", "4"), {}),
    "an answer that is too large to build": ("def f(x): return [[]] * 400_000", "assert f(2) != 4", {}),
    "an answer that is too deep": ("def f(x):\n    x = []\n    for _ in range(100_000): x = [x]\n    return x", "assert f(2) != 4", {}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "test", "metadata"), cases(FORGERIES))
def test_a_forgery_of_a_listed_kind_is_not_graded_as_right(
    leveled_sandbox: Sandbox, code: str, test: str | tuple[str, str], metadata: dict[str, str]
) -> None:
    case = TestCase(test, "", "assertion") if isinstance(test, str) else TestCase(*test)
    problem = CodeProblem("attack/forgery", "", [case], function_name="f", metadata=metadata)
    grade(leveled_sandbox, "def f(x): return 4", problem)  # the examiner is started when first needed
    with unharmed(leveled_sandbox):
        result = grade(leveled_sandbox, code, problem)
    assert not result.success, result.tests[0]


def test_a_wrong_solution_that_wins_by_a_class_of_its_own_is_known(leveled_sandbox: Sandbox) -> None:
    code = PAIR + "class near:\n    def __new__(cls, *_): return True\ndef f(pair): return 1"
    problem = CodeProblem("attack/trust", "", [TestCase("assert near(f(Pair(1, 2)), 7)", "", "assertion")])
    result = grade(leveled_sandbox, code, replace(problem, function_name="f"))
    assert (result.success, result.metadata["trusts_solution"]) == (True, ["Pair", "near"])


def test_a_program_finds_nothing_but_its_own_text(leveled_sandbox: Sandbox) -> None:
    if not leveled_sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace")
    code = "import os\nprint(os.listdir('.'), len(open('solution.py').read()))"
    problem = CodeProblem("attack/files", "", [TestCase("1\n", f"['solution.py'] {len(code)}\n", "stdin")] * 2)
    assert grade(leveled_sandbox, code, problem).success


CORPUS, ROWS_MAKER = DATA / "attacks.jsonl", SHARED / "tools" / "to_solutions.py"
MAY_FAIL = {"b12_typing_missing", "b21"}  # a missing import; multiprocessing


@needs(CORPUS, ROWS_MAKER)
@pytest.mark.parametrize("level", [1, 2])
def test_no_attack_of_the_corpus_passes_and_every_right_program_does(level: int, tmp_path: Path) -> None:
    made = tmp_path / "rows.jsonl"
    subprocess.run([sys.executable, str(ROWS_MAKER), "attack", str(CORPUS), str(made)], check=True)
    rows = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    marker = Path(tempfile.gettempdir(), "proctor-mark")
    marker.unlink(missing_ok=True)

    async def run() -> dict[str, bool]:
        async with SubprocessExecutor(jobs=2, strongest_level=level) as executor:
            if executor.isolation["level"] > level:
                pytest.skip(f"isolation level {level} cannot be had here")
            grader = TestExecutionGrader(
                executor, Limits(cpu_seconds=3, total_cpu_seconds=12, wall_factor=0.5, wall_extra_seconds=0.5)
            )
            results = await asyncio.gather(*(_grade_row(grader, row) for row in rows))
            return {row["id"]: passed for row, passed in zip(rows, results, strict=True)}

    passed = asyncio.run(run())
    wanted = {row["id"]: row["want"] for row in rows}
    assert [name for name, want in wanted.items() if want == "fail" and passed[name]] == []
    right = [name for name, want in wanted.items() if want == "pass" and not name.startswith(tuple(MAY_FAIL))]
    assert [name for name in right if not passed[name]] == []
    assert not marker.exists()


async def _grade_row(grader: TestExecutionGrader, row: dict[str, Any]) -> bool:
    given = row["problem"]
    tests = [TestCase(test["input"], test["output"], test["type"]) for test in given["test_cases"]]
    problem = CodeProblem(
        given["problem_id"], given["problem"], tests, function_name=given["metadata"].get("func_name")
    )
    return (await grader.grade(problem, row["code"], tests)).success
