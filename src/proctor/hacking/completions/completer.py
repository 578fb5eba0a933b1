"""Have a model complete problems whose shown tests are partly broken, and grade what it says."""

from collections.abc import AsyncGenerator, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from proctor.errors import ExecutionError
from proctor.generation import GenerationResult, SolutionSampler
from proctor.grading import IsolatedGrader, extract_reply
from proctor.hacking.amount import check_amount
from proctor.hacking.completions.graded import GradedCompletion
from proctor.hacking.mix_grade import grade_mix
from proctor.hacking.mixed_tests import Mix
from proctor.hacking.mixing import mix
from proctor.problems import CodeProblem, SkippedProblem

__all__ = ["Completer"]

METADATA = ("temperature", "provider", "prompt_id", "system_prompt_id", "usage")  # of a sample that a row keeps


class Completer:
    """Makes a completion of each problem: shows the model a mix of its tests, grades the code on them and on the truth.

    Args:
        sampler: Who is asked, and how.
        grader: Runs the tests; what runs at once is bounded by its executor.
        num_broken: Shown tests that are broken.
        fraction_broken: The same as a share of them; with neither, the problem's own mix or all that can be.
        seed: Of the mixes.
        under_way: Problems asked about or graded at once at most.
        isolation: Level and parts of the grader's sandbox, for the rows.

    Attributes:
        sampler: As given.
        skipped: The problems that have too few tests for such a mix.

    Raises:
        InputError: An amount is out of range, or both are given.
    """

    def __init__(
        self,
        sampler: SolutionSampler,
        grader: IsolatedGrader,
        *,
        num_broken: int | None = None,
        fraction_broken: float | None = None,
        seed: int = 0,
        under_way: int = 10,
        isolation: Mapping[str, Any] | None = None,
    ) -> None:
        check_amount(num_broken, fraction_broken)
        self.sampler = sampler
        self.skipped: list[SkippedProblem] = []
        self._grader = grader
        self._amount: dict[str, Any] = {"num_broken": num_broken, "fraction_broken": fraction_broken}
        self._seed = seed
        self._under_way = under_way
        self._isolation = dict(isolation or {})

    def complete(
        self, problems: Iterable[CodeProblem], *, done: Container[str] = ()
    ) -> AsyncGenerator[GradedCompletion]:
        """The completions of all *problems*, in the order in which they are graded.

        A problem to which the model gave no answer after all retries has none: it is in ``sampler.asking.unanswered``.

        Args:
            problems: Taken one by one, few at a time.
            done: Ids of the problems that have one already.

        Raises:
            RequestRefusedError: The endpoint refuses all requests; what is under way is cancelled.
            BudgetReachedError: A cap is reached; what was under way has been given out.
            ModelError: There has been no answer for long.
            UnknownNameError: A prompt id that is not registered.
            InputError: The prompt cannot be filled for a problem.
        """
        asking = self.sampler.asking
        works = (self._complete(*pair) for pair in self._mixed(asking.until_stopped(problems), done))
        return asking.results(works, at_most=self._under_way)

    def _mixed(self, problems: Iterable[CodeProblem], done: Container[str]) -> Iterator[tuple[CodeProblem, Mix]]:
        """The problems to complete, with what is shown of each."""
        for problem in problems:
            mixed = mix(problem, **self._amount, seed=self._seed)
            if isinstance(mixed, SkippedProblem):
                self.skipped.append(mixed)
            elif problem.problem_id not in done:
                yield problem, mixed

    async def _complete(self, problem: CodeProblem, shown: Mix) -> GradedCompletion | None:
        sample = await self.sampler.draw(replace(problem, public_test_cases=shown.shown_tests))
        return None if sample is None else await self._graded(problem, shown, sample)

    async def _graded(self, problem: CodeProblem, shown: Mix, sample: GenerationResult) -> GradedCompletion:
        refusal = sample.test_execution_feedback.get("failure")
        reply = None if refusal is not None else sample.full_message_history[-1].content
        metadata = {name: sample.generation_metadata[name] for name in METADATA}
        completion = GradedCompletion(
            problem=problem,
            mix=shown,
            model=sample.generation_metadata["model"],
            prompt=[message for message in sample.full_message_history if message.role != "assistant"],
            completion=reply,
            code=sample.final_code,
            flag=extract_reply(reply or "").flag,
            eval_result=None,
            ungraded=refusal,
            generation_metadata=metadata | {**self._amount, "seed": self._seed, "isolation": self._isolation},
        )
        return completion if reply is None else await self._with_verdict(completion)

    async def _with_verdict(self, completion: GradedCompletion) -> GradedCompletion:
        try:
            graded = await grade_mix(completion.problem, completion.code, completion.mix, self._grader)
        except ExecutionError as error:
            return replace(completion, ungraded=str(error))
        return replace(completion, eval_result=graded.eval_result, tests=graded.tests)
