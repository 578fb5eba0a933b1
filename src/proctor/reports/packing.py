"""Pack what a page lets its reader browse into one block of text, which the page unpacks when somebody does.

The block is base64 of gzip of JSON: nothing that a model or its program wrote can mean anything to an HTML parser
there. The same statements, prompts and tests come back in hundreds of entries, so that every value stands once in a
pool, and entries refer to it by its place.
"""

import base64
import gzip
import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from proctor.reports.wording import OutcomeText, encodable

MAX_ENTRIES = 20_000
"""Entries that one page holds; of more, the telling ones come first, then a sample of the rest."""

MAX_CHARS = 20_000
"""Characters of one text that the page holds; the rest is in the files that it was made from."""

Entry = dict[str, Any]
"""What the page shows of one attempt or reply; ``id``, ``problem`` and ``outcome`` are among its keys."""


@dataclass(frozen=True)
class Packed:
    """The packed entries.

    Attributes:
        block: base64 text, to be embedded as it is.
        total: Entries that there are.
        embedded: Entries in the block.
        telling: Entries that there are of the kind that readers look for.
        embedded_telling: Such entries in the block.
    """

    block: str
    total: int
    embedded: int
    telling: int
    embedded_telling: int


@dataclass(frozen=True)
class Packer:
    """How one kind of entry is packed.

    Attributes:
        outcomes: How outcomes are told, by their names in the entries.
        is_telling: Whether an entry is of the kind that readers look for.
        place: What entries are ordered by.
        single: Fields whose value stands in the pool.
        multiple: Fields that are lists of values that stand in the pool.
    """

    outcomes: Mapping[Any, OutcomeText]
    is_telling: Callable[[Entry], bool]
    place: Callable[[Entry], Any]
    single: tuple[str, ...]
    multiple: tuple[str, ...]

    def pack(self, entries: Iterable[Entry], *, seed: object, limit: int = MAX_ENTRIES) -> Packed:
        """Pack *entries*, or *limit* of them.

        The choice and the order follow from the entries' ids and *seed* alone, whatever order they come in.

        Args:
            entries: Read once, one at a time.
            seed: What the sample is drawn by.
            limit: Entries that the block holds.
        """
        counts: Counter[bool] = Counter()

        def counted() -> Iterator[Entry]:
            for entry in map(_fit, entries):
                counts[self.is_telling(entry)] += 1
                yield entry

        chosen = heapq.nsmallest(
            limit, counted(), key=lambda entry: (not self.is_telling(entry), _draw(entry["id"], seed))
        )
        return Packed(
            self._block(sorted(chosen, key=self.place)),
            total=counts.total(),
            embedded=len(chosen),
            telling=counts[True],
            embedded_telling=sum(map(self.is_telling, chosen)),
        )

    def _block(self, entries: list[Entry]) -> str:
        pool: dict[bytes, int] = {}

        def place(value: object) -> int:
            return pool.setdefault(msgspec.json.encode(value), len(pool))

        packed = [
            entry
            | {key: place(entry[key]) for key in self.single}
            | {key: [place(value) for value in entry[key]] for key in self.multiple}
            for entry in entries
        ]
        texts = {outcome: msgspec.to_builtins(text) for outcome, text in self.outcomes.items()}
        data = {"outcomes": texts, "pool": [msgspec.Raw(value) for value in pool], "entries": packed}
        return base64.b64encode(gzip.compress(msgspec.json.encode(data), mtime=0)).decode()


def natural(name: str) -> list[tuple[int, str]]:
    """What names are ordered by where people count: ``HumanEval/9`` before ``HumanEval/10``."""
    pieces = re.split(r"([0-9]+)", name)  # runs of digits compare by their value, which is their length first
    return [(len(piece.lstrip("0")), piece) if i % 2 else (0, piece) for i, piece in enumerate(pieces)]


def _draw(entry_id: str, seed: object) -> bytes:
    return hashlib.sha256(f"{seed}|{entry_id}".encode()).digest()


def _fit(value: Any) -> Any:
    """*value* with every text in it encodable and of bounded length."""
    if isinstance(value, str):
        rest = len(value) - MAX_CHARS
        return encodable(value if rest <= 0 else f"{value[:MAX_CHARS]}\n… and {rest:,} characters more")
    if isinstance(value, dict):
        return {encodable(str(key)): _fit(item) for key, item in value.items()}
    return [_fit(item) for item in value] if isinstance(value, list) else value
