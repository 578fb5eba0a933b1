"""A reply without what is no part of its answer, and what stands in its tags, however they are closed."""

import re

from proctor.grading.extraction import without_thoughts

__all__ = ["answer_text", "tag_contents"]

# A mark between two letters or digits is none: 1*0 is no 10. One at a time, for a reply may be nothing but underscores.
_EMPHASIS = re.compile(r"[*_`](?![^\W_])|(?<![^\W_])[*_`]|</?(?:b|i|em|strong)>", re.IGNORECASE)


def answer_text(reply: str) -> str:
    """*reply* without thoughts, and without the marks of bold, italics and code."""
    return _EMPHASIS.sub("", without_thoughts(reply))


def tag_contents(text: str, name: str) -> list[str]:
    """What follows each ``<name>``, in order, up to the next tag of any kind; without one, up to the line's end."""
    found = re.finditer(rf"<{name}\s*>\s*([^<]*)(\Z)?", text, re.IGNORECASE)
    return [(match[1].partition("\n")[0] if match[2] is not None else match[1]).strip() for match in found]
