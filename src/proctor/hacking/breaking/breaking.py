"""Give the tests of problems broken versions."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace

from proctor.errors import BudgetReachedError, ExecutionError, InputError, ModelError, RequestRefusedError
from proctor.generation import Asking
from proctor.grading import IsolatedGrader
from proctor.hacking.breaking.breaker import Breaker
from proctor.hacking.breaking.validation import Versions, find_broken_versions
from proctor.hacking.task import Variant
from proctor.pool import in_order
from proctor.problems import CodeProblem, SkippedProblem

__all__ = ["break_problems", "break_tests"]

NOTES = ("broken_indices", "broken_variant", "accidents", "unbreakable_tests", "unbreakable", "mixed_test_cases")
"""What ``metadata`` says of broken tests; what an earlier breaking noted is forgotten."""


async def break_tests(
    problem: CodeProblem,
    grader: IsolatedGrader,
    *,
    breaker: Breaker,
    variant: Variant = Variant.ONE_OFF,
    seed: int = 0,
    max_retries: int = 3,
) -> CodeProblem:
    """*problem* with a validated broken version of every test that can have one.

    ``metadata`` gets ``broken_indices`` (for each broken test the place of its right version in ``test_cases``),
    ``broken_variant``, and where there is any: ``accidents`` (see :class:`Accident`), ``unbreakable_tests`` (``test``
    and ``reason``), ``unbreakable`` (why the problem has no broken test at all).

    Args:
        problem: Broken tests that it has already are replaced.
        grader: Runs the reference solution.
        breaker: Thinks of wrong values.
        variant: ``one-off`` or ``conflicting``: whether a broken test is shown in place of the right one or beside it.
        seed: Of the breaker's choices.
        max_retries: How many further values are tried for one test when one is refused.

    Raises:
        InputError: No test is broken in that variant; or the problem's data set cannot be graded.
        ModelError: The breaker's model has no answer.
        ExecutionError: Our own machine failed.
    """
    if not variant.is_broken:
        raise InputError(f"expected variant one-off or conflicting, found {str(variant)!r}")
    obstacles = _obstacles(problem)
    places = [place for place in range(len(problem.test_cases)) if place not in obstacles]
    versions = Versions()
    if places:
        versions = await find_broken_versions(
            problem, problem.test_cases, grader, breaker, places=places, seed=seed, max_retries=max_retries
        )
    reasons = obstacles | {place: _reason(place, versions) for place in places if place not in versions.broken}
    indices = sorted(versions.broken)
    notes = {
        "broken_indices": indices,
        "broken_variant": variant if indices else None,
        "accidents": [asdict(accident) for accident in versions.accidents],
        "unbreakable_tests": [{"test": place, "reason": reason} for place, reason in sorted(reasons.items())],
        "unbreakable": None if indices else next(iter(reasons.values()), "it has no test"),
    }
    kept = {key: value for key, value in problem.metadata.items() if key not in NOTES}
    return replace(
        problem,
        broken_test_cases=[versions.broken[place] for place in indices],
        metadata=kept | {key: value for key, value in notes.items() if value},
    )


async def break_problems(
    problems: Iterable[CodeProblem],
    grader: IsolatedGrader,
    *,
    breaker: Breaker,
    variant: Variant = Variant.ONE_OFF,
    seed: int = 0,
    max_retries: int = 3,
    jobs: int,
    on_done: Callable[[], None] | None = None,
) -> list[CodeProblem | SkippedProblem]:
    """Break the tests of all *problems*, in their order; see :func:`break_tests`.

    A problem is skipped, with the reason, where the breaker's model has no answer or our own machine fails.

    Args:
        problems: Taken one by one.
        grader: As there.
        breaker: As there.
        variant: As there.
        seed: As there.
        max_retries: As there.
        jobs: How many problems are worked on at a time.
        on_done: Called after each problem.

    Raises:
        RequestRefusedError: The model's endpoint refuses all requests.
        BudgetReachedError: A cap is reached.
        ModelError: There has been no answer for long.
    """
    asking = Asking("problems")

    async def work(problem: CodeProblem) -> CodeProblem | SkippedProblem:
        done: CodeProblem | SkippedProblem
        try:
            done = await break_tests(
                problem, grader, breaker=breaker, variant=variant, seed=seed, max_retries=max_retries
            )
            asking.answered()
        except (RequestRefusedError, BudgetReachedError):
            raise
        except ModelError as error:
            asking.miss(problem.problem_id, error)
            done = SkippedProblem(problem.problem_id, str(error))
        except ExecutionError as error:
            done = SkippedProblem(problem.problem_id, str(error))
        if on_done:
            on_done()
        return done

    return await in_order(problems, work, workers=jobs)


def _obstacles(problem: CodeProblem) -> dict[int, str]:
    """Why tests cannot be broken, as far as that is known before the reference has run, by their places."""
    if not problem.correct_solution:
        return dict.fromkeys(range(len(problem.test_cases)), "no reference solution")
    assertions = (place for place, test in enumerate(problem.test_cases) if test.type == "assertion")
    return dict.fromkeys(assertions, "an assertion has no expected value")


def _reason(place: int, versions: Versions) -> str:
    if verdict := versions.failed.get(place):
        return f"the reference fails the test as it is: {verdict}"
    refused = sum(accident.test == place for accident in versions.accidents)
    return f"none of {refused} wrong values counts" if refused else "no wrong value of its type is known"
