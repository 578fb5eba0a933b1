"""The table of what the grader must say: small problems, right and wrong solutions, and the verdict of every test."""

# ruff: noqa: E501 - a program on one line reads better than one over three

from collections.abc import Sequence
from dataclasses import dataclass, field

from proctor.grading import Verdict
from proctor.problems import CodeProblem, TestCase

PASSED, WRONG, RAISED = Verdict.PASSED, Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR
FAILS = "not PASSED"
"""In place of a verdict: which one a cheat gets does not matter."""


@dataclass(frozen=True)
class Check:
    """One solution to be graded.

    Attributes:
        what: For people.
        code: The solution.
        tests: What to grade it against.
        expected: A verdict for every test, or :data:`FAILS`; for the exposed harness, one ``passed`` or ``failed``.
        harness: ``isolated``, ``confirmed`` (a fresh process for every test) or ``exposed``.
        metadata: Of the problem: prelude and set-up code.
    """

    what: str
    code: str
    tests: Sequence[TestCase]
    expected: Sequence[str]
    harness: str = "isolated"
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> CodeProblem:
        """The problem that it pretends to solve; programs that read standard input have no function."""
        name = None if self.tests[0].type == "stdin" else "Solution" if "Solution" in self.tests[0].input else "f"
        return CodeProblem("check", self.what, list(self.tests), function_name=name, metadata=dict(self.metadata))


def calls(*pairs: tuple[str, str]) -> list[TestCase]:
    """Functional tests from call texts and literal texts."""
    return [TestCase(call, value) for call, value in pairs]


def asserts(*texts: str) -> list[TestCase]:
    """Assertion tests."""
    return [TestCase(text, "", "assertion") for text in texts]


def inputs(*pairs: tuple[str, str]) -> list[TestCase]:
    """Stdin tests."""
    return [TestCase(given, printed, "stdin") for given, printed in pairs]


ADD = calls(("f(1, 2)", "3"), ("f(-1, 1)", "0"), ("f('a', 'b')", "'ab'"))
ONE = calls(("f()", "1"))
TWO = calls(("f(1)", "1"), ("f(2)", "2"))
SUM = inputs(("1 2\n", "3\n"), ("20 22\n", "42\n"))
ASSERTED = asserts("assert f(1, 2) == 3", "assert f(20, 22) == 42")
CHECK_FUNCTION = asserts(
    "def check(candidate):\n    for n in range(5):\n        assert candidate(n, n) == 2 * n\ncheck(f)"
)


def value(what: str, expression: str, literal: str, verdict: Verdict = PASSED) -> Check:
    """A function without arguments that returns one value."""
    return Check(what, f"def f():\n    return {expression}\n", calls(("f()", literal)), [verdict])


