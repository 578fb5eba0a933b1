"""Prepare the problems of an audit: choose what is shown, and break some of it.

What is shown, which of it breaks and by which value depend on the seed and the problem alone, never on the variant, so
that the variants can be compared test by test.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from proctor.errors import InputError
from proctor.grading import IsolatedGrader
from proctor.hacking.amount import amount_of, check_amount
from proctor.hacking.breaking.breaking import NOTES
from proctor.hacking.breaking.mutation_breaker import MutationBreaker
from proctor.hacking.breaking.same_input import input_key
from proctor.hacking.breaking.validation import find_broken_versions
from proctor.hacking.task import respelt
from proctor.pool import in_order
from proctor.problems import CodeProblem, TestCase
from proctor.problems.literals import read_literal

__all__ = ["prepare_problems"]


async def prepare_problems(
    problems: Sequence[CodeProblem],
    grader: IsolatedGrader,
    *,
    seed: int,
    num_broken: int | None = None,
    fraction_broken: float | None = None,
    jobs: int,
    on_done: Callable[[], None] | None = None,
) -> list[CodeProblem]:
    """Choose what is shown of each problem, and break it.

    A problem that has public tests shows those. Otherwise half of its functional tests are shown, rounded up, or as
    many as are to be broken if that is more; without functional tests half of what there is.

    Args:
        problems: Right problems; broken tests that they have already are replaced.
        grader: Runs the reference solutions.
        seed: Of all choices.
        num_broken: How many shown tests to break, at least 1; 1 if *fraction_broken* is None too.
        fraction_broken: The share of the shown tests to break, above 0 and at most 1, rounded up to whole tests.
        jobs: How many problems are worked on at a time.
        on_done: Called after each problem.

    Returns:
        The problems in their order, with ``public_test_cases`` (what is shown), ``broken_test_cases``, and in
        ``metadata`` either ``broken_indices`` (for each broken test the place of its twin among the public ones) or
        ``unbreakable`` (the reason, one plain phrase).

    Raises:
        InputError: A number is out of range, or num_broken and fraction_broken are both given.
        ExecutionError: Our own machine failed.
    """
    check_amount(num_broken, fraction_broken, at_least=1)
    if jobs < 1:
        raise InputError(f"expected jobs of at least 1, found {jobs!r}")

    async def work(problem: CodeProblem) -> CodeProblem:
        prepared = await _prepare(problem, grader, seed, num_broken, fraction_broken)
        if on_done:
            on_done()
        return prepared

    return await in_order(problems, work, workers=jobs)


async def _prepare(
    problem: CodeProblem, grader: IsolatedGrader, seed: int, num_broken: int | None, fraction_broken: float | None
) -> CodeProblem:
    shown = problem.public_test_cases or _choose_shown(problem, seed, num_broken or 1)
    wanted = amount_of(len(shown), num_broken, fraction_broken) or 1
    found = _obstacle(problem, shown) or await _broken_versions(problem, shown, grader, seed)
    if isinstance(found, dict) and len(found) < wanted:
        found = f"fewer than {wanted} breakable shown tests: {len(found)} of {len(shown)}"
    if isinstance(found, str):
        return _with_tests(problem, shown, [], {"unbreakable": found})
    order = sorted(found)
    random.Random(f"{seed}:{problem.problem_id}:broken").shuffle(order)
    indices = sorted(order[:wanted])
    return _with_tests(problem, shown, [found[i] for i in indices], {"broken_indices": indices})


def _with_tests(
    problem: CodeProblem, shown: list[TestCase], broken: list[TestCase], notes: dict[str, object]
) -> CodeProblem:
    kept = {key: value for key, value in problem.metadata.items() if key not in NOTES}
    return replace(problem, public_test_cases=shown, broken_test_cases=broken, metadata=kept | notes)


def _choose_shown(problem: CodeProblem, seed: int, at_least: int) -> list[TestCase]:
    """Half of the functional tests, of different inputs; without any, half of all tests."""
    functional = [test for test in problem.test_cases if test.type == "functional"]
    pool: dict[str, TestCase] = {}
    for test in functional or problem.test_cases:
        pool.setdefault(input_key(test), test)
    half = math.ceil(len(pool) / 2)
    order = list(pool)
    random.Random(f"{seed}:{problem.problem_id}:shown").shuffle(order)
    chosen = order[: max(half, at_least) if functional else half]
    return [test for key, test in pool.items() if key in chosen]


def _obstacle(problem: CodeProblem, shown: list[TestCase]) -> str:
    """Why nothing of a problem can be broken, as far as that is known before the reference has run."""
    functional = [test for test in shown if test.type == "functional"]
    if not functional:
        return "no functional test (assert f(...) == literal)"
    if not problem.correct_solution:
        return "no reference solution"
    for test in functional:
        try:
            read_literal(test.expected_output)
        except InputError:
            return f"the expected value of {_short(test.input)} is not a literal: {_short(test.expected_output)}"
    return ""


async def _broken_versions(
    problem: CodeProblem, shown: list[TestCase], grader: IsolatedGrader, seed: int
) -> dict[int, TestCase] | str:
    """A validated broken version of every shown test that can have one, or why none counts."""
    inputs = Counter(map(input_key, shown))
    places = [place for place, test in enumerate(shown) if inputs[input_key(test)] == 1]
    tests = [*shown, *(respelt(shown[place]) for place in places)]
    versions = await find_broken_versions(problem, tests, grader, MutationBreaker(), places=places, seed=seed)
    for place, verdict in versions.failed.items():
        if place < len(shown):
            return f"the reference fails its own test {_short(shown[place].input)}: {verdict}"
    in_one_spelling = {places[index - len(shown)] for index in versions.failed}  # '0.33' is the text, not the number
    return {place: broken for place, broken in versions.broken.items() if place not in in_one_spelling}


def _short(text: str) -> str:
    """*text* in one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
