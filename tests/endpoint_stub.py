"""A local server that speaks OpenAI's chat completions and Anthropic's messages, and fails as it is told.

Unless something else is planned it answers every question with that question: ``answer to: QUESTION``. Run as a program
it prints its port and serves until it is killed; ``--latency SECONDS`` makes it slow.
"""

import argparse
import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

KEY = "the-key"
TOKENS = 500  # of every metered answer: more than the estimate of any question here
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request in place of answering it.

    Attributes:
        body: Text or bytes as they are, anything else as JSON; None for the answer to the question.
        delay: Seconds before the first byte.
        cut: Bytes of the body after which the connection is dropped; with 0 nothing is sent, not even the headers.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def question(self) -> str:
        return str(self.body["messages"][-1]["content"])


def openai_error(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """A failure in OpenAI's words."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


def anthropic_error(status: int, kind: str, message: str, **headers: str) -> Reply:
    """A failure in Anthropic's words."""
    body = {"type": "error", "error": {"type": kind, "message": message}}
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def chat_completion(text: str | None, finish_reason: str = "stop", **message: Any) -> dict[str, Any]:
    """The body of an OpenAI answer."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None, **message},
                "logprobs": None,
                "finish_reason": finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": 11,
            "completion_tokens": 7,
            "total_tokens": 18,
            "prompt_tokens_details": {"cached_tokens": 3},
        },
    }


def metered(text: str, *, delay: float = 0.0) -> Reply:
    """An OpenAI answer that takes :data:`TOKENS` tokens."""
    usage = {"prompt_tokens": TOKENS - 20, "completion_tokens": 20}
    return Reply(body=chat_completion(text) | {"usage": usage}, delay=delay)


def anthropic_message(*texts: str, stop_reason: str = "end_turn") -> dict[str, Any]:
    """The body of an Anthropic answer."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": text} for text in texts],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 11,
            "output_tokens": 7,
            "cache_creation_input_tokens": 2,
            "cache_read_input_tokens": 3,
        },
    }


class EndpointStub:
    """The server's address, what it was asked, and what it is to do next.

    Attributes:
        answered: Plain answers that were sent in full.
        connected: Callers that are connected.
        planned: What is done with the next requests, in order.
        decide: Asked about every request beyond those, with its number from 0; None for the plain answer.
        latency: Seconds that every plain answer takes.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.connected = 0
        self.host = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.host}/v1"
        self.reset()

    def reset(self) -> None:
        self.planned: list[Reply] = []
        self.decide: Callable[[int, Request], Reply | None] = lambda number, request: None
        self.requests: list[Request] = []
        self.keep_requests = True
        self.latency = 0.0
        self.answered = self.asked = self.connections = self.at_once = self.most_at_once = 0

    def reply_to(self, request: Request) -> Reply:
        number, self.asked = self.asked, self.asked + 1
        if self.keep_requests:
            self.requests.append(request)
        given = {request.headers.get("authorization", "").removeprefix("Bearer "), request.headers.get("x-api-key")}
        if KEY not in given:
            return openai_error(401, "Incorrect API key provided: the-w***ng.", "invalid_api_key")
        if self.planned:
            return self.planned.pop(0)
        return self.decide(number, request) or Reply(delay=self.latency)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.connected += 1
        try:
            while (request := await _read(reader)) is not None:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    go_on = await self._answer(request, writer)
                finally:
                    self.at_once -= 1
                if not go_on:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller is gone, or the server stops: a task that ends as cancelled would be reported
        finally:
            self.connected -= 1
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        reply = self.reply_to(request)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if reply.cut == 0:
            return False
        body = _encode(self._plain_answer(request) if reply.body is None else reply.body)
        kind = "text/html" if body.startswith(b"<") else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else "Strange"
        writer.write(f"HTTP/1.1 {reply.status} {phrase}\r\n{head}\r\n".encode() + body[: reply.cut])
        await writer.drain()
        self.answered += reply.body is None and reply.status == 200 and reply.cut is None
        return reply.cut is None

    def _plain_answer(self, request: Request) -> dict[str, Any]:
        text = f"answer to: {request.question}"
        return anthropic_message(text) if request.path == MESSAGES else chat_completion(text)


def _encode(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = (line.split(":", 1) for line in lines if line)
    headers = {name.lower(): value.strip() for name, value in fields}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(first.split()[1], headers, json.loads(body or b"{}"))


async def start_stub() -> tuple[asyncio.Server, EndpointStub]:
    """A server on a free port in the running loop, and what there is to say to it."""
    stub = EndpointStub(0)
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0, limit=1 << 22, backlog=1024)
    EndpointStub.__init__(stub, server.sockets[0].getsockname()[1])
    return server, stub


@contextmanager
def endpoint_stub() -> Iterator[EndpointStub]:
    """A server on a free port of this machine, in a thread of its own."""
    loop = asyncio.new_event_loop()
    server, stub = loop.run_until_complete(start_stub())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NO_PROXY", "127.0.0.1")
            yield stub
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _serve_for_ever(latency: float) -> None:
    server, stub = await start_stub()
    stub.keep_requests, stub.latency = False, latency
    print(stub.port, flush=True)  # noqa: T201 whoever started this program reads it
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    asyncio.run(_serve_for_ever(parser.parse_args().latency))
