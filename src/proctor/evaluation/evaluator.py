"""Ask a model the questions of an evaluation, and grade what it says."""

import asyncio
import time
from collections.abc import AsyncGenerator, Container, Coroutine, Iterable, Iterator, MutableMapping
from typing import Any

import msgspec

from proctor.errors import ExecutionError, InputError
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.question import EvaluationType, PlannedQuestion, Question
from proctor.evaluation.results import QuestionResult
from proctor.generation import Asking, Conversation, converse
from proctor.models import Model, Reference, Sampling

__all__ = ["Evaluator", "result_id"]


class Evaluator:
    """Makes the rows of an evaluation.

    Args:
        evaluation: What is asked, and how replies are graded.
        config: What the evaluation is made with, for the rows; and how many replies there are to each question.
        model: Who is asked.
        references: What a control model looks references up in: that of a question is put there before it is asked.
        under_way: Replies asked for or graded at once at most.

    Attributes:
        asking: The replies that could not be had, after all retries, and those whose question our own machine failed
            to build; and why no further one is asked for.
        left_out: Why a problem is not asked about, by its id; as far as it was tried.
    """

    def __init__(
        self,
        evaluation: EvaluationType,
        config: EvaluationConfig,
        model: Model,
        *,
        references: MutableMapping[str, Reference],
        under_way: int = 10,
    ) -> None:
        self.asking = Asking("replies")
        self.left_out: dict[str, str] = {}
        self._evaluation = evaluation
        self._config = config
        self._config_row = config.as_row()
        self._model = model
        self._references = references
        self._under_way = under_way

    def missing(
        self, questions: Iterable[PlannedQuestion], done: Container[str]
    ) -> Iterator[tuple[PlannedQuestion, int]]:
        """The replies that are still to be had: each by its question and its number among the replies to it."""
        for planned in questions:
            for sample in range(self._config.epochs):
                if result_id(planned, sample) not in done:
                    yield planned, sample

    def evaluate(
        self, questions: Iterable[PlannedQuestion], *, done: Container[str] = ()
    ) -> AsyncGenerator[QuestionResult]:
        """The rows of all *questions*, in the order in which they are graded.

        A question that the endpoint refuses for what it says has a row without a response. A reply that our own
        machine cannot grade has a row that says so.

        Args:
            questions: Taken one by one, few at a time.
            done: Ids of the rows that are there already.

        Raises:
            RequestRefusedError: The endpoint refuses all requests; what is under way is cancelled.
            BudgetReachedError: A cap is reached; what was under way has been given out.
            ModelError: There has been no reply for long.
        """
        return self.asking.results(self._works(questions, done), at_most=self._under_way)

    def _works(
        self, questions: Iterable[PlannedQuestion], done: Container[str]
    ) -> Iterator[Coroutine[Any, Any, QuestionResult | None]]:
        """What is to be done; a question is built once for all its replies."""
        asked: PlannedQuestion | None = None
        for planned, sample in self.asking.until_stopped(self.missing(questions, done)):
            if planned != asked:
                asked, building = planned, asyncio.create_task(self._build(planned))
            yield self._result(planned, sample, building)

    async def _build(self, planned: PlannedQuestion) -> Question | None:
        try:
            question = await self._evaluation.build(planned)
        except InputError as error:
            self.left_out[planned.problem_id] = str(error)
            return None
        except ExecutionError as error:
            self.asking.miss(result_id(planned), error)
            return None
        if question.reference is not None:
            self._references[planned.problem_id] = question.reference
        if not self._model.answers(planned.problem_id):
            self.left_out[planned.problem_id] = f"{self._model.name} has nothing to say about it"
            return None
        return question

    async def _result(
        self, planned: PlannedQuestion, sample: int, building: asyncio.Task[Question | None]
    ) -> QuestionResult | None:
        question = await building
        conversation = None if question is None else await self._ask(question, sample)
        if question is None or conversation is None:
            return None
        *before, last = conversation.messages
        reply = last.content if last.role == "assistant" else None  # else the last question was refused
        grade = await self._grade(question, reply, conversation.failure)
        return QuestionResult(
            id=result_id(planned, sample),
            question_id=planned.number,
            problem_id=planned.problem_id,
            eval_type=self._config.eval_type,
            arm=planned.arm,
            sample_index=sample,
            question_prompt={"messages": msgspec.to_builtins(before if reply is not None else conversation.messages)},
            question_data=question.data,
            response=reply,
            parsed=grade.pop("parsed", None),
            grade=grade,
            config=self._config_row,
            seed=self._config.seed,
            timestamp=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )

    async def _ask(self, question: Question, sample: int) -> Conversation | None:
        planned, check = question.planned, self._evaluation.check(question)
        sampling = Sampling(self._config.temperature, sample_index=sample, problem_id=planned.problem_id)
        asked = converse(self._model, question.messages, sampling, max_turns=self._config.max_turns, check=check)
        return await self.asking.answer(result_id(planned, sample), asked)

    async def _grade(self, question: Question, reply: str | None, failure: str | None) -> dict[str, Any]:
        if reply is not None and failure is None:
            try:
                return await self._evaluation.grade(question, reply)
            except ExecutionError as error:
                failure = str(error)
        return {"parsed_successfully": False, "ungraded": failure}


def result_id(planned: PlannedQuestion, sample: int = 0) -> str:
    """The id of a row, unique within one file."""
    return f"{planned.problem_id}|{planned.arm}|{sample}"
