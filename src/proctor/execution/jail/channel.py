"""The channel between the two processes of an examination: frames over a socket pair.

The examiner asks and is answered, one frame at a time; what it reads is the solution's and hostile.
"""

from __future__ import annotations

import os

from proctor.execution.jail.plain_json import from_json
from proctor.execution.jail.protocol import FRAME_HEAD, pack_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CHANNEL = 4  # the descriptor that the fork server puts it on
_USUAL_FRAME, _PIECE = 1 << 12, 1 << 16  # bytes that are read at once: first, and of what is longer
MAX_FRAME = 64 << 20  # bytes; a longer frame is no frame of ours


def send(channel: int, message: dict[str, Any]) -> None:
    """Write one frame to the other process of an examination."""
    send_packed(channel, pack_frame(message))


def send_packed(channel: int, data: bytes) -> None:
    """Write a frame that is packed already."""
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]


def receive(channel: int) -> Any:
    """Read a question of the examiner's, which can be trusted; None when it is gone."""
    data = receive_packed(channel, MAX_FRAME)
    return None if data is None else from_json(data[FRAME_HEAD.size :].decode("ascii"))


def receive_packed(channel: int, most: int) -> bytes | None:
    """Read one frame and leave it packed; None when the other side is gone.

    Either side waits for the other's turn, so that there is nothing to read behind a frame.

    Raises:
        ValueError: It says that it is longer than *most* bytes, or more than one frame has come.
    """
    data = _read(channel, _USUAL_FRAME)
    while len(data) < FRAME_HEAD.size:
        piece = _read(channel, _USUAL_FRAME)
        if not piece:
            return None
        data += piece
    size = FRAME_HEAD.size + FRAME_HEAD.unpack_from(data)[0]
    if size > most:
        raise ValueError(f"a frame of {size} bytes")
    if len(data) < size:
        return _read_rest(channel, bytearray(data), size)
    if len(data) > size:
        raise ValueError("more than one frame")
    return data


def has_unread(channel: int) -> bool:
    """Whether something has come that nobody has read; it is lost if so."""
    os.set_blocking(channel, False)
    try:
        return bool(os.read(channel, 1))
    except OSError:  # nothing there, or nobody
        return False
    finally:
        os.set_blocking(channel, True)


def _read_rest(channel: int, data: bytearray, size: int) -> bytes | None:
    while len(data) < size:
        piece = _read(channel, min(size - len(data), _PIECE))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _read(channel: int, most: int) -> bytes:
    try:
        return os.read(channel, most)
    except ConnectionError:
        return b""
