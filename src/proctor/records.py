"""JSON and JSON Lines on disk: records in and out, bad input named as ``path:line``, nothing left half-written.

Records are dataclasses, dicts, lists and plain values, enums included; msgspec encodes them and checks them on the
way in. Everything streams: memory holds one row at a time.
"""

import codecs
import contextlib
import errno
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, overload

import msgspec

from proctor.errors import InputError
from proctor.stopwatch import spent_on

__all__ = [
    "JsonlAppender",
    "count_rows",
    "decode_json",
    "encode_json",
    "located_lines",
    "read_json",
    "read_jsonl",
    "read_located_jsonl",
    "replacing",
    "write_json",
    "write_jsonl",
]

T = TypeVar("T")

HALF_PAIR_HINTS = ("surrogate", "hex escape", "truncated")  # what msgspec says of one, by the field and what follows
BLOCK = 64 * 1024  # bytes read at a time when looking for the end of the last whole row


@overload
def read_jsonl(path: str | Path) -> Iterator[dict[str, Any]]: ...
@overload
def read_jsonl(path: str | Path, type: type[T]) -> Iterator[T]: ...
def read_jsonl(path: str | Path, type: type = dict) -> Iterator[Any]:
    """Every row of a JSON Lines file, gzipped when its name ends in ``.gz``; blank lines are passed over.

    Args:
        path: The file.
        type: What each row must be: ``dict`` for any object, a dataclass for its fields with their exact types.

    Raises:
        InputError: There is no such file, or a row is not JSON of that type; the message begins with ``path:line``.
    """
    located: Iterator[tuple[str, Any]] = read_located_jsonl(path, type)
    for _where, row in located:
        yield row


@overload
def read_located_jsonl(path: str | Path) -> Iterator[tuple[str, dict[str, Any]]]: ...
@overload
def read_located_jsonl(path: str | Path, type: type[T]) -> Iterator[tuple[str, T]]: ...
def read_located_jsonl(path: str | Path, type: type = dict) -> Iterator[tuple[str, Any]]:
    """Every row as :func:`read_jsonl` gives it, each after its ``path:line`` for later complaints about it."""
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(type)
    for where, line in located_lines(path):
        yield where, _decode(decoder, line, where)


def located_lines(path: str | Path) -> Iterator[tuple[str, bytes]]:
    """Every line of a JSON Lines file that is not blank, undecoded and with its line break, after its ``path:line``.

    Raises:
        InputError: There is no such file, or it cannot be read.
    """
    for number, line in _numbered_lines(Path(path)):
        if line.strip():
            yield f"{path}:{number}", line


@overload
def read_json(path: str | Path) -> dict[str, Any]: ...
@overload
def read_json(path: str | Path, type: type[T]) -> T: ...
def read_json(path: str | Path, type: type = dict) -> Any:
    """The one value that a JSON file holds, checked as :func:`read_jsonl` checks a row.

    Raises:
        InputError: There is no such file, or it does not hold JSON of that type; the message begins with ``path``.
    """
    text = b"".join(line for _, line in _numbered_lines(Path(path)))
    return _decode(msgspec.json.Decoder(type), text, str(path))


@overload
def decode_json(text: bytes, where: str) -> dict[str, Any]: ...
@overload
def decode_json(text: bytes, where: str, type: type[T]) -> T: ...
def decode_json(text: bytes, where: str, type: type = dict) -> Any:
    """The one value that *text* spells, such as a part of a row that was left as ``msgspec.Raw``.

    Raises:
        InputError: It is not JSON of that type; the message begins with *where*.
    """
    return _decode(msgspec.json.Decoder(type), text, where)


def count_rows(path: str | Path) -> int:
    """How many rows a JSON Lines file has, without a look at what is in them.

    Raises:
        InputError: There is no such file, or it cannot be read.
    """
    return sum(1 for _ in located_lines(path))


