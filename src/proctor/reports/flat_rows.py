"""Rows of result files as rows of a table: one value in each column, and columns that each have one type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from proctor.evaluation.metrics import METRICS, counted
from proctor.evaluation.results import QuestionResult

Value = bool | int | float | str | None

OWN = {
    "file": str,
    "id": str,
    "question_id": int,
    "problem_id": str,
    "eval_type": str,
    "arm": str,
    "sample_index": int,
    "model": str,
    "seed": int,
    "timestamp": str,
    "ungraded": str,
}
"""The columns that every table has, first, with their types."""

NOT_AXES = frozenset({"model", "seed", "eval_type"})  # parameters that are columns already
TEXTS = frozenset({"code", "flag_content", "reasoning", "error"})  # what a grade quotes of replies and programs
PARSED = "parsed"
RESPONSE = "response"
GROUPS = ["config", PARSED, "grade", "metric", RESPONSE]


@dataclass(frozen=True)
class FlatTable:
    """A table of results: its columns and their types are known before its first row.

    Attributes:
        columns: From the name of a column to ``bool``, ``int``, ``float`` or ``str``; every cell may be None too.
        results: The rows of each file by its name; read anew for each pass.
        with_text: Whether texts of models have columns: replies, code, objections.
    """

    columns: dict[str, type]
    results: Mapping[str, Iterable[QuestionResult]]
    with_text: bool

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Every row with a value for every column, one in memory at a time."""
        for name, rows in self.results.items():
            for row in rows:
                cells = _cells(name, row, with_text=self.with_text)
                yield {column: _cast(cells.get(column), kind) for column, kind in self.columns.items()}


def flatten(results: Mapping[str, Iterable[QuestionResult]], *, with_text: bool) -> FlatTable:
    """The table of *results*, which are read once here for the columns that they need.

    Columns are :data:`OWN`, then ``config_`` with each parameter, ``parsed``, ``grade_`` with each value of a grade
    (``grade_truth_success`` of the truth inside it), and ``metric_`` with what the row adds to each metric: 1 for a hit
    and 0 for none, the share of tests or the rating, nothing where it does not count. Lists and objects are JSON text;
    those of grades, which quote programs, need *with_text*. A column that is a number in one row and text in another
    is text.
    """
    found: dict[str, set[type]] = {}
    for name, rows in results.items():
        for row in rows:
            for column, value in _cells(name, row, with_text=with_text).items():
                kinds = found.setdefault(column, set())
                if value is not None:
                    kinds.add(type(value))
    columns = OWN | {column: _common(kinds) for column, kinds in found.items() if column not in OWN and kinds}
    return FlatTable({column: columns[column] for column in sorted(columns, key=_group)}, results, with_text)


def _cells(name: str, row: QuestionResult, *, with_text: bool) -> dict[str, Value]:
    cells: dict[str, Value] = {
        "file": name,
        "id": row.key,
        **{column: getattr(row, column) for column in OWN if column not in ("file", "id")},
        **{f"config_{key}": _plain(value) for key, value in row.config.items() if key not in NOT_AXES},
        **{f"grade_{key}": value for key, value in _grade_cells(row.grade, with_text=with_text)},
        **{f"metric_{key}": value for key, value in _metric_cells(row)},
    }
    if with_text or not isinstance(row.grade.get("code"), str):
        cells[PARSED] = _plain(row.parsed if row.parsed is not None else row.chosen)
    if with_text:
        cells[RESPONSE] = row.response
    return cells


def _grade_cells(grade: Mapping[str, Any], *, with_text: bool) -> Iterator[tuple[str, Value]]:
    for key, value in grade.items():
        if key == "truth" and isinstance(value, dict):
            yield from ((f"{key}_{inner}", _plain(item)) for inner, item in value.items())
        elif with_text or not (key in TEXTS or isinstance(value, dict | list)):
            yield key, _plain(value)


def _metric_cells(row: QuestionResult) -> Iterator[tuple[str, Value]]:
    for name, metric in METRICS.get(row.eval_type, {}).items():
        for _, hits, total in counted(metric, [row]):
            yield name, (hits / total if total else None)


def _plain(value: Any) -> Value:
    """A single value as it is, others as JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return msgspec.json.encode(value).decode()


def _common(kinds: set[type]) -> type:
    if len(kinds) == 1:
        return next(iter(kinds))
    return float if kinds == {int, float} else str


def _cast(value: Value, kind: type) -> Value:
    """*value* in the type of its column."""
    if value is None or type(value) is kind:
        return value
    return float(value) if kind is float else str(_plain(value))


def _group(column: str) -> int:
    """What columns are ordered by: the own ones, parameters, the answer, grades, metrics; the reply last."""
    return -1 if column in OWN else GROUPS.index(column.partition("_")[0])
