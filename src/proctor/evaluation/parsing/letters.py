"""Read the letter of the option that a reply chooses.

Four forms count, the strongest first:

1. a ``<choice>`` tag that holds nothing but the letter: ``B``, ``(B)``, ``B)``, ``B.``, ``Answer: (B)``, ``Option B``;
2. an ``<option>`` tag that does;
3. ``Answer: (B)``, where its line ends with it;
4. ``Option (B)`` alone on its line or in a tag of another name.

The strongest form that there is decides, and of that the last; but two different options, each alone on its line, are
headings and no answer. All else is none: prose and code hold an "a" or a "B" that is no choice.
"""

import re
from collections.abc import Collection

from proctor.evaluation.parsing.markup import answer_text, tag_contents

__all__ = ["read_letter"]

_LETTER = r"\(?([A-Z])\)?\.?"
_IN_TAG = re.compile(rf"(?i:answer\b:?\s*)?(?i:option\b\s*)?{_LETTER}")
_ALONE_IN_TAG = re.compile(r"\(?([a-z])\)?\.?")  # beside a word, a small letter may be the article
_ANSWER = re.compile(
    r"(?:^|[.!?:;]\s)[ \t#>-]*(?i:(?:(?:so|the|my|final|correct|best)[ \t]+)*answer[ \t]*:\s*(?:option\b\s*)?)"
    rf"{_LETTER}[ \t\r]*$",
    re.MULTILINE,
)
_OPTION = re.compile(rf"^[ \t]*(?i:option)\b[ \t]*{_LETTER}[ \t\r]*$", re.MULTILINE)
_TAG = re.compile(r"</?\w+>")


def read_letter(reply: str, letters: Collection[str]) -> str | None:
    """The letter of the chosen option; None where *reply* states none, or one that is not among *letters*."""
    text = answer_text(reply)
    chosen = _tagged(text, "choice") or _tagged(text, "option") or _stated(text)
    return chosen if chosen is not None and chosen in letters else None


def _tagged(text: str, name: str) -> str | None:
    for content in reversed(tag_contents(text, name)):
        if found := _IN_TAG.fullmatch(content) or _ALONE_IN_TAG.fullmatch(content):
            return found[1].upper()
    return None


def _stated(text: str) -> str | None:
    """What lines say, of which any tag begins a new one."""
    text = _TAG.sub("\n", text)
    if answers := _ANSWER.findall(text):
        return str(answers[-1])
    options = set(_OPTION.findall(text))
    return options.pop() if len(options) == 1 else None
