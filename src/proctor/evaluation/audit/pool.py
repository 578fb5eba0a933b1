"""All concurrency of the audit: workers over one iterator, and a bound on calls of models."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TypeVar

from proctor.models import Completion, Message, Model, Reference, Sampling, ScriptedModel, make_model

T = TypeVar("T")

MODEL_CALLS = 60  # calls of models under way at once, over all models
WAITING = 2  # answers in hand for every solution that runs, so that no processor waits for a model


def worker_count(jobs: int) -> int:
    """Attempts under way at once: as many as can wait for a model, and some that run or wait to."""
    return MODEL_CALLS + WAITING * jobs


async def run_bounded(items: Iterator[T], work: Callable[[T], Awaitable[None]], *, workers: int) -> None:
    """Do *work* on every item, at most *workers* at once; items are taken one by one, so that few are in memory.

    Raises:
        Exception: The first failure of *work*; what is under way then is cancelled.
    """

    async def consume() -> None:
        for item in items:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(consume())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def make_models(names: list[str], references: Mapping[str, Reference], seed: int) -> dict[str, "BoundedModel"]:
    """The models by name, each once, with one bound on their calls.

    Raises:
        UnknownNameError: A model that is not known.
        InputError: A model's own file is missing or broken.
    """
    calls = asyncio.Semaphore(MODEL_CALLS)
    made = (make_model(name, references=references, seed=seed) for name in dict.fromkeys(names))
    return {model.name: BoundedModel(model, calls) for model in made}


class BoundedModel:
    """A model of which only so many calls are under way at once, counted over all that share the semaphore.

    Attributes:
        problem_ids: The problems that a script has replies for, whether they are set or not; empty for other models.
    """

    def __init__(self, model: Model, calls: asyncio.Semaphore) -> None:
        self.name = model.name
        self.problem_ids = frozenset(model.problem_ids) if isinstance(model, ScriptedModel) else frozenset()
        self._model = model
        self._calls = calls

    def answers(self, problem_id: str) -> bool:
        """Whether the model has anything to say about a problem."""
        return self._model.answers(problem_id)

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Wait for a free call, then ask.

        Raises:
            ModelError: No answer could be had.
        """
        async with self._calls:
            return await self._model.generate(messages, sampling)
