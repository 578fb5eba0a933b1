"""Result files that another program wrote: what is read of them, and what is refused by its line."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from earlier_rows import earlier_row, write_earlier
from proctor.errors import InputError
from proctor.evaluation.metrics import summarize_results
from proctor.evaluation.results import read_results
from proctor.records import read_jsonl, write_jsonl
from result_rows import result_row


def summed_up(path: Path) -> dict[str, Any]:
    return summarize_results(read_results(path))


def complaint_about(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read_results(path))
    return str(caught.value).removeprefix(f"{path.parent}/")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_number_counts_as_missing(tmp_path: Path, number: float) -> None:
    def two_ratings(name: str, score: float | None) -> dict[str, Any]:
        return summed_up(
            write_earlier(tmp_path / name, earlier_row("rating", 0), earlier_row("rating", 1, score=score))
        )

    odd, missing = two_ratings("odd.jsonl", number), two_ratings("missing.jsonl", None)
    assert odd == missing
    assert (odd["rows"], odd["legacy"]["average_score"]) == (2, 8.0)


@pytest.mark.parametrize("total", [math.nan, 1], ids=["unknown", "too few"])
def test_more_passed_tests_than_there_are_count_as_the_earlier_program_counted_and_in_no_rate_of_ours(
    tmp_path: Path, total: float
) -> None:
    rows = [earlier_row("completion", 0), earlier_row("completion", 1, total_broken=total)]
    whole = summed_up(write_earlier(tmp_path / "r.jsonl", *rows))
    of_one = summed_up(write_earlier(tmp_path / "one.jsonl", rows[0]))
    known = 2 if math.isnan(total) else 3
    assert (whole["legacy"]["broken_test_pass_rate"], whole["legacy"]["broken_test_pass_rate_stderr"]) == (
        4 / known,
        None,
    )
    assert whole["metrics"]["broken_test_pass_rate"] == of_one["metrics"]["broken_test_pass_rate"]


def test_only_result_rows_may_hold_what_is_no_number(tmp_path: Path) -> None:
    path = write_earlier(tmp_path / "r.jsonl", earlier_row("rating", 0, score=math.nan))
    with pytest.raises(InputError, match="JSON is malformed"):
        list(read_jsonl(path))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\n\n  \n"),
        lambda text: text.removesuffix(b"\n"),
        lambda text: text.replace(b"Solve it.", b"\\ud83d"),
        lambda text: text.replace(b"Solve it.", b"\\ud83d").replace(b'"temperature": 1.0', b'"temperature": NaN'),
    ],
    ids=["byte order mark", "CRLF", "blank lines", "no last line break", "half a pair", "half a pair and NaN"],
)
def test_how_a_file_is_written_changes_nothing(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = write_earlier(tmp_path / "r.jsonl", *(earlier_row("completion", number) for number in range(3)))
    expected = summed_up(path)
    path.write_bytes(spoil(path.read_bytes()))
    assert summed_up(path) == expected


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = write_earlier(tmp_path / "r.jsonl", earlier_row("rating", 0))
    (tmp_path / "r.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert summed_up(tmp_path / "r.jsonl.gz") == summed_up(path)


def test_a_last_line_that_was_cut_off_is_told_and_left_out(tmp_path: Path) -> None:
    path = write_earlier(tmp_path / "r.jsonl", *(earlier_row("rating", number) for number in range(3)))
    path.write_bytes(path.read_bytes()[:-40])
    told: list[str] = []
    assert [row.question_id for row in read_results(path, note=told.append)] == [0, 1]
    assert told == [f"{path}:3: cut off in the middle: left out"]
    assert complaint_about(path) == "r.jsonl:3: Input data was truncated"  # where nobody is told


def test_a_line_that_is_broken_elsewhere_is_refused(tmp_path: Path) -> None:
    lines = [json.dumps(earlier_row("rating", number)) for number in range(3)]
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join([lines[0], lines[1][:-40], lines[2], ""]))
    with pytest.raises(InputError, match=r"r\.jsonl:2: "):
        list(read_results(path, note=lambda line: None))


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    rows = [result_row("choice"), result_row("rating"), result_row("choice")]
    write_jsonl(tmp_path / "r.jsonl", rows)
    assert complaint_about(tmp_path / "r.jsonl") == (
        "r.jsonl:3: expected every row once, found 'p1|main|0' again; remove one of them"
    )


@pytest.mark.parametrize(
    ("eval_type", "field", "value"),
    [
        ("completion", "question_id", "q_7"),
        ("completion", "problem_id", 7),
        ("completion", "timestamp", 1752167547.5),
        ("completion", "question_prompt", "Solve it."),
        ("completion", "question_prompt", {"content": "Solve it."}),
        ("completion", "question_prompt", {"messages": None}),
        ("completion", "question_data", None),
        ("completion", "config", {"model": "m", "anything": [{}], "allow_flagging": None}),
        ("completion", "extra", [1]),
        ("completion", "grade.parsed_successfully", 1),
        ("completion", "grade.all_tests_passed", 1),
        ("completion", "grade.errors", "none"),
        ("completion", "grade.flagged", None),
        ("choice", "grade.chosen_option", "a"),
        ("choice", "grade.available_options", None),
        ("rating", "grade.score", 8.0),
        ("rating", "grade.scale", "1-10"),
        ("code_selection", "question_data", {"is_hack": 1, "parsed_successfully": 1}),
    ],
    ids=str,
)
def test_a_field_that_is_stored_otherwise_counts_the_same(
    tmp_path: Path, eval_type: str, field: str, value: object
) -> None:
    rows = [earlier_row(eval_type, number) for number in range(3)]
    expected = summed_up(write_earlier(tmp_path / "r.jsonl", *rows))["legacy"]
    put(rows[2], field, value)
    assert summed_up(write_earlier(tmp_path / "r.jsonl", *rows))["legacy"] == expected


@pytest.mark.parametrize(
    ("eval_type", "field", "value", "complaint"),
    [
        ("completion", "problem_id", None, "Object missing required field `problem_id`"),
        ("completion", "eval_type", None, "Object missing required field `eval_type`"),
        ("completion", "eval_type", 7, "Expected `str`, got `int` - at `$.eval_type`"),
        ("completion", "response", ["<code>"], "Expected `str | null`, got `array` - at `$.response`"),
        ("completion", "response", {"text": ""}, "Expected `str | null`, got `object` - at `$.response`"),
        ("completion", "config", "gpt", "Expected `object`, got `str` - at `$.config`"),
        ("completion", "grade", [1], "Expected `object`, got `array` - at `$.grade`"),
        ("completion", "question_prompt", {"messages": [1]}, "Expected `object`, got `int` - at `$.messages[0]`"),
        ("completion", "grade.passed_tests", 3.0, "Expected `int | null`, got `float` - at `$.passed_tests`"),
        ("completion", "grade.passed_tests", -1, "Expected `int` >= 0 - at `$.passed_tests`"),
        ("completion", "grade.flagged", "no", "Expected `bool | int | null`, got `str` - at `$.flagged`"),
        ("completion", "grade.tests", ["f(1)"], "Expected `object`, got `str` - at `$.tests[0]`"),
        ("completion", "grade.truth", {}, "Object missing required field `success` - at `$.truth`"),
        (
            "completion",
            "question_data",
            {"evaluation_test_cases": [{"use_broken": "no"}]},
            "Expected `bool`, got `str` - at `$.evaluation_test_cases[0].use_broken`",
        ),
        ("choice", "grade.chosen_label", ["hack"], "Expected `str | null`, got `array` - at `$.chosen_label`"),
        ("choice", "grade.available_options", {"A": 1}, "Expected `str`, got `int` - at `$.available_options[...]`"),
        ("rating", "grade.score", "7", "Expected `float | null`, got `str` - at `$.score`"),
        ("rating", "grade.score", True, "Expected `float | null`, got `bool` - at `$.score`"),
        ("rating", "grade.score", 1e16, "Expected `float` <= 1000000000000000.0 - at `$.score`"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_by_its_line(
    tmp_path: Path, eval_type: str, field: str, value: object, complaint: str
) -> None:
    rows = [earlier_row(eval_type, number) for number in range(3)]
    put(rows[1], field, value)
    assert complaint_about(write_earlier(tmp_path / "r.jsonl", *rows)) == f"r.jsonl:2: {complaint}"


@pytest.mark.parametrize("text", ['[{"eval_type": "rating"}]\n', '{\n  "results": []\n}\n', "not JSON\n"])
def test_what_is_no_row_to_a_line_is_refused_by_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text)
    assert complaint_about(tmp_path / "results.json").startswith("results.json:1: ")


def put(row: dict[str, Any], field: str, value: object) -> None:
    *outer, last = field.split(".")
    for name in outer:
        row = row[name]
    row[last] = value
