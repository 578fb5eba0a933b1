"""OpenAI's chat completions over real connections to a local server that really speaks them."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from endpoint_stub import CHAT, KEY, EndpointStub, Reply, chat_completion, openai_error
from endpoint_trials import InstantClock, ask, model_at, model_of, user
from proctor.errors import BudgetReachedError, ModelError, QuestionRefusedError, RequestRefusedError
from proctor.models import Completion, Message, ModelOptions, Sampling, Usage, make_model
from proctor.models.endpoints.openai_endpoint import OpenAIEndpoint

GPT = "openai/gpt-4o-mini"
HELLO = Completion("answer to: hello", Usage(11, 7, 3), "stop")


def endpoint_at(stub: EndpointStub, model_id: str = "gpt-4o-mini", key: str = KEY) -> OpenAIEndpoint:
    return OpenAIEndpoint(model_id, base_url=stub.base_url, api_key=key, timeout_seconds=10)


def test_an_answer_has_its_text_usage_and_reason(stub: EndpointStub) -> None:
    assert ask(model_at(stub, GPT)) == HELLO


def test_a_request_says_nothing_but_what_was_asked(stub: EndpointStub) -> None:
    messages = [Message("system", "be"), Message("user", "a"), Message("assistant", "b"), Message("user", "c")]
    sampling = Sampling(temperature=0.5, max_tokens=9, sample_index=3, problem_id="HumanEval/0")
    asyncio.run(model_at(stub, GPT).generate(messages, sampling))
    sent = [{"role": said.role, "content": said.content} for said in messages]
    assert [(request.path, request.body) for request in stub.requests] == [
        (CHAT, {"model": "gpt-4o-mini", "messages": sent, "temperature": 0.5, "max_tokens": 9})
    ]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gpt-4o", {"temperature": 0.0, "max_tokens": 9}),
        ("o4-mini", {"max_completion_tokens": 9}),
        ("gpt-5-mini", {"max_completion_tokens": 9}),
        ("openai-compatible/smollm2", {"temperature": 0.0, "max_tokens": 9}),
    ],
)
def test_reasoning_models_get_the_parameters_that_they_take(
    stub: EndpointStub, name: str, parameters: dict[str, Any]
) -> None:
    ask(model_at(stub, name), temperature=0.0, max_tokens=9)
    assert {
        key: value for key, value in stub.requests[0].body.items() if key not in {"model", "messages"}
    } == parameters


def test_what_is_not_decided_is_not_sent(stub: EndpointStub) -> None:
    ask(model_at(stub, GPT), temperature=None)
    assert sorted(stub.requests[0].body) == ["messages", "model"]


def test_connections_are_kept_alive(stub: EndpointStub) -> None:
    model = model_at(stub, GPT)

    async def ask_in_turn() -> None:
        for _ in range(10):
            await model.generate(user("hello"), Sampling())

    asyncio.run(ask_in_turn())
    assert (stub.answered, stub.connections) == (10, 1)


def test_a_model_outlives_its_event_loop(stub: EndpointStub) -> None:
    model = model_at(stub, GPT)
    assert [ask(model), ask(model)] == [HELLO, HELLO]


@pytest.mark.parametrize(
    ("body", "text", "reason"),
    [
        (chat_completion(None, refusal="I cannot."), "I cannot.", "stop"),
        (chat_completion(None, "content_filter"), "", "content_filter"),
        (chat_completion("cut sh", "length"), "cut sh", "length"),
        (chat_completion("\ud83d\ude00 ünï"), "😀 ünï", "stop"),
    ],
)
def test_refusals_and_cut_answers_are_answers(stub: EndpointStub, body: Any, text: str, reason: str) -> None:
    stub.planned = [Reply(body=body)]
    assert ask(model_at(stub, GPT)) == Completion(text, Usage(11, 7, 3), reason)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [(rb"a\ud83d b", "a? b"), (rb"a\udc00 b", "a? b"), (b"a\xff b", "a\N{REPLACEMENT CHARACTER} b")],
)
def test_an_answer_with_broken_characters_is_kept(stub: EndpointStub, broken: bytes, whole: str) -> None:
    stub.planned = [Reply(body=b'{"choices": [{"message": {"content": "' + broken + b'"}}]}')]
    assert ask(model_of(endpoint_at(stub), max_retries=0)).text == whole


def test_a_question_with_broken_characters_can_be_asked(stub: EndpointStub) -> None:
    assert ask(model_at(stub, GPT), "a\ud83d b").text == "answer to: a? b"


def test_usage_is_estimated_when_the_endpoint_does_not_count(stub: EndpointStub) -> None:
    stub.planned = [Reply(body={"choices": [{"message": {"content": "x" * 40}}]})]
    assert ask(model_at(stub, GPT), "y" * 80) == Completion("x" * 40, Usage(20, 10), None)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (openai_error(429, "Rate limit reached"), "HTTP 429: Rate limit reached"),
        (openai_error(500, "The server had an error"), "HTTP 500: The server had an error"),
        (Reply(502, "<html><head><title>502 Bad Gateway</title></head></html>"), "HTTP 502: 502 Bad Gateway"),
        (Reply(cut=0), "the connection broke: ServerDisconnectedError: Server disconnected"),
        (Reply(cut=40), "the connection broke: ContentLengthError: "),
        (Reply(body='{"choices": ['), "its reply is malformed: Input data was truncated"),
        (Reply(body="<html>welcome to the hotel</html>"), "its reply is malformed: JSON is malformed"),
        (Reply(body={"choices": "none"}), "its reply is malformed: Expected `array | null`, got `str`"),
        (Reply(body={"choices": []}), "its reply is malformed: it holds no choice"),
        (Reply(body=chat_completion("half", "error")), "the answer broke off: half"),
        (Reply(body={"error": {"code": 502, "message": "Provider died"}}), "HTTP 502: Provider died"),
        (Reply(body="not packed", headers={"Content-Encoding": "gzip"}), "the connection broke: error: Error"),
    ],
)
def test_these_failures_are_tried_again(stub: EndpointStub, reply: Reply, words: str) -> None:
    stub.planned = [reply, reply]
    with pytest.raises(ModelError, match=f"^test/model gave no answer in 1 attempt: {re.escape(words)}"):
        ask(model_of(endpoint_at(stub), max_retries=0))
    completion = ask(model_of(endpoint_at(stub)))
    assert (completion.text, completion.retries, completion.waited_seconds) == ("answer to: hello", 1, 0.5)


def test_an_answer_that_does_not_come_is_given_up(stub: EndpointStub) -> None:
    stub.planned = [Reply(body=chat_completion("too late"), delay=30)]
    completion = ask(model_of(endpoint_at(stub), timeout_seconds=1))
    assert completion.text == "answer to: hello"
    assert completion.retries >= 1  # more on a machine so busy that a second is not enough either


def test_nobody_listening_is_a_failure_that_may_pass() -> None:
    endpoint = OpenAIEndpoint("m", base_url="http://127.0.0.1:9/v1", api_key=KEY, timeout_seconds=10)
    words = "test/model gave no answer in 3 attempts: the connection broke: ConnectionRefusedError"
    with pytest.raises(ModelError, match=f"^{words}"):
        ask(model_of(endpoint, max_retries=2))


def test_retry_after_is_waited_for(stub: EndpointStub) -> None:
    clock = InstantClock()
    stub.planned = [openai_error(429, "Rate limit reached", Retry_After="20")]
    assert ask(model_of(endpoint_at(stub), clock=clock)).waited_seconds == 20.5
    assert clock.naps == [20.5]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (openai_error(400, "bad\ntemperature"), "HTTP 400: bad temperature"),
        (openai_error(403, "no access"), "HTTP 403: no access; check what the key may do"),
        (
            openai_error(404, "The model `gpt-9` does not exist", "model_not_found"),
            "HTTP 404: The model `gpt-9` does not exist; check the model's name and --base-url",
        ),
        (Reply(422, {"detail": "no such field"}), "HTTP 422: no such field"),
        (openai_error(429, "You exceeded your quota", "insufficient_quota"), "HTTP 429: You exceeded your quota"),
        (Reply(body={"error": {"code": 402, "message": "no credit"}}), "HTTP 402: no credit; check the account"),
    ],
)
def test_a_refused_request_stops_at_once(stub: EndpointStub, reply: Reply, message: str) -> None:
    stub.planned = [reply]
    with pytest.raises(RequestRefusedError, match=f"^{re.escape(f'test/model refuses requests: {message}')}$"):
        ask(model_of(endpoint_at(stub)))
    assert stub.asked == 1


def test_a_wrong_key_stops_at_once_with_the_servers_words(stub: EndpointStub) -> None:
    message = "test/model refuses requests: HTTP 401: Incorrect API key provided: the-w***ng.; check the key"
    with pytest.raises(RequestRefusedError, match=f"^{re.escape(message)}$"):
        ask(model_of(endpoint_at(stub, key="the-wrong")))
    assert stub.asked == 1


@pytest.mark.parametrize(
    "reply",
    [
        openai_error(400, "maximum context length is 8192", "context_length_exceeded"),
        openai_error(400, "The response was filtered", "content_filter"),
        Reply(400, {"error": {"message": "the request is too large", "type": "exceed_context_size_error"}}),
        Reply(413, ""),
    ],
)
def test_a_question_that_is_refused_does_not_stop_the_others(stub: EndpointStub, reply: Reply) -> None:
    stub.planned = [reply]
    with pytest.raises(QuestionRefusedError, match=r"^test/model refuses this question: HTTP 4\d\d: "):
        ask(model_of(endpoint_at(stub)))
    assert stub.asked == 1


def test_once_it_has_answered_a_bad_request_is_about_its_question(stub: EndpointStub) -> None:
    model = model_of(endpoint_at(stub))
    ask(model)
    stub.planned = [openai_error(400, "Something."), openai_error(401, "Gone.")]
    with pytest.raises(QuestionRefusedError, match=r"^test/model refuses this question: HTTP 400: Something\.$"):
        ask(model)
    with pytest.raises(RequestRefusedError, match=r"^test/model refuses requests: HTTP 401: Gone\."):
        ask(model)


def test_no_more_calls_are_under_way_than_allowed(stub: EndpointStub) -> None:
    stub.latency = 0.01
    model = model_at(stub, GPT, max_concurrent=3)

    async def ask_all() -> None:
        await asyncio.gather(*(model.generate(user(str(number)), Sampling()) for number in range(30)))

    asyncio.run(ask_all())
    assert (stub.answered, stub.most_at_once) == (30, 3)


def test_models_of_one_endpoint_share_its_pace(stub: EndpointStub) -> None:
    stub.latency = 0.01
    models = [model_at(stub, name, max_concurrent=2) for name in ("gpt-4o", "gpt-4o-mini", "o4-mini")]

    async def ask_all() -> None:
        await asyncio.gather(*(model.generate(user("a"), Sampling()) for model in models for _ in range(5)))

    asyncio.run(ask_all())
    assert (stub.answered, stub.most_at_once) == (15, 2)


def test_an_endpoint_that_bears_ten_calls_at_once_is_seldom_asked_more(stub: EndpointStub) -> None:
    stub.latency = 0.01
    stub.decide = lambda number, request: openai_error(429, "Too many") if stub.at_once > 10 else None
    model = model_of(endpoint_at(stub), max_retries=50)

    async def ask_all() -> list[Completion]:
        return await asyncio.gather(*(model.generate(user("a"), Sampling()) for _ in range(300)))

    refused = sum(completion.retries for completion in asyncio.run(ask_all()))
    assert stub.answered == 300
    assert 0 < refused < 60


def test_the_model_that_users_get_counts_and_keeps_what_it_pays_for(stub: EndpointStub, tmp_path: Path) -> None:
    options = ModelOptions(base_url=stub.base_url, cache_folder=tmp_path, max_total_tokens=18)
    model = make_model(GPT, references={}, seed=0, options=options)
    stub.planned = [openai_error(429, "Rate limit reached", retry_after_ms="1")]

    async def ask_twice() -> list[Completion]:
        return [await model.generate(user("hello"), Sampling()) for _ in range(2)]

    paid, kept = asyncio.run(ask_twice())
    assert (paid.text, paid.retries, paid.cached, kept.text, kept.cached) == (HELLO.text, 1, False, HELLO.text, True)
    assert stub.answered == 1
    with pytest.raises(BudgetReachedError):
        asyncio.run(model.generate(user("another"), Sampling()))


def test_a_fitting_name_without_cache_asks_every_time(stub: EndpointStub) -> None:
    model = make_model(GPT, references={}, seed=0, options=ModelOptions(base_url=stub.base_url, use_cache=False))
    assert model.name == GPT
    assert [asyncio.run(model.generate(user("hello"), Sampling())) for _ in range(2)] == [HELLO, HELLO]
    assert stub.answered == 2
