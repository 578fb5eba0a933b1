"""JSON by the interpreter's own C functions, without the package around them.

That package loads ``re`` and ``enum``, half a megabyte that every fork of a bare server would carry.
"""

from __future__ import annotations

from _json import encode_basestring_ascii, make_encoder, make_scanner  # type: ignore[import-not-found, unused-ignore]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def _refuse(value: object) -> NoReturn:
    raise ValueError(f"no JSON: {value!r:.40}")


class _Rules:
    """What the scanner asks for: strict strings, plain objects, no NaN."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)


_scan = make_scanner(_Rules)  # type: ignore[arg-type, unused-ignore]
_encode = make_encoder(None, _refuse, encode_basestring_ascii, None, ":", ",", False, False, False)


def to_json(value: Any) -> str:
    """The text of a value that is known to be a plain tree: in ASCII, without blanks."""
    return "".join(_encode(value, 0))


def from_json(text: str) -> Any:
    """The value that a text without blanks around it stands for.

    Raises:
        ValueError: It is no JSON, is nested too deep, or holds more than one value.
    """
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("no JSON value") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value
