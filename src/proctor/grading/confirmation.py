"""Does a solution pass by what it remembers from test to test? Fresh processes in a secret order tell.

Solutions may keep state between the tests of one process: a counter of calls, a cache of what was asked. Where the
verdict hangs on it, a run with a fresh process for every test says otherwise. One such difference may be chance, so
that it only counts when three joint and three split runs agree, each among themselves; else the solution is flaky.
"""

import random
import secrets
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from proctor.grading.interface import IsolatedGrader
from proctor.grading.verdict import GradingResult, TestGrade, grading_result
from proctor.problems import CodeProblem, TestCase

__all__ = ["Confirmation", "confirm", "grade_confirmed", "passed_tests"]

RUNS = 3  # of each kind before a difference counts


@dataclass(frozen=True)
class Confirmation:
    """Whether joint and split runs differ.

    Attributes:
        stateful: They do, three runs of each kind agreeing among themselves.
        flaky: They differ, and so do runs of the same kind: nothing is proved about state.
        seed: What the secret orders were drawn from.
        joint: The grades of every run in one process, in the order of the tests.
        split: The same for runs with a fresh process for every test.
    """

    stateful: bool
    flaky: bool
    seed: str
    joint: list[list[TestGrade]]
    split: list[list[TestGrade]]

    def as_row(self) -> dict[str, Any]:
        """The facts for the record beside a grade."""
        return {
            "stateful": self.stateful,
            "flaky": self.flaky,
            "seed": self.seed,
            "joint_runs": len(self.joint),
            "split_runs": len(self.split),
        }


def passed_tests(grades: Sequence[TestGrade]) -> Hashable:
    """Which tests passed: what must not depend on whether tests share a process."""
    return tuple(grade.passed for grade in grades)


async def confirm(
    grader: IsolatedGrader,
    problem: CodeProblem,
    code: str,
    tests: Sequence[TestCase],
    *,
    joint: Sequence[TestGrade],
    verdict: Callable[[Sequence[TestGrade]], Hashable] = passed_tests,
    seed: str | None = None,
) -> Confirmation:
    """Grade with a fresh process for every test, in a secret order; ask again only when that changes *verdict*.

    Args:
        grader: Runs the tests.
        problem: The problem that the solution is for.
        code: The solution.
        tests: What to run.
        joint: The grades of a run in one process.
        verdict: What of a run's grades has to stay the same.
        seed: What the orders are drawn from; None for a secret one, which the result names.

    Raises:
        ExecutionError: Our own machine failed.
    """
    seed = seed or secrets.token_hex(8)
    joints, splits = [list(joint)], [await _split(grader, problem, code, tests, f"{seed}/0")]
    if verdict(splits[0]) == verdict(joints[0]):
        return Confirmation(False, False, seed, joints, splits)
    for number in range(1, RUNS):
        joints.append((await grader.grade(problem, code, list(tests))).tests)
        splits.append(await _split(grader, problem, code, tests, f"{seed}/{number}"))
    agree = len({verdict(run) for run in joints}) == len({verdict(run) for run in splits}) == 1
    return Confirmation(agree, not agree, seed, joints, splits)


async def grade_confirmed(
    grader: IsolatedGrader,
    problem: CodeProblem,
    code: str,
    tests: Sequence[TestCase] | None = None,
    *,
    seed: str | None = None,
) -> GradingResult:
    """Grade, and confirm a solution that passes everything: a test then counts as passed if every run passed it.

    The result's ``metadata["confirmation"]`` has :meth:`Confirmation.as_row`; it is not there where the solution did
    not pass, so that there was nothing to confirm.

    Raises:
        ExecutionError: Our own machine failed.
    """
    tests = list(problem.test_cases if tests is None else tests)
    result = await grader.grade(problem, code, tests)
    if not result.success:
        return result
    confirmation = await confirm(grader, problem, code, tests, joint=result.tests, seed=seed)
    runs = [*confirmation.joint, *confirmation.split]
    grades = [next((grade for grade in of_test if not grade.passed), of_test[0]) for of_test in zip(*runs, strict=True)]
    metadata = result.metadata | {"confirmation": confirmation.as_row()}
    return grading_result(problem, code, tests, grades, metadata)


async def _split(
    grader: IsolatedGrader, problem: CodeProblem, code: str, tests: Sequence[TestCase], seed: str
) -> list[TestGrade]:
    order = list(range(len(tests)))
    random.Random(seed).shuffle(order)
    result = await grader.grade(problem, code, [tests[place] for place in order], fresh=True)
    found = {place: replace(grade, index=place) for place, grade in zip(order, result.tests, strict=True)}
    return [found[place] for place in range(len(tests))]
