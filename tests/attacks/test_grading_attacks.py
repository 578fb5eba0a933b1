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
from attack_trials import SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Limits, SubprocessExecutor
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import CodeProblem, TestCase

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


SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CORPUS, ROWS_MAKER = SHARED / "data" / "attacks.jsonl", SHARED / "tools" / "to_solutions.py"
MAY_FAIL = {"b12_typing_missing", "b21"}  # a missing import; multiprocessing


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of attacks lies beside the repository, not in it")
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
