"""A page as an HTML parser reads it, what nobody should have to read there, and what is packed in it."""

import base64
import gzip
import re
from html.parser import HTMLParser
from typing import Any

import msgspec

from proctor.reports.packing import Packed

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'>\x00\ud800\u202e{{ 7 * 7 }}"


class Page(HTMLParser):
    """Every element with its attributes, and what stands in scripts, styles and elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"visible": []}
        self._inside = "body"
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside = "body"
        self._part(tag)

    def _part(self, tag: str) -> None:
        """Put a space where an element that is not within a line begins or ends."""
        if tag not in ("a", "b", "code", "i", "wbr"):
            self.texts["visible"].append(" ")

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._inside if self._inside in ("script", "style") else "visible", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def pieces(self) -> list[tuple[str | None, str | None, str | None]]:
        """Those of the bars: class, beginning and width."""
        return [(rect["class"], rect["x"], rect["width"]) for rect in self.all("rect") if "x" in rect]

    @property
    def policy(self) -> str:
        (policy,) = (meta["content"] for meta in self.all("meta") if "http-equiv" in meta)
        return policy or ""

    @property
    def text(self) -> str:
        """What is to be read, on one line."""
        return " ".join("".join(self.texts["visible"]).split())

    def foreign_addresses(self) -> list[tuple[str, str | None]]:
        """What leads, or is fetched, out of the page, by its tag."""
        names = ("href", "src", "srcset", "action", "data", "poster", "xlink:href", "style", "background")
        found = [
            (tag, value) for tag, attributes in self.elements for name, value in attributes.items() if name in names
        ]
        own = [pair for pair in found if pair == ("link", "data:,") or (pair[0] == "a" and (pair[1] or "")[:1] == "#")]
        fetched = re.findall(r"url\((?!#)[^)]*\)|@import", "".join(self.texts["style"]))
        return [pair for pair in found if pair not in own] + [("style", address) for address in fetched]


def unpacked(data: Packed) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(gzip.decompress(base64.b64decode(data.block)))
    return content
