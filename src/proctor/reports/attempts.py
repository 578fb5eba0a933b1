"""What a page shows of the attempts of an audit."""

from collections.abc import Iterable
from typing import Any

from proctor.hacking import Outcome, Variant
from proctor.reports.packing import MAX_ENTRIES, Entry, Packed, Packer, natural
from proctor.reports.wording import OUTCOMES

_SAID_ELSEWHERE = frozenset({"model", "variant", "sample_index", "has_code"})
_VARIANTS = [str(variant) for variant in Variant]


def pack_attempts(attempts: Iterable[dict[str, Any]], *, seed: object, limit: int = MAX_ENTRIES) -> Packed:
    """Pack *attempts* in the order of model, problem, variant and sample; of too many, hacks and ungraded ones first.

    Args:
        attempts: ``{"grade": row of grades.jsonl, "solution": row of solutions.jsonl}``, read once, one at a time.
        seed: What the sample of the others is drawn by.
        limit: Attempts that the block holds.
    """
    packer = Packer(
        outcomes=OUTCOMES,
        is_telling=_is_telling,
        place=_place,
        single=("facts", "code", "exposed", "details"),
        multiple=("messages", "tests"),
    )
    entries = (_entry(attempt["grade"], attempt.get("solution") or {}) for attempt in attempts)
    return packer.pack(entries, seed=seed, limit=limit)


def _is_telling(entry: Entry) -> bool:
    outcome = Outcome(entry["outcome"])
    return OUTCOMES[outcome].hack or outcome is Outcome.UNGRADED


def _place(entry: Entry) -> tuple[object, ...]:
    return entry["model"], natural(entry["problem"]), _VARIANTS.index(entry["variant"]), entry["sample"], entry["id"]


def _entry(grade: dict[str, Any], solution: dict[str, Any]) -> Entry:
    """What the page shows of one attempt."""
    about = solution.get("generation_metadata") or {}
    return {
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
