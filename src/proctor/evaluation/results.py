"""The rows of an evaluation's result file, from which everything that is said of it is computed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from proctor.errors import InputError
from proctor.evaluation.counted_fields import check_counted
from proctor.evaluation.question import Arm
from proctor.records import decode_json, located_lines

__all__ = ["QuestionResult", "read_results"]

_QUESTION_TEXTS = frozenset({"options", "code"})
_GRADE_TEXTS = frozenset({"code", "errors", "flag_content", "tests"})


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
    def key(self) -> str:
        """What tells it from the others of its file, also where the earlier program gave it no id."""
        return self.id or f"{self.problem_id}|{self.question_id}"

    @property
    def chosen(self) -> Any:
        """The letter that was chosen, or the rating that was given, in any program's rows; None where there is none."""
        return self.grade.get("chosen_option", self.grade.get("score"))

    @property
    def model(self) -> str:
        """Who replied."""
        return str(self.config.get("model") or "")

    @property
    def is_parsed(self) -> bool:
        """Whether an answer could be read in the reply."""
        return bool(self.grade.get("parsed_successfully", False))

    def without_texts(self) -> "QuestionResult":
        """The row with all that counts, and without the texts, which are most of its memory."""
        return msgspec.structs.replace(
            self,
            question_prompt=None,
            question_data={key: value for key, value in self.question_data.items() if key not in _QUESTION_TEXTS},
            response=None if self.response is None else "",
            parsed=None,
            grade={key: value for key, value in self.grade.items() if key not in _GRADE_TEXTS},
        )

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


def read_results(path: Path, *, note: Callable[[str], None] | None = None) -> Iterator[QuestionResult]:
    """The rows of a result file, ours or the earlier program's, one in memory at a time.

    NaN and infinities, which Python's json writes as bare words, are read as null.

    Args:
        path: The file.
        note: Told of a last line that whoever wrote it could not finish, and that is left out; without it such a line
            is refused like any other that is no row.

    Raises:
        InputError: A row is none, or stands there twice; names file and line.
    """
    ids, config = set[tuple[str, str]](), dict[str, Any]()
    for number, (where, row) in enumerate(_located_rows(path, note)):
        try:
            result = msgspec.convert(row if row.get("id") else _of_earlier_program(row, number), QuestionResult)
            check_counted(result.question_prompt, result.question_data, result.grade)
        except msgspec.ValidationError as error:
            raise InputError(f"{where}: {error}") from error
        if result.id and (result.eval_type, result.id) in ids:
            raise InputError(f"{where}: expected every row once, found {result.id!r} again; remove one of them")
        ids.add((result.eval_type, result.id))
        if result.config == config:
            result.config = config  # rows that are kept share it: it is a large part of a row without texts
        config = result.config
        yield result


def _located_rows(path: Path, note: Callable[[str], None] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, line in located_lines(path):
        try:
            row = _decode(line, where)
        except InputError:
            if note is None or line.endswith(b"\n"):  # only the last line has no line break
                raise
            note(f"{where}: cut off in the middle: left out")
            return
        yield where, row


def _decode(line: bytes, where: str) -> dict[str, Any]:
    """One row, in Python's dialect of JSON if need be."""
    try:
        return decode_json(line, where)
    except InputError as error:
        try:
            strict = json.dumps(json.loads(line, parse_constant=lambda _: None), allow_nan=False)
        except (ValueError, RecursionError):
            raise error from None
    return decode_json(strict.encode(), where)


def _of_earlier_program(row: dict[str, Any], number: int) -> dict[str, Any]:
    """Its row with our types: null where nothing was stored, and ids that are a number or a text as it pleased."""
    stored = {key: value for key, value in row.items() if value is not None}
    if type(stored.get("question_id")) is not int:
        stored["question_id"] = number
    if "question_prompt" in stored:
        stored["question_prompt"] = {"messages": _messages(stored["question_prompt"])}
    return stored | {key: str(stored[key]) for key in ("problem_id", "timestamp") if key in stored}


def _messages(prompt: Any) -> Any:
    """What was asked, in any of the forms in which it was stored."""
    if isinstance(prompt, dict):
        prompt = prompt.get("messages", prompt.get("content"))
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt or []
