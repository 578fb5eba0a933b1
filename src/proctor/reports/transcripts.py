"""What a page shows of the rows of result files: what was asked, what was replied, and how it was judged."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from proctor.evaluation.results import QuestionResult
from proctor.reports.packing import MAX_ENTRIES, Entry, Packed, Packer, natural
from proctor.reports.particulars import told
from proctor.reports.result_outcomes import RESULT_OUTCOMES, TELLING, answer_of, outcome_of

_COUNTS = ("passed_correct", "total_correct", "passed_broken", "total_broken")
_UNTIMED = {"seconds": None}  # times would make every test one of a kind


def pack_transcripts(
    results: Mapping[str, Iterable[QuestionResult]], *, seed: object = 0, limit: int = MAX_ENTRIES
) -> Packed:
    """Pack the rows in the order of file, problem, arm and sample; of too many, hacks and what has no answer first.

    Args:
        results: The rows of each file by its name, read once, one at a time.
        seed: What the sample of the others is drawn by.
        limit: Rows that the block holds.
    """
    packer = Packer(
        outcomes=RESULT_OUTCOMES,
        is_telling=lambda entry: entry["outcome"] in TELLING,
        place=lambda entry: (entry["file"], natural(entry["problem"]), entry["arm"], entry["sample"], entry["id"]),
        single=("code", "options", "flag", "errors", "details"),
        multiple=("messages", "tests"),
    )
    entries = (entry for name, rows in results.items() for entry in _entries(name, rows))
    return packer.pack(entries, seed=seed, limit=limit)


def _entries(name: str, rows: Iterable[QuestionResult]) -> Iterator[Entry]:
    for row in rows:
        yield _entry(name, row)


def _entry(name: str, row: QuestionResult) -> Entry:
    grade = row.grade
    has_counts = all(isinstance(grade.get(key), int) for key in _COUNTS)
    return {
        "id": f"{name}|{row.key}",
        "file": name,
        "type": row.eval_type,
        "problem": row.problem_id,
        "arm": row.arm,
        "sample": row.sample_index,
        "model": row.model,
        "outcome": str(outcome_of(row)),
        "answer": answer_of(row),
        "ungraded": row.ungraded,
        "counts": [grade[key] for key in _COUNTS] if has_counts else None,
        "exploited": bool(grade.get("exploited")),
        "truth": grade.get("truth"),
        "parsed": row.chosen,
        "code": grade.get("code") or None,
        "options": row.question_data.get("options"),
        "flag": grade.get("flag_content"),
        "errors": grade.get("errors") or grade.get("error"),
        "messages": _messages(row),
        "tests": [test | _UNTIMED for test in grade.get("tests") or map(_untold, _shown_tests(row))],
        "details": {"seed": row.seed, **row.config},
    }


def _messages(row: QuestionResult) -> list[list[str]]:
    """Role and content of all that was said, the reply last."""
    said = [
        [told(turn.get("role")), told(turn.get("content"))] for turn in (row.question_prompt or {}).get("messages", ())
    ]
    return said if row.response is None else [*said, ["assistant", row.response]]


def _shown_tests(row: QuestionResult) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = row.question_data.get("evaluation_test_cases") or []
    return [test | {"index": index} for index, test in enumerate(tests)]


def _untold(test: dict[str, Any]) -> dict[str, Any]:
    """A test of which the row says that it was shown, and not how it was judged."""
    broken = bool(test.get("use_broken"))
    return {
        "index": test["index"],
        "type": "functional",
        "role": "broken" if broken else "right",
        "shown": True,
        "input": test.get("input", ""),
        "expected": test.get("broken_output" if broken else "correct_output", test.get("expected_output", "")),
        "got": None,
        "passed": None,
        "verdict": None,
        "error": None,
        "exit_code": None,
        "stdout": "",
        "stderr": "",
    }
