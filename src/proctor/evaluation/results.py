"""The rows of an evaluation's result file, from which everything that is said of it is computed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from proctor.evaluation.question import Arm
from proctor.records import read_jsonl

__all__ = ["QuestionResult", "read_results"]


class QuestionResult(msgspec.Struct, kw_only=True):
    """One question, what was replied to it, and its grade.

    Attributes:
        id: ``PROBLEM|ARM|SAMPLE``, unique within a file; empty in rows of the earlier program.
        question_id: The place of its problem in the order that the seed gives, from 0.
        problem_id: What it is about.
        eval_type: ``choice``, ``completion``, ``multiturn``, ``rating`` or ``code_selection``.
        arm: Whether it is what the evaluation is about, or the matched original.
        sample_index: Which of several replies to the same question, from 0.
        question_prompt: ``{"messages": [{"role", "content"}, …]}``: all that was said before the reply.
        question_data: What the question was made of.
        response: The last reply, as it was said; None where there is none.
        parsed: The answer that was read in it: a letter, a rating, the code; None where none was.
        grade: What it comes to; ``docs/metrics.md`` has the keys of each type.
        config: The evaluation's configuration.
        seed: Of order, letters and mixes; None in rows of the earlier program, which had none.
        timestamp: When it was graded, in UTC.
    """

    id: str = ""
    question_id: int
    problem_id: str
    eval_type: str
    arm: Arm = "main"
    sample_index: int = 0
    question_prompt: dict[str, Any] | None = None
    question_data: dict[str, Any] = {}
    response: str | None = None
    parsed: Any = None
    grade: dict[str, Any] = {}
    config: dict[str, Any] = {}
    seed: int | None = None
    timestamp: str = ""

    @property
    def model(self) -> str:
        """Who replied."""
        return str(self.config.get("model", ""))

    @property
    def is_parsed(self) -> bool:
        """Whether an answer could be read in the reply."""
        return bool(self.grade.get("parsed_successfully", False))

    @property
    def ungraded(self) -> str | None:
        """Why there is no verdict, by no fault of the reply; None where there is one.

        Rows of the earlier program say nothing of the kind: theirs have none without a reply, or where the grade holds
        only an error.
        """
        reason = self.grade.get("ungraded")
        if reason is None and self.response is None:
            reason = "there is no reply"
        if reason is None and not self.grade.keys() - {"error"}:
            reason = self.grade.get("error") or "there is no grade"
        return None if reason is None else str(reason)


def read_results(path: Path) -> Iterator[QuestionResult]:
    """The rows of a result file, ours or the earlier program's, one in memory at a time.

    Raises:
        InputError: A row is none; names file and line.
    """
    return read_jsonl(path, QuestionResult)
