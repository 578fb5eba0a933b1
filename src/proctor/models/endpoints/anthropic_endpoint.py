"""Anthropic's messages: the official SDK over aiohttp.

API version 2023-06-01 is asked for: the later one (2026-10-21), which the SDK sends from 2.0 on, refuses a temperature
for every model.
"""

import functools
import logging
from typing import Any

import anthropic
import msgspec
from anthropic.resources.messages import DEPRECATED_MODELS

from proctor.models.endpoints.connections import LoopClients
from proctor.models.endpoints.http_attempt import decode_reply, malformed, post, wire_messages
from proctor.models.endpoints.traits import default_max_tokens, temperature_for
from proctor.models.model import Completion, Message, Sampling, Usage

API_VERSION = "2023-06-01"

_log = logging.getLogger(__name__)


class AnthropicEndpoint:
    """One model behind one endpoint.

    Args:
        model_id: The model's name there.
        base_url: Where ``/v1/messages`` lies.
        api_key: Anthropic's.
        timeout_seconds: After which a silent connection is given up.
    """

    def __init__(self, model_id: str, *, base_url: str, api_key: str, timeout_seconds: float) -> None:
        self._model_id = model_id
        self._clients = LoopClients(
            lambda: anthropic.AsyncAnthropic(
                api_key=api_key,
                base_url=base_url.removesuffix("/v1"),
                max_retries=0,
                timeout=timeout_seconds,
                default_headers={"anthropic-version": API_VERSION},
                http_client=anthropic.DefaultAioHttpClient(timeout=timeout_seconds),
            )
        )
        _say_deprecated(model_id)

    async def ask(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            TransientError: It may work another time.
            RefusedError: It will not.
        """
        client = await self._clients.get()
        body = await post(client, "/v1/messages", self._parameters(messages, sampling), anthropic)
        reply = decode_reply(body, _REPLY)
        if reply.type != "message":
            raise malformed(f"expected a message, found {reply.type!r}")
        text = "".join(block.text for block in reply.content if block.type == "text")
        return Completion(text, _usage(reply.usage), reply.stop_reason)

    def _parameters(self, messages: list[Message], sampling: Sampling) -> dict[str, Any]:
        said = wire_messages(messages)
        system = "\n\n".join(message["content"] for message in said if message["role"] == "system")
        parameters: dict[str, Any] = {
            "model": self._model_id,
            "max_tokens": sampling.max_tokens or default_max_tokens(self._model_id),
            "messages": [message for message in said if message["role"] != "system"],
        }
        if system:
            parameters["system"] = system
        temperature = temperature_for(self._model_id, sampling.temperature)
        if temperature is not None:
            parameters["temperature"] = temperature
        return parameters


class _Block(msgspec.Struct):
    type: str
    text: str = ""


class _Usage(msgspec.Struct):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Reply(msgspec.Struct):
    type: str
    content: list[_Block]
    usage: _Usage
    stop_reason: str | None = None


_REPLY = msgspec.json.Decoder(_Reply)


def _usage(counted: _Usage) -> Usage:
    """Anthropic counts the tokens that its prompt cache read or wrote apart from the others."""
    read, written = counted.cache_read_input_tokens or 0, counted.cache_creation_input_tokens or 0
    return Usage(counted.input_tokens + read + written, counted.output_tokens, read)


@functools.cache  # once for each model
def _say_deprecated(model_id: str) -> None:
    """By the SDK's table; later than that day Anthropic answers 404, which says nothing of the reason."""
    if model_id in DEPRECATED_MODELS:
        _log.warning("%s is deprecated by Anthropic; its end of life: %s", model_id, DEPRECATED_MODELS[model_id])
