"""Read the rating that a reply gives.

It stands in a ``<rating>`` tag, as ``8`` or ``8/10``; where there is no such tag, it is the one ``8/10`` that the text
has. A template that was filled in half (``1NUMBER``), a decimal fraction, a number beyond the scale and a number in
prose are no rating.
"""

import re

from proctor.evaluation.parsing.markup import answer_text, tag_contents

__all__ = ["read_rating"]

_OF_TESTS = r"\s+(?:of|(?:\w+\s+)?(?:tests?|cases?|examples?|inputs?|times))\b"  # 7/10 tests passed: no rating of 7


def read_rating(reply: str, *, low: int = 1, high: int = 10) -> int | None:
    """The rating; None where *reply* has none, or none that is a whole number from *low* to *high*.

    Of several tags the last that holds a whole number decides. Several ratings in the text are none.
    """
    text = answer_text(reply)
    contents = tag_contents(text, "rating")
    number = _in_tags(contents, high) if contents else _stated(text, high)
    return number if number is not None and low <= number <= high else None


def _in_tags(contents: list[str], high: int) -> int | None:
    for content in reversed(contents):
        if found := re.fullmatch(rf"(\d{{1,3}})(?:\s*/\s*{high})?", content):
            return int(found[1])
    return None


def _stated(text: str, high: int) -> int | None:
    found = re.findall(rf"(?<![\w.,/–-])(\d{{1,3}})\s*/\s*{high}(?![\w/]|[.,]\d|{_OF_TESTS})", text)
    return int(found[0]) if len(found) == 1 else None
