"""OpenAI's chat completions, which most other endpoints speak too: the official SDK over aiohttp.

The SDK's own retries are off: they would be hidden, and not counted.
"""

from typing import Any

import msgspec
import openai

from proctor.models.endpoints.connections import LoopClients
from proctor.models.endpoints.failures import TransientError, failure_of, one_line
from proctor.models.endpoints.http_attempt import decode_reply, malformed, post, wire_messages
from proctor.models.endpoints.traits import is_reasoning, temperature_for
from proctor.models.model import Completion, Message, Sampling, Usage
from proctor.models.usage import estimate_usage


class OpenAIEndpoint:
    """One model behind one endpoint.

    Args:
        model_id: The model's name there.
        base_url: Where ``/chat/completions`` lies.
        api_key: Sent as the bearer's.
        timeout_seconds: After which a silent connection is given up.
    """

    def __init__(self, model_id: str, *, base_url: str, api_key: str, timeout_seconds: float) -> None:
        self._model_id = model_id
        self._clients = LoopClients(
            lambda: openai.AsyncOpenAI(
                api_key=api_key,
                base_url=base_url,
                max_retries=0,
                timeout=timeout_seconds,
                http_client=openai.DefaultAioHttpClient(timeout=timeout_seconds),
            )
        )

    async def ask(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            TransientError: It may work another time.
            RefusedError: It will not.
        """
        client = await self._clients.get()
        body = await post(client, "/chat/completions", self._parameters(messages, sampling), openai)
        reply = decode_reply(body, _REPLY)
        if reply.error:  # a gateway that had already said 200 when its provider failed
            raise failure_of(_status_in(reply.error), {}, msgspec.json.encode({"error": reply.error}))
        return _completion(reply, messages)

    def _parameters(self, messages: list[Message], sampling: Sampling) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "model": self._model_id,
            "messages": wire_messages(messages),
        }
        temperature = temperature_for(self._model_id, sampling.temperature)
        if temperature is not None:
            parameters["temperature"] = temperature
        if sampling.max_tokens is not None:
            word = "max_completion_tokens" if is_reasoning(self._model_id) else "max_tokens"
            parameters[word] = sampling.max_tokens
        return parameters


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _InputDetails(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _InputDetails | None = None


class _Reply(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


_REPLY = msgspec.json.Decoder(_Reply)


def _completion(reply: _Reply, messages: list[Message]) -> Completion:
    if not reply.choices:
        raise malformed("it holds no choice")
    choice = reply.choices[0]
    if choice.finish_reason == "error":  # a gateway's word for a provider that failed halfway
        raise TransientError(f"the answer broke off: {one_line(choice.message.content or 'no reason given')}")
    text = choice.message.content or choice.message.refusal or ""
    return Completion(text, _usage(reply.usage, messages, text), choice.finish_reason)


def _usage(counted: _Usage | None, messages: list[Message], text: str) -> Usage:
    """What the endpoint counted, else an estimate: a cap on tokens must not see nothing."""
    if counted is None:
        return estimate_usage(messages, text)
    details = counted.prompt_tokens_details
    cached = details.cached_tokens if details else None
    return Usage(counted.prompt_tokens, counted.completion_tokens, cached or 0)


def _status_in(error: Any) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 500
