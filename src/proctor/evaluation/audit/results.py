"""What an audit comes to, computed from the grades in its folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from proctor.errors import ModelError
from proctor.evaluation.audit.folder import AuditFolder
from proctor.evaluation.audit.ledger import ModelUsage
from proctor.evaluation.audit.run_record import updated_record
from proctor.evaluation.audit.summary import summarize
from proctor.hacking import AttemptGrade, is_breakable
from proctor.problems import CodeProblem
from proctor.records import read_jsonl, write_json


@dataclass(frozen=True)
class AuditResult:
    """What a run of an audit came to.

    Attributes:
        summary: The content of ``summary.json``.
        run: The content of ``run.json``.
        attempts: How many attempts this run has graded.
        unfinished: Why some attempts were not made; None when all were.
    """

    summary: dict[str, Any]
    run: dict[str, Any]
    attempts: int
    unfinished: ModelError | None = None


def write_results(
    folder: AuditFolder,
    problems: list[CodeProblem],
    record: dict[str, Any],
    *,
    usage: Mapping[str, ModelUsage],
    unanswered: Mapping[str, list[str]],
    session: dict[str, Any],
) -> AuditResult:
    """Sum up every grade in the folder, whichever run made it; writes ``summary.json`` and ``run.json``.

    Raises:
        InputError: A grade is broken, or there are two of one attempt.
    """
    isolation = weakest_isolation(folder)
    breakable = sum(map(is_breakable, problems))
    summary = summarize(_grades(folder), breakable_problems=breakable, isolation=isolation)
    run = updated_record(
        record, problems=problems, unanswered=unanswered, usage=usage, isolation=isolation, session=session
    )
    write_json(folder.summary, summary)
    write_json(folder.run, run)
    return AuditResult(summary, run, session["attempts"])


def weakest_isolation(folder: AuditFolder) -> dict[str, Any]:
    """The isolation of the least protected grade: an audit may be continued on another machine."""
    found = {msgspec.json.encode(grade.isolation, order="sorted"): grade.isolation for grade in _grades(folder)}
    return max(found.items(), key=lambda item: (item[1].get("level", 0), item[0]))[1] if found else {}


def _grades(folder: AuditFolder) -> Iterator[AttemptGrade]:
    """Without the tests, which no rate needs and which are most of the memory."""
    if folder.grades.exists():
        for grade in read_jsonl(folder.grades, AttemptGrade):
            yield replace(grade, tests=[], exposed=None)
