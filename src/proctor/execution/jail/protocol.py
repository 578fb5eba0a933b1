"""The words that the parent and the fork server exchange over their socket: fixed headers and raw bytes.

A request is a header, then a body of JSON that only the child reads. An answer is a header that comes with the three
files that the child wrote: results, standard output, standard error. The server itself never looks into any of them.
"""

from __future__ import annotations

import struct

from proctor.execution.jail.plain_json import from_json, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_BODY = 256 << 20  # bytes; the largest request that a server takes

_REQUEST = struct.Struct("!I?dddIQQQ")
_ANSWER = struct.Struct("!?iddQQQQ?")
REQUEST_BYTES, ANSWER_BYTES = _REQUEST.size, _ANSWER.size
FRAME_HEAD = struct.Struct("!I")
_MOST_ELEMENTS = 1_000_000  # commas and opening brackets of the largest value that our encoder writes, and some


class Request:
    """What the server needs to know: sizes in bytes, times in seconds."""

    def __init__(
        self,
        body_bytes: int,
        has_channel: bool,
        step_cpu_seconds: float,
        step_wall_seconds: float,
        total_wall_seconds: float,
        total_cpu_seconds: int,
        memory_bytes: int,
        output_bytes: int,
        result_bytes: int,
    ) -> None:
        self.body_bytes = body_bytes
        self.has_channel = has_channel
        self.step_cpu_seconds = step_cpu_seconds
        self.step_wall_seconds = step_wall_seconds
        self.total_wall_seconds = total_wall_seconds
        self.total_cpu_seconds = total_cpu_seconds
        self.memory_bytes = memory_bytes
        self.output_bytes = output_bytes
        self.result_bytes = result_bytes

    def pack(self) -> bytes:
        """The header's bytes."""
        return _REQUEST.pack(*vars(self).values())

    @classmethod
    def unpack(cls, data: bytes) -> Request:
        """The header that *data* holds."""
        return cls(*_REQUEST.unpack(data))


class Answer:
    """How the child ended.

    *killed* says that the server stopped it for its time, *status* is wait(2)'s; without *began* the problem's prelude
    failed before the solution had its turn, so that the results are not the solution's.
    """

    def __init__(
        self,
        killed: bool,
        status: int,
        cpu_seconds: float,
        wall_seconds: float,
        max_rss_bytes: int,
        result_bytes: int,
        stdout_bytes: int,
        stderr_bytes: int,
        began: bool = True,
    ) -> None:
        self.killed = killed
        self.status = status
        self.cpu_seconds = cpu_seconds
        self.wall_seconds = wall_seconds
        self.max_rss_bytes = max_rss_bytes
        self.result_bytes = result_bytes
        self.stdout_bytes = stdout_bytes
        self.stderr_bytes = stderr_bytes
        self.began = began

    def pack(self) -> bytes:
        """The header's bytes."""
        return _ANSWER.pack(*vars(self).values())

    @classmethod
    def unpack(cls, data: bytes) -> Answer:
        """The header that *data* holds."""
        return cls(*_ANSWER.unpack(data))


def pack_frame(message: dict[str, Any]) -> bytes:
    """A result frame: the length in four bytes, then JSON in ASCII (lone surrogates survive as escapes)."""
    data = to_json(message).encode("ascii")
    return FRAME_HEAD.pack(len(data)) + data


def unpack_frames(data: bytes, most: int) -> list[dict[str, Any]]:
    """The first *most* frames in *data*, which a solution may have written itself.

    Raises:
        ValueError: A frame is cut, is no JSON object, is nested too deep or has more elements than any of ours.
    """
    frames: list[dict[str, Any]] = []
    at, end = 0, len(data)
    while at < end and len(frames) < most:
        start = at + FRAME_HEAD.size
        if start > end:
            raise ValueError("a frame is cut")
        at = start + FRAME_HEAD.unpack_from(data, at)[0]
        if at > end:
            raise ValueError("a frame is cut")
        frames.append(_parse(data[start:at]))
    return frames


def _parse(data: bytes) -> dict[str, Any]:
    if data.count(b",") + data.count(b"[") > _MOST_ELEMENTS:  # counted before a list of any of them is made
        raise ValueError("a frame has too many elements")
    frame = from_json(data.decode("ascii"))
    if not isinstance(frame, dict):
        raise ValueError("a frame is no object")
    return frame
