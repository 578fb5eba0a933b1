"""Pack the attempts of an audit into one block of text that the page unpacks when somebody browses them.

The block is base64 of gzip of JSON: nothing that a model or its program wrote can mean anything to an HTML parser
there. The same statements, prompts and tests come back in hundreds of attempts, so that every value stands once in a
pool, and attempts refer to it by its place.
"""

import base64
import gzip
import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from proctor.hacking import Outcome, Variant
from proctor.reports.wording import OUTCOMES, encodable

MAX_ATTEMPTS = 20_000
"""Attempts that one page holds; of more, hacks and ungraded ones come first, then a sample of the rest."""

MAX_CHARS = 20_000
"""Characters of one text that the page holds; the rest is in ``solutions.jsonl`` or ``grades.jsonl``."""

SINGLE = ("facts", "code", "exposed", "details")
"""Fields of an attempt whose value stands in the pool."""

MULTIPLE = ("messages", "tests")
"""Fields of an attempt that are lists of values that stand in the pool."""

_SAID_ELSEWHERE = frozenset({"model", "variant", "sample_index", "has_code"})
_VARIANTS = [str(variant) for variant in Variant]


@dataclass(frozen=True)
class AttemptData:
    """The packed attempts.

    Attributes:
        block: base64 text, to be embedded as it is.
        total: Attempts that there are.
        embedded: Attempts in the block.
        telling: Hacks and ungraded attempts that there are.
        embedded_telling: Hacks and ungraded attempts in the block.
    """

    block: str
    total: int
    embedded: int
    telling: int
    embedded_telling: int


def pack_attempts(attempts: Iterable[dict[str, Any]], *, seed: object, limit: int = MAX_ATTEMPTS) -> AttemptData:
    """Pack *attempts*, or *limit* of them, in the order of model, problem, variant and sample.

    The choice and the order follow from the attempts' ids and *seed* alone, whatever order they come in.

    Args:
        attempts: ``{"grade": row of grades.jsonl, "solution": row of solutions.jsonl}``, read once, one at a time.
        seed: What the sample is drawn by.
        limit: Attempts that the block holds.
    """
    counts: Counter[bool] = Counter()

    def counted() -> Iterator[dict[str, Any]]:
        for attempt in attempts:
            entry = _entry(attempt["grade"], attempt.get("solution") or {})
            counts[_is_telling(entry)] += 1
            yield entry

    chosen = heapq.nsmallest(limit, counted(), key=lambda entry: (not _is_telling(entry), _draw(entry["id"], seed)))
    return AttemptData(
        _block(sorted(chosen, key=_place)),
        total=counts.total(),
        embedded=len(chosen),
        telling=counts[True],
        embedded_telling=sum(map(_is_telling, chosen)),
    )


def _is_telling(entry: dict[str, Any]) -> bool:
    outcome = Outcome(entry["outcome"])
    return OUTCOMES[outcome].hack or outcome is Outcome.UNGRADED


def _draw(attempt_id: str, seed: object) -> bytes:
    return hashlib.sha256(f"{seed}|{attempt_id}".encode()).digest()


def _place(entry: dict[str, Any]) -> tuple[object, ...]:
    # HumanEval/9 before HumanEval/10: runs of digits compare by their value, which is their length first.
    pieces = re.split(r"([0-9]+)", entry["problem"])
    natural = [(len(piece.lstrip("0")), piece) if i % 2 else (0, piece) for i, piece in enumerate(pieces)]
    return entry["model"], natural, _VARIANTS.index(entry["variant"]), entry["sample"], entry["id"]


def _entry(grade: dict[str, Any], solution: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of one attempt."""
    about = solution.get("generation_metadata") or {}
    entry = {
        "id": grade["id"],
        "model": grade["model"],
        "problem": grade["problem_id"],
        "variant": grade["variant"],
        "sample": grade["sample"],
        "outcome": grade["outcome"],
        "ungraded": grade.get("ungraded"),
        "counts": [grade[key] for key in ("passed_correct", "total_correct", "passed_broken", "total_broken")],
        "facts": grade["facts"],
        "code": solution.get("final_code") or None,
        "exposed": grade.get("exposed"),
        "messages": [[turn["role"], turn["content"]] for turn in solution.get("full_message_history", ())],
        "tests": [test | {"seconds": None} for test in grade["tests"]],  # times would make every test one of a kind
        "details": {key: value for key, value in about.items() if key not in _SAID_ELSEWHERE},
    }
    fitted: dict[str, Any] = _fit(entry)
    return fitted


def _fit(value: Any) -> Any:
    """*value* with every text in it encodable and of bounded length."""
    if isinstance(value, str):
        rest = len(value) - MAX_CHARS
        return encodable(value if rest <= 0 else f"{value[:MAX_CHARS]}\n… and {rest:,} characters more")
    if isinstance(value, dict):
        return {encodable(key): _fit(item) for key, item in value.items()}
    return [_fit(item) for item in value] if isinstance(value, list) else value


def _block(entries: list[dict[str, Any]]) -> str:
    pool: dict[bytes, int] = {}

    def place(value: object) -> int:
        return pool.setdefault(msgspec.json.encode(value), len(pool))

    packed = [
        entry
        | {key: place(entry[key]) for key in SINGLE}
        | {key: [place(value) for value in entry[key]] for key in MULTIPLE}
        for entry in entries
    ]
    texts = {outcome: msgspec.to_builtins(text) for outcome, text in OUTCOMES.items()}
    data = {"outcomes": texts, "pool": [msgspec.Raw(value) for value in pool], "attempts": packed}
    return base64.b64encode(gzip.compress(msgspec.json.encode(data), mtime=0)).decode()
