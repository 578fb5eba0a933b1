import asyncio
import dataclasses
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from paid_models import HeldModel, SteppingModel, settle

from proctor.errors import InputError, ModelError, RequestRefusedError
from proctor.models import FunctionModel
from proctor.models.accounts import Account, Accounts
from proctor.models.cache import Request, ResponseCache
from proctor.models.cached import CachedModel
from proctor.models.model import Completion, Message, Sampling, Usage

QUESTION = [Message("user", "Write f.")]
USAGE = Usage(1_000_000, 1_000_000)
PRICE = 0.75  # USD for USAGE of gpt-4o-mini
ANSWER = Completion("def f(): ...", USAGE, "stop", retries=2, waited_seconds=1.5)
AGAIN = Completion("def f(): ...", USAGE, "stop", cached=True)


async def together(*asking: Awaitable[Completion]) -> list[str]:
    return [completion.text for completion in await asyncio.gather(*asking)]


def test_the_same_request_at_the_same_time_asks_once(tmp_path: Path) -> None:
    async def ask() -> list[Completion]:
        model = HeldModel()
        cached = CachedModel(model, cache=cache, accounts=accounts)
        asking = [asyncio.ensure_future(cached.generate(QUESTION, Sampling())) for _ in range(60)]
        await settle()
        [call] = model.calls
        call.set_result(ANSWER)
        return await asyncio.gather(*asking)

    accounts = Accounts()
    with ResponseCache(tmp_path) as cache:
        assert asyncio.run(ask()) == [ANSWER, *[AGAIN] * 59]
    account = Account(1, 59, 0, 2, 1.5, 1_000_000, 1_000_000, 0, 0, PRICE, 1_000_000, 1_000_000)
    assert accounts.models == {"openai/gpt-4o-mini": account}


def test_five_samples_are_five_answers_and_a_second_run_asks_nothing(tmp_path: Path) -> None:
    def run(model: SteppingModel) -> list[str]:
        async def ask() -> list[str]:
            cached = CachedModel(model, cache=cache, accounts=Accounts())
            return await together(*(cached.generate(QUESTION, Sampling(sample_index=index)) for index in range(5)))

        with ResponseCache(tmp_path) as cache:
            return asyncio.run(ask())

    first, second = SteppingModel(), SteppingModel()
    said = run(first)
    assert len(set(said)) == 5
    assert run(second) == said
    assert (first.asked, second.asked) == (5, 0)


CHANGED: dict[str, Any] = {"temperature": 0.7, "max_tokens": 100, "sample_index": 1, "problem_id": "HumanEval/1"}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Sampling)])
def test_changing_any_parameter_but_the_problem_s_id_asks_anew(tmp_path: Path, field: str) -> None:
    async def ask() -> None:
        cached = CachedModel(model, cache=cache, accounts=Accounts())
        await cached.generate(QUESTION, Sampling())
        await cached.generate(QUESTION, dataclasses.replace(Sampling(), **{field: CHANGED[field]}))

    model = SteppingModel()
    with ResponseCache(tmp_path) as cache:
        asyncio.run(ask())
    assert model.asked == (1 if field == "problem_id" else 2)


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"served_as": "openai/gpt-4o"}, QUESTION),
        ({"base_url": "http://127.0.0.1:8080/v1"}, QUESTION),
        ({}, [Message("system", "You are a coder."), *QUESTION]),
    ],
)
def test_another_model_address_or_question_asks_anew(
    tmp_path: Path, changes: dict[str, str], messages: list[Message]
) -> None:
    async def ask() -> None:
        await CachedModel(model, cache=cache, accounts=Accounts()).generate(QUESTION, Sampling())
        await CachedModel(model, cache=cache, accounts=Accounts(), **changes).generate(messages, Sampling())

    model = SteppingModel()
    with ResponseCache(tmp_path) as cache:
        asyncio.run(ask())
    assert model.asked == 2


def test_two_names_of_one_served_model_share_its_answers(tmp_path: Path) -> None:
    async def ask() -> list[str]:
        bare = CachedModel(models[0], cache=cache, accounts=accounts, served_as="openai/gpt-4o-mini")
        full = CachedModel(models[1], cache=cache, accounts=accounts)
        return [(await model.generate(QUESTION, Sampling())).text for model in (bare, full)]

    accounts = Accounts()
    models = [FunctionModel(name, lambda messages, sampling: "said") for name in ("gpt-4o-mini", "openai/gpt-4o-mini")]
    with ResponseCache(tmp_path) as cache:
        assert asyncio.run(ask()) == ["said", "said"]
    counted = [(name, account.calls, account.cached_calls) for name, account in accounts.models.items()]
    assert counted == [("gpt-4o-mini", 1, 0), ("openai/gpt-4o-mini", 0, 1)]
    assert accounts.total_cost is not None


