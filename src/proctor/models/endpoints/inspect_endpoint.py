"""Any provider of Inspect (the extra ``inspect``), under the name ``inspect/PROVIDER/MODEL``.

Inspect is made for its own tasks. Outside them it needs care: every call is kept as an event in the transcript of its
context for as long as that lives; its retries have no end unless told, and an SDK's own retries hide below them; it
adapts its own concurrency. So each call gets a context of its own, all retries below ours are off, and the bound on
concurrency is ours. Tried with 0.3.285.
"""

import asyncio
import contextvars
import importlib
from typing import Any

from proctor.errors import InputError
from proctor.models.endpoints.connections import LoopClients
from proctor.models.endpoints.failures import RefusedError, TransientError, failure_of, one_line
from proctor.models.endpoints.traits import temperature_for
from proctor.models.model import Completion, Message, Sampling, Usage
from proctor.models.usage import estimate_usage


class InspectEndpoint:
    """One model of one of Inspect's providers.

    Args:
        model_id: ``PROVIDER/MODEL``, as Inspect knows it.
        base_url: Another address than the provider's; None for its own.
        max_concurrent: Calls that Inspect lets through at once.

    Raises:
        InputError: Inspect is not installed, knows no such provider, or misses a key.
    """

    def __init__(self, model_id: str, *, base_url: str | None, max_concurrent: int) -> None:
        self._model_id = model_id
        self._base_url = base_url
        self._max_concurrent = max_concurrent
        self._inspect = _import_inspect()
        _load_env_file()
        self._connect()  # a missing key or an unknown provider is an error now, not after the first question
        self._clients = LoopClients(self._connect)

    def _connect(self) -> "_InspectClient":
        config = self._inspect.GenerateConfig(
            max_retries=0, max_connections=self._max_concurrent, adaptive_connections=False
        )
        options = {"config": config, "base_url": self._base_url, "memoize": False}
        try:
            try:
                model = self._inspect.get_model(self._model_id, max_retries=0, **options)
            except TypeError:  # a provider whose client has no retries of its own to turn off
                model = self._inspect.get_model(self._model_id, **options)
        except Exception as error:  # each provider raises its own
            raise InputError(f"Inspect cannot reach {self._model_id!r}: {one_line(str(error))}") from None
        return _InspectClient(model)

    async def ask(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            TransientError: It may work another time.
            RefusedError: It will not.
        """
        client = await self._clients.get()
        call = self._generate(client.model, messages, sampling)
        # an empty context: Inspect starts a transcript there, which goes away with it
        output = await asyncio.get_running_loop().create_task(call, context=contextvars.Context())
        if output.error:
            raise TransientError(one_line(output.error))
        return Completion(output.completion, _usage(output, messages), output.stop_reason)

    async def _generate(self, model: Any, messages: list[Message], sampling: Sampling) -> Any:
        kinds = {
            "system": self._inspect.ChatMessageSystem,
            "user": self._inspect.ChatMessageUser,
            "assistant": self._inspect.ChatMessageAssistant,
        }
        temperature = temperature_for(self._model_id, sampling.temperature)
        config = self._inspect.GenerateConfig(temperature=temperature, max_tokens=sampling.max_tokens)
        try:
            return await model.generate([kinds[said.role](content=said.content) for said in messages], config=config)
        except Exception as error:  # each provider raises its own
            raise _failure(model, _cause(error)) from None


class _InspectClient:
    def __init__(self, model: Any) -> None:
        self.model = model

    async def close(self) -> None:
        await self.model.api.aclose()


def _cause(error: Exception) -> Exception:
    """What the provider raised: Inspect's retries wrap it, even when there are none."""
    attempt = getattr(error, "last_attempt", None)
    cause = attempt.exception() if attempt is not None else None
    return cause if isinstance(cause, Exception) else error


def _failure(model: Any, error: Exception) -> TransientError | RefusedError:
    """What the provider's exception means: by its HTTP response if it has one, else by Inspect's judgement."""
    response = getattr(error, "response", None)
    status, content = getattr(response, "status_code", None), getattr(response, "content", None)
    if isinstance(status, int) and isinstance(content, bytes):
        return failure_of(status, response.headers, content)  # type: ignore[union-attr]
    said = one_line(f"{type(error).__name__}: {error}")
    decision = model.api.should_retry(error)
    if decision:
        slow_down = getattr(decision, "kind", None) == "rate_limit"
        return TransientError(said, retry_after=getattr(decision, "retry_after", None), slow_down=slow_down)
    return RefusedError(said, status=status if isinstance(status, int) else 0)


def _usage(output: Any, messages: list[Message]) -> Usage:
    """Inspect counts the tokens that a prompt cache read or wrote apart from the others."""
    counted = output.usage
    if counted is None:
        return estimate_usage(messages, output.completion)
    read, written = counted.input_tokens_cache_read or 0, counted.input_tokens_cache_write or 0
    return Usage(counted.input_tokens + read + written, counted.output_tokens, read)


def _import_inspect() -> Any:
    try:
        return importlib.import_module("inspect_ai.model")
    except ImportError:
        raise InputError("inspect/… models need Inspect; install it with: pip install 'proctor[inspect]'") from None


def _load_env_file() -> None:
    """Inspect's providers read their keys from the environment alone."""
    from dotenv import load_dotenv

    load_dotenv(".env", override=False, interpolate=False)
