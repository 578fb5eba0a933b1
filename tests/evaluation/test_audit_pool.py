import asyncio
from collections.abc import Iterator

import pytest

from proctor.evaluation.audit.pool import BoundedModel, run_bounded
from proctor.models import Completion, FunctionModel, Message, Sampling


def test_items_are_taken_only_when_there_is_a_worker_for_them() -> None:
    taken: list[int] = []
    done: list[int] = []
    waiting: list[int] = []

    def items() -> Iterator[int]:
        for item in range(20):
            taken.append(item)
            yield item

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        done.append(item)
        waiting.append(len(taken) - len(done))

    asyncio.run(run_bounded(items(), work, workers=3))
    assert sorted(done) == list(range(20))
    assert max(waiting) < 3


@pytest.mark.parametrize("workers", [1, 4])
def test_the_first_failure_is_raised_as_it_is_and_the_rest_is_cancelled(workers: int) -> None:
    ended: list[int] = []

    async def work(item: int) -> None:
        if item == 5:
            raise KeyError("the fifth")
        try:
            await asyncio.sleep(0 if item < 5 else 60)
        finally:
            ended.append(item)

    with pytest.raises(KeyError, match="the fifth"):
        asyncio.run(run_bounded(iter(range(100)), work, workers=workers))
    assert set(ended) <= set(range(10))


def test_calls_of_all_models_share_one_bound() -> None:
    under_way = 0
    most = 0

    class SlowModel:
        name = "slow"

        def answers(self, problem_id: str) -> bool:
            return True

        async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return Completion("done")

    async def ask_all() -> None:
        calls = asyncio.Semaphore(4)
        models = [BoundedModel(SlowModel(), calls) for _ in range(3)]
        await asyncio.gather(*(model.generate([], Sampling()) for model in models for _ in range(10)))

    asyncio.run(ask_all())
    assert most == 4


def test_a_bounded_model_is_otherwise_the_model() -> None:
    model = BoundedModel(FunctionModel("mine", lambda messages, sampling: messages[0].content), asyncio.Semaphore(1))
    assert (model.name, model.answers("P/1")) == ("mine", True)
    assert asyncio.run(model.generate([Message("user", "hello")], Sampling())).text == "hello"
