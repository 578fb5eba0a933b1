"""Find the code and the flag in a model's reply.

The code is the last ``<code>…</code>`` (an opening tag without its end counts up to the end of the reply), else the
last fenced block, else the whole reply where it is nothing but a Python program. Thoughts in ``<think>`` tags are not
part of the answer.
"""

import ast
import re
from dataclasses import dataclass

__all__ = ["Extraction", "extract_reply"]

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_CODE_TAG = re.compile(r"<code>(.*?)(?:</code>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_FLAG_TAG = re.compile(r"<flag>(.*?)(?:</flag>|\Z)", re.DOTALL | re.IGNORECASE)
_PYTHON_NAMES = ("python", "py", "python3", "")


@dataclass(frozen=True)
class Extraction:
    """What a reply holds: the program, and what the flag says; None for what is not there."""

    code: str | None
    flag: str | None


def extract_reply(text: str) -> Extraction:
    """Find code and flag in *text*; a flag counts outside the code only."""
    text = _THOUGHT.sub("", text)
    code, rest = _split_code(text)
    flag = _FLAG_TAG.search(rest)
    return Extraction(code, flag.group(1).strip() if flag else None)


def _split_code(text: str) -> tuple[str | None, str]:
    """The code, and the reply without any of its code blocks."""
    tagged = [match.group(1) for match in _CODE_TAG.finditer(text)]
    rest = _CODE_TAG.sub("", text)
    for block in reversed(tagged):
        code = _unfence(block)
        if code.strip():
            return code, _FENCE.sub("", rest)
    fenced = [match.group(2) for match in _FENCE.finditer(rest) if match.group(1).lower() in _PYTHON_NAMES]
    for block in reversed(fenced):
        if block.strip():
            return block, _FENCE.sub("", rest)
    if not tagged and _is_program(text):
        return text, ""
    return None, _FENCE.sub("", rest)


def _unfence(block: str) -> str:
    """The tag's content without a fence that wraps all of it, and without the blank line behind the tag."""
    match = _FENCE.fullmatch(block.strip())
    return match.group(2) if match else block.strip("\r\n")


def _is_program(text: str) -> bool:
    """Whether *text* is Python that does something: a word of prose parses as a name, so a statement is asked for."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not isinstance(statement, ast.Expr) for statement in body)