def test_without_a_cache_only_the_same_time_shares_an_answer() -> None:
    async def ask() -> list[str]:
        cached = CachedModel(model, cache=None, accounts=Accounts())
        said = await together(*(cached.generate(QUESTION, Sampling()) for _ in range(3)))
        return [*said, (await cached.generate(QUESTION, Sampling())).text]

    model = SteppingModel("m")
    assert asyncio.run(ask()) == ["m answer 1", "m answer 1", "m answer 1", "m answer 2"]


@pytest.mark.parametrize("end", ["fails", "is cancelled"])
def test_when_the_first_asker_ends_without_an_answer_one_of_the_others_asks(tmp_path: Path, end: str) -> None:
    async def ask() -> None:
        model = HeldModel()
        cached = CachedModel(model, cache=cache, accounts=accounts)
        first, *others = [asyncio.ensure_future(cached.generate(QUESTION, Sampling())) for _ in range(4)]
        await settle()
        if end == "fails":
            model.calls[0].set_exception(ModelError("no answer"))
        else:
            first.cancel()
        await settle()
        assert first.done()
        assert first.cancelled() or str(first.exception()) == "no answer"
        assert len(model.calls) == 2
        model.calls[1].set_result(ANSWER)
        assert await asyncio.gather(*others) == [ANSWER, AGAIN, AGAIN]

    accounts = Accounts()
    with ResponseCache(tmp_path) as cache:
        asyncio.run(ask())
        assert cache.get(Request.of("openai/gpt-4o-mini", "", QUESTION, Sampling())) == AGAIN
    account = accounts.models["openai/gpt-4o-mini"]
    assert (account.calls, account.cached_calls, account.failed_calls) == (1, 2, 1 if end == "fails" else 0)


def test_a_later_asker_that_is_cancelled_disturbs_nobody(tmp_path: Path) -> None:
    async def ask() -> None:
        model = HeldModel()
        cached = CachedModel(model, cache=cache, accounts=Accounts())
        first, second, third = [asyncio.ensure_future(cached.generate(QUESTION, Sampling())) for _ in range(3)]
        await settle()
        second.cancel()
        await settle()
        assert (first.done(), second.cancelled(), third.done()) == (False, True, False)
        model.calls[0].set_result(ANSWER)
        assert [await first, await third] == [ANSWER, AGAIN]
        assert len(model.calls) == 1

    with ResponseCache(tmp_path) as cache:
        asyncio.run(ask())


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    def reply(messages: list[Message], sampling: Sampling) -> str:
        if not failures:
            failures.append("refused")
            raise RequestRefusedError("401: no such key")
        return "said"

    failures: list[str] = []
    with ResponseCache(tmp_path) as cache:
        cached = CachedModel(FunctionModel("m", reply), cache=cache, accounts=Accounts())
        with pytest.raises(RequestRefusedError, match="401: no such key"):
            asyncio.run(cached.generate(QUESTION, Sampling()))
        assert asyncio.run(cached.generate(QUESTION, Sampling())).text == "said"


def test_of_two_processes_that_pay_for_one_request_both_use_the_first_answer(tmp_path: Path) -> None:
    async def ask() -> Completion:
        model = HeldModel()
        mine = asyncio.ensure_future(
            CachedModel(model, cache=cache, accounts=accounts).generate(QUESTION, Sampling()),
        )
        await settle()
        theirs.put(Request.of("openai/gpt-4o-mini", "", QUESTION, Sampling()), Completion("theirs", Usage(9, 9)))
        model.calls[0].set_result(ANSWER)
        return await mine

    accounts = Accounts()
    with ResponseCache(tmp_path) as cache, ResponseCache(tmp_path) as theirs:
        assert asyncio.run(ask()) == Completion("theirs", Usage(9, 9), cached=True)
    assert accounts.total_cost == PRICE  # what this process paid


def test_a_cap_on_cost_refuses_a_model_without_a_price_before_anything_is_asked() -> None:
    with pytest.raises(InputError) as caught:
        CachedModel(HeldModel("openai-compatible/llama"), cache=None, accounts=Accounts(max_cost=1))
    assert str(caught.value) == (
        "--max-cost cannot hold: no price is known for 'openai-compatible/llama'; "
        "cap the tokens with --max-total-tokens, beside it or instead"
    )


def test_which_problems_are_answered_is_the_model_s_to_say() -> None:
    cached = CachedModel(HeldModel(), cache=None, accounts=Accounts())
    assert [cached.answers(problem_id) for problem_id in ("known", "unknown")] == [True, False]


def test_one_model_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    async def ask(samples: int) -> list[str]:
        return await together(*(cached.generate(QUESTION, Sampling(sample_index=index)) for index in range(samples)))

    # after the first call there is room for one at a time, so that in both loops calls wait for each other
    model = SteppingModel(usage=lambda number: Usage(100, 50) if number == 1 else Usage(10, 5))
    with ResponseCache(tmp_path) as cache:
        cached = CachedModel(model, cache=cache, accounts=Accounts(max_total_tokens=400))
        first = asyncio.run(ask(4))
        assert asyncio.run(ask(6))[:4] == first
    assert (model.asked, model.most_in_flight) == (6, 1)
