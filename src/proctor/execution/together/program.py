"""The program that the service runs for us, and the way back from what it printed.

It carries the sources of ``jail`` (proctor is not installed there), so that a solution is run, and its values are
encoded, by the same code as on this machine; :class:`proctor.execution.outcome.RunReader` reads what it left. All that
comes back is hostile: it is matched, decoded and measured, never evaluated or unpickled.
"""

import base64
import binascii
import functools
import importlib.resources
import json
import re
import struct
import zlib
from collections.abc import Sequence
from importlib.resources.abc import Traversable

from proctor.errors import ExecutionError
from proctor.execution.fork_server import Run
from proctor.execution.jail.protocol import ANSWER_BYTES, Answer, Request
from proctor.execution.together.client import Output


class ForgedError(Exception):
    """The output holds what our program never writes: the solution wrote it."""


class LostError(Exception):
    """The solution's turn came, and nothing after it: the solution took our program down with it."""


def build_program(request: Request, body: bytes, longest_seconds: float, token: str) -> str:
    """Source text that runs one request and prints what it left between *token* marks."""
    task = {
        "files": _sources(),
        "request": base64.b64encode(request.pack() + body).decode("ascii"),
        "seconds": f"{longest_seconds:.0f}",
    }
    payload = base64.b64encode(zlib.compress(json.dumps(task).encode("ascii"))).decode("ascii")
    return f"{_read('together/remote/bootstrap.py')}\n\nmain({payload!r}, {token!r})\n"


def read_run(outputs: Sequence[Output], request: Request, token: str) -> Run:
    """What the child left.

    Raises:
        ExecutionError: The solution's turn never came, or the service cut the output.
        LostError: The turn came, and the program was ended in it.
        ForgedError: The marks are not ours.
    """
    text = "".join(output.data for output in outputs if output.type == "stdout" and isinstance(output.data, str))
    marks = re.findall(rf"{token}:(began|done|lost|failed):([A-Za-z0-9+/=]*);", text)
    words = [word for word, _ in marks]
    if text.count(token) > len(marks):
        raise ExecutionError(f"the service cut the output of a run after {len(text)} characters")
    if words in (["began"], ["began", "lost"]):
        raise LostError(_complaint(outputs))
    if words == ["began", "done"]:
        return _unpack(_decompress(marks[1][1], _room(request)), request)
    if words in (["failed"], ["began", "failed"]):
        said = _decompress(marks[-1][1], 1 << 16).decode("utf-8", "replace").strip()
        raise ExecutionError(f"the remote run did not start: {_last_line(said)}")
    if not words:
        raise ExecutionError(f"the remote run did not start: {_complaint(outputs)}")
    raise ForgedError


def _unpack(data: bytes, request: Request) -> Run:
    try:
        answer = Answer.unpack(data[:ANSWER_BYTES])
    except struct.error:
        raise ForgedError from None
    sizes = (answer.result_bytes, answer.stdout_bytes, answer.stderr_bytes)
    caps = (request.result_bytes, request.output_bytes, request.output_bytes)
    if ANSWER_BYTES + sum(sizes) != len(data) or any(size > cap for size, cap in zip(sizes, caps, strict=True)):
        raise ForgedError
    first, second = ANSWER_BYTES + sizes[0], ANSWER_BYTES + sizes[0] + sizes[1]
    return Run(answer, data[ANSWER_BYTES:first], data[first:second], data[second:])


def _room(request: Request) -> int:
    return ANSWER_BYTES + request.result_bytes + 2 * request.output_bytes


def _decompress(text: str, most: int) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text), most)
    except (binascii.Error, zlib.error):
        raise ForgedError from None
    if not unpacker.eof:
        raise ForgedError
    return data


def _complaint(outputs: Sequence[Output]) -> str:
    """The last line of what went wrong, in the service's words."""
    texts = [str(output.data) for output in outputs if output.type in ("error", "stderr")]
    return _last_line("\n".join(texts).strip())


def _last_line(text: str) -> str:
    return text.splitlines()[-1][:500] if text else "no reason given"


@functools.cache
def _sources() -> dict[str, str]:
    """The files that the runner imports and itself, by their paths in its folder."""
    jail = importlib.resources.files("proctor.execution").joinpath("jail")
    files = {f"proctor/execution/jail/{entry.name}": entry.read_text("utf-8") for entry in _modules(jail)}
    # regular packages, so that a proctor that is installed over there does not take their place
    empty = {"proctor/__init__.py": "", "proctor/execution/__init__.py": ""}
    return {**empty, **files, "runner.py": _read("together/remote/runner.py")}


def _modules(folder: Traversable) -> list[Traversable]:
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".py")), key=lambda entry: entry.name)


@functools.cache
def _read(path: str) -> str:
    return importlib.resources.files("proctor.execution").joinpath(path).read_text("utf-8")
