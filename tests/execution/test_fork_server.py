import asyncio
import sys
from pathlib import Path

import pytest

from proctor.errors import ExecutionError
from proctor.execution import Limits, Program
from proctor.execution.answering import request_body, request_head
from proctor.execution.fork_server import ForkServerHandle
from proctor.execution.isolation import plan_isolation
from proctor.execution.jail.protocol import Answer, Request, pack_frame, unpack_frames

REQUEST = Request(
    body_bytes=19,
    has_channel=False,
    step_cpu_seconds=1.0,
    step_wall_seconds=10.0,
    total_wall_seconds=20.0,
    total_cpu_seconds=2,
    memory_bytes=400 << 20,
    output_bytes=1 << 20,
    result_bytes=1 << 20,
)


def test_a_child_that_fails_before_its_solution_is_our_failure_and_no_verdict() -> None:
    async def ask() -> None:
        server = ForkServerHandle(0, plan_isolation(2))
        await server.start()
        try:
            await server.run(b'{"mode":"nonsense"}', REQUEST, 10.0, None)
        finally:
            server.stop()

    with pytest.raises(ExecutionError, match=r"the sandbox was lost: .*KeyError: 'nonsense'"):
        asyncio.run(ask())


def test_a_request_sent_ahead_never_gets_into_one_that_is_still_being_sent() -> None:
    def asked(stdin: str) -> tuple[bytes, Request]:
        body = request_body("script", Program("print(len(open(0).read()))"), Limits(), stdin=stdin)
        return body, request_head(body, Limits(), 9.0, 1)

    async def ask() -> list[bytes]:
        server = ForkServerHandle(0, plan_isolation(2))
        await server.start()
        try:
            long, short = asked("x" * 30_000_000), asked("y")
            first = asyncio.create_task(server.run(*long, 60.0, None))
            ticket = None
            while ticket is None and not first.done():
                await asyncio.sleep(0)
                ticket = server.send_ahead(*short)
            return [(await first).stdout, (await server.run(*short, 60.0, None, ticket)).stdout]
        finally:
            server.stop()

    assert asyncio.run(ask()) == [b"30000000\n", b"1\n"]


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    answer = f'[ "$2" = -c ] && exec {sys.executable} "$@"'
    broken.write_text(f"#!/bin/sh\n{answer}\necho no such interpreter >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(ExecutionError, match=r"^the sandbox did not start: no such interpreter$"):
        asyncio.run(ForkServerHandle(0, plan_isolation(2), str(broken)).start())


def test_headers_come_back_as_they_were_packed() -> None:
    answer = Answer(True, 9, 1.5, 2.5, 1 << 30, 3, 4, 5)
    assert vars(Request.unpack(REQUEST.pack())) == vars(REQUEST)
    assert vars(Answer.unpack(answer.pack())) == vars(answer)


def test_frames_come_back_as_they_were_packed() -> None:
    frames = [{"i": 0, "v": "é\ud800"}, {}]
    assert unpack_frames(b"".join(map(pack_frame, frames)), 9) == frames


@pytest.mark.parametrize(
    "data", [b"\0", b"\0\0\0\5{}", b"\0\0\0\2[]", b"\0\0\0\3NaN", b"\0\0\x9c\x40" + b"[" * 40_000, b"\0\0\0\1\xff"]
)
def test_forged_frames_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack_frames(data, 9)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo it broke >&2; exit 3", "cannot use the interpreter '{path}': it broke"),
        (
            "echo it is Python 3.9, and solutions need 3.11 or newer >&2; exit 1",
            "'{path}': it is Python 3.9, and solut",
        ),
    ],
)
def test_an_interpreter_that_will_not_do_is_named(tmp_path: Path, script: str, message: str) -> None:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    with pytest.raises(ExecutionError) as caught:
        asyncio.run(ForkServerHandle(0, plan_isolation(2), str(path)).start())
    assert message.format(path=path) in str(caught.value)
