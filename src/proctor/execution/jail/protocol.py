"""The words that the parent and the fork server exchange over their socket: fixed headers and raw bytes.

A request is a header, then a body of JSON that only the child reads. An answer is a header that comes with the three
files that the child wrote: results, standard output, standard error. The server itself never looks into any of them.
"""

import json
import struct
from typing import Any, NamedTuple

MAX_BODY = 256 << 20  # bytes; the largest request that a server takes

_REQUEST = struct.Struct("!I?dddIQQQ")
_ANSWER = struct.Struct("!?iddQQQQ?")
REQUEST_BYTES, ANSWER_BYTES = _REQUEST.size, _ANSWER.size
FRAME_HEAD = struct.Struct("!I")
_MOST_ELEMENTS = 1_000_000  # commas and opening brackets of the largest value that our encoder writes, and some
_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Request(NamedTuple):
    """What the server needs to know: sizes in bytes, times in seconds."""

    body_bytes: int
    has_channel: bool
    step_cpu_seconds: float
    step_wall_seconds: float
    total_wall_seconds: float
    total_cpu_seconds: int
    memory_bytes: int
    output_bytes: int
    result_bytes: int

    def pack(self) -> bytes:
        """The header's bytes."""
        return _REQUEST.pack(*self)

    @classmethod
    def unpack(cls, data: bytes) -> "Request":
        """The header that *data* holds."""
        return cls._make(_REQUEST.unpack(data))


class Answer(NamedTuple):
    """How the child ended.

    *killed* says that the server stopped it for its time, *status* is wait(2)'s; without *began* the problem's prelude
    failed before the solution had its turn, so that the results are not the solution's.
    """

    killed: bool
    status: int
    cpu_seconds: float
    wall_seconds: float
    max_rss_bytes: int
    result_bytes: int
    stdout_bytes: int
    stderr_bytes: int
    began: bool = True

    def pack(self) -> bytes:
        """The header's bytes."""
        return _ANSWER.pack(*self)

    @classmethod
    def unpack(cls, data: bytes) -> "Answer":
        """The header that *data* holds."""
        return cls._make(_ANSWER.unpack(data))


def pack_frame(message: dict[str, Any]) -> bytes:
    """A result frame: the length in four bytes, then JSON in ASCII (lone surrogates survive as escapes)."""
    data = _to_json(message).encode("ascii")
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


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


_from_json = json.JSONDecoder(parse_constant=_refuse_constant).scan_once  # raises StopIteration where no value starts


def _parse(data: bytes) -> dict[str, Any]:
    if data.count(b",") + data.count(b"[") > _MOST_ELEMENTS:  # counted before a list of any of them is made
        raise ValueError("a frame has too many elements")
    try:
        frame, end = _from_json(data.decode("ascii"), 0)
    except StopIteration:
        raise ValueError("a frame is no JSON") from None
    except RecursionError:
        raise ValueError("a frame is nested too deep") from None
    if not isinstance(frame, dict) or end != len(data):
        raise ValueError("a frame is no object")
    return frame
