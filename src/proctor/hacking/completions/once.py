"""Complete problems and wait for it: for notebooks and scripts."""

import asyncio
import logging
from collections.abc import Sequence

from proctor.execution import Limits, SubprocessExecutor
from proctor.generation import SolutionSampler, Wording, references_of
from proctor.grading import TestExecutionGrader
from proctor.hacking.completions.completer import Completer
from proctor.hacking.completions.graded import GradedCompletion
from proctor.models import Model, make_model
from proctor.problems import CodeProblem

__all__ = ["generate_solutions"]

_log = logging.getLogger(__name__)


def generate_solutions(
    problems: Sequence[CodeProblem],
    model: str | Model,
    *,
    wording: Wording | None = None,
    num_broken: int | None = None,
    fraction_broken: float | None = None,
    temperature: float | None = 0.7,
    seed: int = 0,
    max_concurrent: int = 5,
    limits: Limits | None = None,
) -> list[GradedCompletion]:
    """One completion of each problem, graded on the tests that the model was shown and on the right ones it was not.

    Args:
        problems: With broken tests, as :func:`proctor.hacking.add_broken_tests_to_problems` leaves them.
        model: A name that :func:`proctor.models.make_model` takes, or a model.
        wording: What the model is told; None for the prompt ``neutral`` without a system prompt.
        num_broken: How many of the shown tests are broken.
        fraction_broken: The same as a share; with neither, each problem's own mix or every test that can be.
        temperature: Of sampling; None leaves the endpoint's default.
        seed: Of the mixes, and of a control model.
        max_concurrent: Problems under way at once.
        limits: What a solution may use up.

    Returns:
        The completions in the order of the problems. Problems that have too few tests for the mix have none; a warning
        is logged.

    Raises:
        InputError: An amount is out of range, or both are given; or there is no such model.
        ModelError: The model gave no answer to some of the problems.
        ExecutionError: The sandbox does not start.
        RuntimeError: An event loop runs here already; await :class:`Completer` there.
    """
    if isinstance(model, str):
        model = make_model(model, references=references_of(problems), seed=seed)
    sampler = SolutionSampler(model, wording or Wording("neutral", system_prompt_id=None), temperature=temperature)

    async def run() -> dict[str, GradedCompletion]:
        async with SubprocessExecutor() as executor:
            completer = Completer(
                sampler,
                TestExecutionGrader(executor, limits),
                num_broken=num_broken,
                fraction_broken=fraction_broken,
                seed=seed,
                under_way=max_concurrent,
                isolation=executor.isolation,
            )
            made = {made.problem.problem_id: made async for made in completer.complete(problems)}
        for skipped in completer.skipped:
            _log.warning("%s is left out: %s", skipped.problem_id, skipped.reason)
        return made

    completions = asyncio.run(run())
    if error := sampler.asking.unfinished(len(problems)):
        raise error
    return [completions[problem.problem_id] for problem in problems if problem.problem_id in completions]
