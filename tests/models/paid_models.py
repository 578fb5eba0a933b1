"""Models whose answers take a while and cost something, without time or a network."""

import asyncio
from collections.abc import Callable

from proctor.models.model import Completion, Message, Sampling, Usage


class SteppingModel:
    """Answers ``NAME answer N`` after some rounds of the event loop.

    Attributes:
        asked: Calls so far.
        in_flight: Calls under way.
        most_in_flight: The most that were under way at once.
        answered: Calls that ended with an answer.
    """

    def __init__(
        self, name: str = "openai/gpt-4o-mini", *, usage: Callable[[int], Usage] = lambda number: Usage(100, 50)
    ) -> None:
        self.name = name
        self.asked = self.in_flight = self.most_in_flight = self.answered = 0
        self._usage = usage

    def answers(self, problem_id: str) -> bool:
        return True

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        self.asked += 1
        number = self.asked
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            for _ in range(5 + number % 7):
                await asyncio.sleep(0)
        finally:
            self.in_flight -= 1
        self.answered += 1
        return Completion(f"{self.name} answer {number}", self._usage(number), "stop", retries=number % 2)


class HeldModel:
    """Answers a call when it is told to: ``model.calls[0].set_result(completion)``, or ``set_exception``."""

    def __init__(self, name: str = "openai/gpt-4o-mini") -> None:
        self.name = name
        self.calls: list[asyncio.Future[Completion]] = []

    def answers(self, problem_id: str) -> bool:
        return problem_id != "unknown"

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        call: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        self.calls.append(call)
        return await call


async def settle() -> None:
    """Let every task run until it waits for something outside."""
    for _ in range(50):
        await asyncio.sleep(0)