FUNCTIONAL = [
    Check("right in every test", "def f(a, b): return a + b", ADD, [PASSED] * 3),
    Check("wrong in one test", "def f(a, b): return a + b if a != -1 else 9", ADD, [PASSED, WRONG, PASSED]),
    Check("off by one", "def f(a, b): return a - b", calls(("f(3, 1)", "3"), ("f(1, 1)", "1")), [WRONG, WRONG]),
    Check("raises in one test", "def f(x): return 1 // (x - 2) or x", calls(("f(2)", "1"), ("f(3)", "1")), [RAISED, PASSED]),
    Check("raises when loaded", "1 / 0\ndef f(x): return x", TWO, [RAISED] * 2),
    Check("recurses without end", "def f(): return f()", ONE, [RAISED]),
    Check("does not compile", "def f(x: return x", TWO, [Verdict.COMPILE_ERROR] * 2),
    Check("has another function", "def g(x): return x", TWO, [Verdict.NO_ENTRY_POINT] * 2),
    Check("is empty", " \n", TWO, [Verdict.NO_CODE] * 2),
    Check("exits in one test", "import sys\ndef f(x): return x if x > 1 else sys.exit(0)", TWO, [Verdict.EXITED, PASSED]),
    Check("prints while it computes", "def f(x):\n    print('debug', x)\n    return x", TWO, [PASSED] * 2),
    Check("with prelude and set-up code", "def f(): return base + later", ONE, [PASSED],
          metadata={"prelude": "base = 2", "setup_code": "later = -1"}),
]  # fmt: skip
CLASSES = [
    Check("Solution().method", "class Solution:\n    def twice(self, x): return 2 * x", calls(("Solution().twice(4)", "8")), [PASSED]),
    Check("Solution().method, wrong", "class Solution:\n    def twice(self, x): return x", calls(("Solution().twice(4)", "8")), [WRONG]),
    Check("Solution().method, missing", "class Solution: pass", calls(("Solution().twice(4)", "8")), [RAISED]),
    Check("the class is missing", "def twice(self, x): return 2 * x", calls(("Solution().twice(4)", "8")), [Verdict.NO_ENTRY_POINT]),
    Check("a chain of methods", "class f:\n    def __init__(self): self.all = []\n    def add(self, x):\n        self.all.append(x)\n        return self",
          calls(("f().add(1).add(2).all", "[1, 2]")), [PASSED]),
    Check("an instance is no plain value", "class f: pass", ONE, [Verdict.UNSUPPORTED_VALUE]),
]  # fmt: skip
VALUES = [
    value("numbers of three types", "[1, 1.0, True]", "[True, 1, 1.0]"),
    value("an infinity", "[float('inf'), -float('inf')]", "[1e999, -1e999]"),
    value("a NaN equals nothing", "float('nan')", "1.0", WRONG),
    value("minus zero", "-0.0", "0.0"),
    value("an integer of 1,000 digits", "10**999 + 7", f"{10**999 + 7}"),
    value("the same with its last digit altered", "10**999 + 7", f"{10**999 + 8}", WRONG),
    value("a tuple is no list", "(1, 2)", "[1, 2]", WRONG),
    value("text is no number", "'1'", "1", WRONG),
    value(
        "sets and keys of any type", "{(1, 2): {3, 4}, None: b'x', 2.5: 1j}", "{None: b'x', (1, 2): {4, 3}, 2.5: 1j}"
    ),
    value("half a surrogate pair", "'\\ud800'", "'\\ud800'"),
    value("nested 50 deep", "eval('[' * 50 + ']' * 50)", "[" * 50 + "]" * 50),
    value("a generator is no plain value", "(n for n in range(3))", "[0, 1, 2]", Verdict.UNSUPPORTED_VALUE),
]
STDIN = [
    Check("right in every test", "print(sum(map(int, input().split())))", SUM, [PASSED] * 2),
    Check("wrong in one test", "a, b = map(int, input().split())\nprint(a + b if a > 1 else 0)", SUM, [WRONG, PASSED]),
    Check("white space at the ends", "print(sum(map(int, input().split())), '  \\n\\n')", SUM, [PASSED] * 2),
    Check("a line too many", "print(sum(map(int, input().split())))\nprint('done')", SUM, [WRONG] * 2),
    Check("prints nothing", "input()", SUM, [WRONG] * 2),
    Check("right, and then an exception", "print(sum(map(int, input().split())))\n1 / 0", SUM, [RAISED] * 2),
    Check(
        "right, and then exit status 3",
        "import sys\nprint(sum(map(int, input().split())))\nsys.exit(3)",
        SUM,
        [RAISED] * 2,
    ),
    Check(
        "right, and then exit status 0",
        "import sys\nprint(sum(map(int, input().split())))\nsys.exit()",
        SUM,
        [PASSED] * 2,
    ),
    Check("reads more than there is", "input()\ninput()", SUM, [RAISED] * 2),
    Check("an input of 1 MB", "import sys\nprint(len(sys.stdin.read()))", inputs(("é" * 500_000, "500000")), [PASSED]),
    Check(
        "runs as the main program", "if __name__ == '__main__':\n    print(input())", inputs(("é\n", "é\n")), [PASSED]
    ),
]
ASSERTIONS = [
    Check("right", "def f(a, b): return a + b", ASSERTED, [PASSED] * 2),
    Check("wrong in one test", "def f(a, b): return 3", ASSERTED, [PASSED, WRONG]),
    Check("within a tolerance", "def f(x): return x ** 0.5", asserts("assert abs(f(2) - 1.41421356) < 1e-6"), [PASSED]),
    Check("outside of it", "def f(x): return 1.4142", asserts("assert abs(f(2) - 1.41421356) < 1e-6"), [WRONG]),
    Check("a check function", "def f(a, b): return a + b", CHECK_FUNCTION, [PASSED]),
    Check("a check function, wrong once", "def f(a, b): return a + b if a != 4 else 0", CHECK_FUNCTION, [WRONG]),
    Check("an exception that is asked for", "def f(x): raise ValueError", asserts("try:\n    f(1)\nexcept ValueError:\n    pass\nelse:\n    assert False"), [PASSED]),
    Check("a NaN is within no tolerance", "def f(x): return float('nan')", asserts("assert abs(f(2) - 1.41421356) < 1e-6"), [WRONG]),
    Check("a helper of the prelude", "def f(x): return x", asserts("assert twice(f(2)) == 4"), [PASSED], metadata={"prelude": "def twice(x): return 2 * x"}),
]  # fmt: skip
LIMITS = [
    Check("does not end", "def f():\n    while True: pass", ONE, [Verdict.TIMEOUT]),
    Check("does not end when loaded", "while True: pass", ONE, [Verdict.TIMEOUT]),
    Check("does not end in one test", "def f(x):\n    while x == 1: pass\n    return x", TWO, [Verdict.TIMEOUT, PASSED]),
    Check("a program that does not end", "while True: pass", SUM[:1], [Verdict.TIMEOUT]),
    Check("sleeps", "import time\ndef f(): time.sleep(60)", ONE, [Verdict.TIMEOUT]),
    Check("half of the CPU time", "import time\ndef f():\n    while time.process_time() < 0.5: pass\n    return 1", ONE, [PASSED]),
    Check("takes memory at once", "def f(): return bytearray(4 << 30)", ONE, [Verdict.MEMORY_LIMIT]),
    Check("takes memory piece by piece", "def f():\n    kept = []\n    while True: kept.append(bytearray(1 << 20))", ONE, [Verdict.MEMORY_LIMIT]),
    Check("half of the memory", "def f(): return len(bytearray(128 << 20)) >> 27", ONE, [PASSED]),
    Check("prints without end", "def f():\n    while True: print('x' * 10_000)", ONE, [Verdict.OUTPUT_LIMIT]),
    Check("a program that prints without end", "while True: print('x' * 10_000)", SUM[:1], [Verdict.OUTPUT_LIMIT]),
    Check("a value of 10 MB", "def f(): return 'x' * 10**7", ONE, [Verdict.OUTPUT_LIMIT]),
    Check("a process that crashes", "import ctypes\ndef f(): ctypes.string_at(0)", ONE, [RAISED]),
]  # fmt: skip
FRAME = "import os, struct\ndef frame(text): os.write(3, struct.pack('!I', len(text)) + text)\n"
EQUAL = "class E:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0.0\n    def __abs__(self): return 0.0\n"
FORGERIES = [
    Check("exits with status 0 when loaded", "import os\nos._exit(0)", ADD, [FAILS] * 3),
    Check("exits with status 0 in the call", "import os\ndef f(a, b): os._exit(0)", ASSERTED, [FAILS] * 2),
    Check("a hook that exits with status 0", "import os, sys\nsys.excepthook = lambda *_: os._exit(0)\ndef f(a, b): return 1 / 0", ADD, [FAILS] * 3),
    Check("answers forged on the result channel", FRAME + "frame(b'{\"i\":-1,\"part\":\"ready\"}')\nframe(b'{\"i\":0,\"v\":1}')\ndef f(): return 2", ONE, [FAILS]),
    Check("an answer forged in the call", FRAME + "def f():\n    frame(b'{\"i\":0,\"v\":1}')\n    return 2", ONE, [FAILS]),
    Check("a verdict printed", "def f():\n    print('PASSED {\"passed\": true}')\n    return 2", ONE, [FAILS]),
    Check("an object that equals everything", EQUAL + "def f(a, b): return E()", ADD, [FAILS] * 3),
    Check("the same in an assertion", EQUAL + "def f(a, b): return E()", ASSERTED, [FAILS] * 2),
    Check("a number that equals everything", "class E(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef f(a, b): return E(9)", ASSERTED, [FAILS] * 2),
    Check("the expected value on the stack", "import sys\ndef f():\n    frame = sys._getframe()\n    while frame:\n        if 'expected' in frame.f_locals: return frame.f_locals['expected']\n        frame = frame.f_back\n    return 0", ONE, [FAILS]),
    Check("an exit that a bare except would hide", "import os\ndef f(): os._exit(0)", asserts("try:\n    f()\nexcept:\n    pass"), [FAILS]),
    Check("patched builtins", "import builtins\nbuiltins.eval = builtins.compile = builtins.isinstance = lambda *_, **__: True\ndef f(a, b): return 0", ADD[:1], [FAILS]),
    Check("a file left for the next test", "import os\ndef f(x):\n    seen = os.path.exists('seen')\n    try: open('seen', 'w').close()\n    except OSError: pass\n    return x if seen else 0", TWO, [FAILS] * 2, "confirmed"),
]  # fmt: skip
STATEFUL = "seen = []\ndef f(x):\n    seen.append(x)\n    return x if len(seen) == 1 else 0"
HARNESSES = [
    Check("a state that tests share", STATEFUL, TWO, [PASSED, WRONG]),
    Check("the same, a process for every test", STATEFUL, TWO, [PASSED, PASSED], "confirmed"),
    Check("right, exposed", "def f(x): return x", TWO, ["passed"], "exposed"),
    Check("wrong, exposed", "def f(x): return 0", TWO, ["failed"], "exposed"),
    Check("a forgery that works, exposed", "import os\nos._exit(0)", TWO, ["passed"], "exposed"),
]

CHECKS = {
    "functional": FUNCTIONAL,
    "classes": CLASSES,
    "values": VALUES,
    "stdin": STDIN,
    "assertion": ASSERTIONS,
    "limits": LIMITS,
    "forgeries": FORGERIES,
    "harnesses": HARNESSES,
}
