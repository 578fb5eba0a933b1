"""The channel between the two processes of an examination: frames over a socket pair, either side hostile."""

from __future__ import annotations

import os

from proctor.execution.jail.plain_json import from_json
from proctor.execution.jail.protocol import FRAME_HEAD, pack_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CHANNEL = 4  # the descriptor that the fork server puts it on
MAX_FRAME = 64 << 20  # bytes; a longer frame is no frame of ours


def send(channel: int, message: dict[str, Any]) -> None:
    """Write one frame to the other process of an examination."""
    view = memoryview(pack_frame(message))
    while view:
        view = view[os.write(channel, view) :]


def receive(channel: int) -> dict[str, Any] | None:
    """Read one frame; None when the other side is gone.

    Raises:
        ValueError: What came is no frame of ours.
    """
    head = _read_exactly(channel, FRAME_HEAD.size)
    if head is None:
        return None
    (size,) = FRAME_HEAD.unpack(head)
    if size > MAX_FRAME:
        raise ValueError(f"a frame of {size} bytes")
    data = _read_exactly(channel, size)
    if data is None:
        return None
    message = from_json(data.decode("ascii"))
    if not isinstance(message, dict):
        raise ValueError("a frame is no object")
    return message


def _read_exactly(channel: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        try:
            piece = os.read(channel, min(size - len(data), 1 << 16))
        except ConnectionError:
            return None
        if not piece:
            return None
        data += piece
    return bytes(data)
