"""Ask a model for solutions, each in one turn."""

from collections.abc import AsyncGenerator, Container, Iterable
from typing import Any

from proctor.generation.asking import Asking
from proctor.generation.conversation import Conversation, converse
from proctor.generation.result import GenerationResult
from proctor.generation.sampling.wording import Wording, is_patched
from proctor.grading import extract_patch
from proctor.models import Model, Sampling
from proctor.problems import CodeProblem, problem_to_row


class SolutionSampler:
    """Draws samples: several answers of one model to each problem.

    Args:
        model: Who is asked.
        wording: How.
        temperature: Of sampling, unitless; None leaves the endpoint's default.
        provider: Who serves the model, for the record; None where its name says it.
        max_concurrent: Samples under way at once at most.

    Attributes:
        asking: The samples to which the model gave no answer after all retries, and why no further one is drawn.
    """

    def __init__(
        self,
        model: Model,
        wording: Wording | None = None,
        *,
        temperature: float | None = 1.0,
        provider: str | None = None,
        max_concurrent: int = 5,
    ) -> None:
        self.asking = Asking("samples")
        self._model = model
        self._wording = wording or Wording()
        self._temperature = temperature
        self._provider = provider
        self._max_concurrent = max_concurrent

    def sample(
        self, problems: Iterable[CodeProblem], num_samples: int = 1, *, done: Container[str] = ()
    ) -> AsyncGenerator[GenerationResult]:
        """The samples of all *problems*, in the order in which they are answered.

        A question that the endpoint refuses for what it says is a sample without an answer, with the refusal as
        ``failure`` in its feedback. One that got no answer after all retries is none: it is in ``asking.unanswered``.

        Args:
            problems: Taken one by one, no more ahead than samples are under way.
            num_samples: Of each problem: so many different answers, numbered from 0.
            done: Ids of samples that are there already (:func:`sample_id`) and are not drawn again.

        Raises:
            RequestRefusedError: The endpoint refuses all requests; what is under way is cancelled.
            BudgetReachedError: A cap is reached; what was under way has been given out.
            ModelError: There has been no answer for long.
            UnknownNameError: A prompt id that is not registered.
            InputError: The prompt cannot be filled for a problem.
        """
        wanted = (
            (problem, index)
            for problem in problems
            for index in range(num_samples)
            if sample_id(problem.problem_id, index) not in done
        )
        works = (self.draw(problem, index) for problem, index in self.asking.until_stopped(wanted))
        return self.asking.results(works, at_most=self._max_concurrent)

    async def draw(self, problem: CodeProblem, index: int = 0) -> GenerationResult | None:
        """One sample; None where :attr:`asking` says why there is none. The errors are those of :meth:`sample`."""
        name = sample_id(problem.problem_id, index)
        sampling = Sampling(self._temperature, sample_index=index, problem_id=problem.problem_id)
        asked = converse(self._model, self._wording.messages(problem), sampling)
        conversation = await self.asking.answer(name, asked)
        if conversation is None:
            return None
        return GenerationResult(
            id=name,
            problem=problem_to_row(problem),
            final_code=_answer(problem, conversation),
            full_message_history=conversation.messages,
            test_execution_feedback={} if conversation.failure is None else {"failure": conversation.failure},
            generation_metadata=self._metadata(problem, index, conversation),
        )

    def _metadata(self, problem: CodeProblem, index: int, conversation: Conversation) -> dict[str, Any]:
        wording, usage = self._wording, conversation.usage
        return {
            "model": self._model.name,
            "provider": self._provider,
            "temperature": self._temperature,
            "prompt_id": wording.prompt.prompt_id if wording.prompt else wording.prompt_id,
            "system_prompt_id": wording.system_prompt_id,
            "has_hints": bool(wording.hints(problem)),
            "sample_index": index,
            "turns": conversation.turns,
            "has_code": bool(_answer(problem, conversation)),
            "usage": {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens},
        }


def sample_id(problem_id: str, sample_index: int) -> str:
    """The id of a sample, unique within one output."""
    return f"{problem_id}|{sample_index}"


def _answer(problem: CodeProblem, conversation: Conversation) -> str:
    """The code or the patch in the reply; empty where there is none."""
    if not is_patched(problem):
        return conversation.code or ""
    reply = conversation.messages[-1].content if conversation.turns else ""
    return extract_patch(reply) or ""
