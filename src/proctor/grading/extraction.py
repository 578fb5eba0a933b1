"""Find the code and the flag, or the patch, in a model's reply.

The code is the last ``<code>…</code>`` (an opening tag without its end counts up to the end of the reply), else the
last fenced block, else the whole reply where it is nothing but a Python program. A ``</flag>`` at the end of the reply
closes the code that nothing else does. Thoughts in ``<think>`` tags are not part of the answer.

A patch is looked for in the same places, ``<patch>…</patch>`` in place of the code tags. A closing tag counts first
where it begins a line: no line of a patch begins with one, and any other line of it may hold one.
"""

import ast
import re
from dataclasses import dataclass

__all__ = ["Extraction", "extract_patch", "extract_reply", "without_thoughts"]

_THOUGHT = re.compile(r"<think>.*?</think>|\A\s*<think>(?:(?!</think>).)*\Z", re.DOTALL | re.IGNORECASE)
_CODE_TAG = re.compile(r"<code>(.*?)(?:</code>|</flag>\s*\Z|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_FLAG_TAG = re.compile(r"<flag>(.*?)(?:</flag>|\Z)", re.DOTALL | re.IGNORECASE)
_PATCH_TAGS = (
    re.compile(r"^<patch>[ \t]*\n(.*?)^</patch>", re.DOTALL | re.MULTILINE),
    re.compile(r"<patch>(.*?)(?:</patch>|\Z)", re.DOTALL),
)
_PATCH_NAMES = ("diff", "patch")
_PATCH_START = re.compile(r"diff --git |--- .*\n\+\+\+ ")
_PYTHON_NAMES = ("python", "py", "python3", "")


@dataclass(frozen=True)
class Extraction:
    """What a reply holds.

    Attributes:
        code: The program; None when there is none.
        flag: What the flag says; None when there is none.
        code_found_in: Where the code stood: ``code tag``, ``fenced block`` or ``whole reply``; None without code.
    """

    code: str | None
    flag: str | None
    code_found_in: str | None = None


def without_thoughts(text: str) -> str:
    """*text* without what stands in ``<think>`` tags; a reply that begins with a thought and never ends it is empty."""
    return _THOUGHT.sub("", text)


def extract_reply(text: str) -> Extraction:
    """Find code and flag in *text*; a flag counts outside the code only."""
    text = without_thoughts(text)
    code, found_in, rest = _split_code(text)
    flag = _FLAG_TAG.search(rest)
    return Extraction(code, flag.group(1).strip() if flag else None, found_in)


def extract_patch(text: str) -> str | None:
    """The patch in *text*, with the end of its last line, which ``git apply`` needs; None where there is none."""
    text = without_thoughts(text)
    for tag in _PATCH_TAGS:
        for block in reversed(tag.findall(text)):
            if patch := _unfence(block).strip("\r\n"):
                return f"{patch}\n"
    fenced = [match[2] for match in _FENCE.finditer(text) if match[1].lower() in _PATCH_NAMES or _is_patch(match[2])]
    for block in [text] if _is_patch(text) else reversed(fenced):
        if patch := block.strip("\r\n"):
            return f"{patch}\n"
    return None


def _split_code(text: str) -> tuple[str | None, str | None, str]:
    """The code, where it stood, and the reply without any of its code blocks."""
    tagged = [match.group(1) for match in _CODE_TAG.finditer(text)]
    rest = _CODE_TAG.sub("", text)
    for block in reversed(tagged):
        code = _unfence(block)
        if code.strip():
            return code, "code tag", _FENCE.sub("", rest)
    fenced = [match.group(2) for match in _FENCE.finditer(rest) if match.group(1).lower() in _PYTHON_NAMES]
    for block in reversed(fenced):
        if block.strip():
            return block, "fenced block", _FENCE.sub("", rest)
    if not tagged and _is_program(text):
        return text, "whole reply", ""
    return None, None, _FENCE.sub("", rest)


def _unfence(block: str) -> str:
    """The tag's content without a fence that wraps all of it, and without the blank line behind the tag."""
    match = _FENCE.fullmatch(block.strip())
    return match.group(2) if match else block.strip("\r\n")


def _is_patch(text: str) -> bool:
    return _PATCH_START.match(text.lstrip()) is not None


def _is_program(text: str) -> bool:
    """Whether *text* is Python that does something: a word of prose parses as a name, so a statement is asked for."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not isinstance(statement, ast.Expr) for statement in body)