def encode_json(value: object) -> bytes:
    """*value* as one line of JSON, half a surrogate pair replaced as everywhere here."""
    return _encode_line(value)[:-1]


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BufferedIOBase]:
    """A file that takes the place of *path* when the block ends well, and vanishes when it does not.

    Raises:
        InputError: It cannot be written there.
    """
    if path.exists() and not path.is_file():  # a device, say, whose place root may take
        raise InputError(f"cannot write {path}: it is no file")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            file = temporary.open("wb")
        except OSError as error:
            raise InputError(_cannot("write", path, error)) from error
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_jsonl(path: str | Path, rows: Iterable[object]) -> None:
    """Write a whole JSON Lines file, or leave what was there before.

    Raises:
        InputError: The folder of *path* is missing or may not be written.
    """
    with replacing(Path(path)) as file:
        for row in rows:
            file.write(_encode_line(row))


def write_json(path: str | Path, value: object) -> None:
    """Write one value as an indented JSON file with sorted keys, or leave what was there before.

    Raises:
        InputError: The folder of *path* is missing or may not be written.
    """
    encoded = msgspec.json.encode(value, order="sorted")
    with replacing(Path(path)) as file:
        file.write(msgspec.json.format(encoded, indent=2) + b"\n")


class JsonlAppender:
    """Adds rows to the end of a JSON Lines file, each by one write, so that a killed process loses at most one.

    Opening the file cuts off the piece of a row that a killed process left behind; a last row that is whole and
    lacks only its line break gets it. One process at a time may append to a file.

    Raises:
        InputError: The folder of *path* is missing or may not be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise InputError(_cannot("write", self.path, error)) from error
        _mend_last_line(self._fd)

    @spent_on("io")
    def append(self, row: object) -> None:
        """Add one row.

        Raises:
            OSError: The disk is full. What was written of the row is cut off when the file is next opened.
        """
        line = _encode_line(row)
        if os.write(self._fd, line) != len(line):
            raise OSError(errno.ENOSPC, "only a part of a row could be written", str(self.path))

    def close(self) -> None:
        """Bring every row to the disk and close the file; closing again does nothing."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    with _open_to_read(path) as file:
        try:
            for number, line in enumerate(file, start=1):
                yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InputError(f"{path}:{number + 1}: not a whole gzip file ({error})") from error
        except OSError as error:
            raise InputError(_cannot("read", path, error)) from error


def _open_to_read(path: Path) -> BufferedIOBase:
    try:
        return gzip.open(path) if path.suffix == ".gz" else path.open("rb")
    except FileNotFoundError as error:
        raise InputError(f"no such file: {path}") from error
    except OSError as error:
        raise InputError(_cannot("read", path, error)) from error


def _cannot(do: str, path: Path, error: OSError) -> str:
    return f"cannot {do} {path}: {error.strerror or error}"


def _decode(decoder: msgspec.json.Decoder[Any], text: bytes, where: str) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        mended = _mend_surrogates(text) if any(hint in str(error) for hint in HALF_PAIR_HINTS) else None
        if mended is None:
            raise InputError(f"{where}: {error}") from error
        return _decode(decoder, mended, where)


def _encode_line(row: object) -> bytes:
    try:
        return msgspec.json.encode(row) + b"\n"
    except UnicodeEncodeError:
        return _without_lone_surrogates(msgspec.to_builtins(row)) + b"\n"


def _mend_surrogates(text: bytes) -> bytes | None:
    """The same JSON without half surrogate pairs; None when it is no JSON for another reason too."""
    try:
        return _without_lone_surrogates(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _without_lone_surrogates(value: object) -> bytes:
    """JSON with a ``?`` for half a surrogate pair: models and programs can utter one, and no UTF-8 file can hold it."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def _mend_last_line(fd: int) -> None:
    """Cut the piece of a row that stands after the last line break, unless it is a whole row."""
    size = os.fstat(fd).st_size
    end = _end_of_last_line(fd, size)
    if end == size:
        return
    try:
        msgspec.json.decode(os.pread(fd, size - end, end), type=dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        os.ftruncate(fd, end)
    else:
        os.write(fd, b"\n")


def _end_of_last_line(fd: int, size: int) -> int:
    """Offset just after the last line break, in bytes; 0 when there is none."""
    end = size
    while end > 0:
        start = max(0, end - BLOCK)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
