from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from conftest import QUICK, Sandbox
from proctor.grading import (
    Confirmation,
    GradingResult,
    TestExecutionGrader,
    TestGrade,
    Verdict,
    confirm,
    grade_confirmed,
)
from proctor.problems import CodeProblem, TestCase

TESTS = [TestCase(f"f({number})", str(number)) for number in range(6)]
SAME = CodeProblem("same/1", "Return it.", TESTS, function_name="f")

HONEST = "def f(x):\n    return x"
COUNTER = "asked = [-1]\ndef f(x):\n    asked[0] += 1\n    return asked[0]"
SECOND_HALF = "calls = 0\ndef f(x):\n    global calls\n    calls += 1\n    return x if calls > 1 or x == 0 else None"
FILE = (
    "def f(x):\n    try:\n        count = len(open('count').read())\n    except OSError:\n        count = 0\n"
    "    open('count', 'a').write('x')\n    return count"
)


@dataclass
class ScriptedGrader:
    """Passes or fails each test as its script says, and remembers in which order it was asked.

    Attributes:
        joint: For every joint run, the inputs that fail; the last one for ever.
        split: The same for runs with fresh processes.
        asked: Whether each run was fresh, and its inputs.
    """

    joint: list[set[str]]
    split: list[set[str]]
    asked: list[tuple[bool, list[str]]] = field(default_factory=list)

    async def grade(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase], *, fresh: bool = False
    ) -> GradingResult:
        script = self.split if fresh else self.joint
        run = sum(was_fresh is fresh for was_fresh, _ in self.asked)
        failing = script[min(run, len(script) - 1)]
        self.asked.append((fresh, [test.input for test in tests]))
        grades = [self._grade(index, test, test.input not in failing) for index, test in enumerate(tests)]
        passed = sum(grade.passed for grade in grades)
        return GradingResult(problem.problem_id, code, passed, len(tests), passed == len(tests), [], {}, grades)

    @staticmethod
    def _grade(index: int, test: TestCase, passed: bool) -> TestGrade:
        verdict = Verdict.PASSED if passed else Verdict.WRONG_ANSWER
        return TestGrade(index, passed, verdict, test.expected_output, got=test.input)


def confirmed(sandbox: Sandbox, grader: Any, code: str = HONEST, seed: str | None = "seed") -> GradingResult:
    return sandbox.run(grade_confirmed(grader, SAME, code, seed=seed))


def really_confirmed(sandbox: Sandbox, code: str) -> GradingResult:
    return confirmed(sandbox, TestExecutionGrader(sandbox.executor, QUICK), code)


def test_an_honest_solution_is_confirmed_by_one_split_run(sandbox: Sandbox) -> None:
    result = really_confirmed(sandbox, HONEST)
    assert (result.success, result.passed_tests, result.errors) == (True, 6, [])
    assert result.metadata["confirmation"] == {
        "stateful": False, "flaky": False, "seed": "seed", "joint_runs": 1, "split_runs": 1,
    }  # fmt: skip
    assert result.metadata["harness"] == "isolated"


@pytest.mark.parametrize("code", [COUNTER, SECOND_HALF, FILE], ids=["counts its calls", "answers later", "in a file"])
def test_a_solution_that_passes_by_its_memory_does_not_pass(sandbox: Sandbox, code: str) -> None:
    result = really_confirmed(sandbox, code)
    assert not result.success
    assert result.metadata["confirmation"] == {
        "stateful": True, "flaky": False, "seed": "seed", "joint_runs": 3, "split_runs": 3,
    }  # fmt: skip
    assert [test.index for test in result.tests] == list(range(6))
    assert [test.passed for test in result.tests] == [True, *[False] * 5]
    assert result.metadata["verdict"] is Verdict.WRONG_ANSWER
    assert [row["test_index"] for row in result.errors] == [1, 2, 3, 4, 5]
    assert result.passed_tests == 1


def test_a_solution_that_fails_has_nothing_to_confirm(sandbox: Sandbox) -> None:
    grader = ScriptedGrader([{"f(3)"}], [set()])
    result = confirmed(sandbox, grader)
    assert "confirmation" not in result.metadata
    assert len(grader.asked) == 1


def test_split_runs_are_asked_in_other_orders_and_told_in_that_of_the_tests(sandbox: Sandbox) -> None:
    grader = ScriptedGrader([set()], [{"f(3)"}])
    result = confirmed(sandbox, grader)
    in_order = [test.input for test in TESTS]
    assert [fresh for fresh, _ in grader.asked] == [False, True, False, True, False, True]
    assert all(asked == in_order for fresh, asked in grader.asked if not fresh)
    orders = [tuple(asked) for fresh, asked in grader.asked if fresh]
    assert len({tuple(in_order), *orders}) == 4
    assert all(sorted(order) == in_order for order in orders)
    assert [test.got for test in result.tests] == in_order
    assert [test.index for test in result.tests if not test.passed] == [3]


def test_the_order_is_that_of_the_seed_which_is_secret_unless_it_is_given(sandbox: Sandbox) -> None:
    def order_of(seed: str | None) -> tuple[str, list[str]]:
        grader = ScriptedGrader([set()], [set()])
        result = confirmed(sandbox, grader, seed=seed)
        return result.metadata["confirmation"]["seed"], grader.asked[1][1]

    assert order_of("a") == order_of("a")
    seed, order = order_of(None)
    assert len(seed) == 16
    assert order_of(seed) == (seed, order)
    assert order_of(None)[0] != seed


@pytest.mark.parametrize(
    ("joint", "split", "stateful", "flaky"),
    [
        ([set()], [set()], False, False),
        ([set()], [{"f(1)"}], True, False),
        ([set()], [{"f(1)"}, set()], False, True),
        ([set(), {"f(1)"}], [{"f(1)"}], False, True),
        ([set()], [{"f(1)"}, {"f(2)"}], False, True),
        ([set(), set(), {"f(5)"}], [{"f(1)"}], False, True),
    ],
)
def test_a_difference_counts_when_three_runs_of_each_kind_agree(
    sandbox: Sandbox, joint: list[set[str]], split: list[set[str]], stateful: bool, flaky: bool
) -> None:
    result = confirmed(sandbox, ScriptedGrader(joint, split))
    facts = result.metadata["confirmation"]
    assert (facts["stateful"], facts["flaky"]) == (stateful, flaky)
    assert result.success is (not stateful and not flaky)
    failed = {input for run in [*joint, *split] for input in run}
    assert {TESTS[test.index].input for test in result.tests if not test.passed} == failed


def test_the_caller_says_what_must_stay_the_same(sandbox: Sandbox) -> None:
    grader = ScriptedGrader([set()], [{"f(1)"}])

    async def first_test_of(grader: ScriptedGrader) -> Confirmation:
        joint = (await grader.grade(SAME, HONEST, TESTS)).tests
        return await confirm(
            grader, SAME, HONEST, TESTS, joint=joint, verdict=lambda grades: grades[0].passed, seed="s"
        )

    found = sandbox.run(first_test_of(grader))
    assert (found.stateful, found.flaky, len(found.joint), len(found.split)) == (False, False, 1, 1)
