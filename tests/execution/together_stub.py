"""A local server that speaks the protocol of Together's code interpreter.

It really runs what it is sent, in a plain subprocess without any sandbox: for the programs of our own tests only.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY = "the-key"


@dataclass(frozen=True)
class Reply:
    """What the server answers in place of running the code; with *headers_only* the connection is cut after them."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    headers_only: bool = False


def success(*outputs: tuple[str, Any]) -> Reply:
    """A run with the given outputs."""
    shown = [{"type": kind, "data": data} for kind, data in outputs]
    return Reply(200, {"data": {"outputs": shown, "session_id": "s", "status": "success"}, "errors": None})


class TogetherStub:
    """The server's address, what it was asked, and what it is to answer next."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.planned: list[Reply] = []
        self.questions: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def answer(self, path: str, key: str, question: dict[str, Any]) -> Reply:
        with self._lock:
            self.paths.append(path)
            self.questions.append(question)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            planned = self.planned.pop(0) if self.planned else None
        try:
            if key != f"Bearer {KEY}":
                return Reply(401, {"error": {"message": "Invalid API key provided", "type": "invalid_request_error"}})
            return planned or run(question["code"])
        finally:
            with self._lock:
                self._at_once -= 1


def run(code: str) -> Reply:
    """As the service does: an error of the code is an ``error`` output of a success."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-I", "-S", "-"]
        done = subprocess.run(command, input=code.encode(), capture_output=True, check=False, env={"TMPDIR": folder})
    stdout, stderr = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    kinds = (("stdout", stdout), ("error" if done.returncode else "stderr", stderr))
    return success(*((kind, data) for kind, data in kinds if data))


@contextmanager
def together_stub(make: Callable[[str], TogetherStub] = TogetherStub) -> Iterator[TogetherStub]:
    """A server on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    stub = make(f"http://127.0.0.1:{server.server_port}/v1")
    server.stub = stub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NO_PROXY", "127.0.0.1")
            yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stub: TogetherStub = self.server.stub  # type: ignore[attr-defined]
        reply = stub.answer(self.path, self.headers.get("Authorization", ""), question)
        body = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.headers_only:
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
