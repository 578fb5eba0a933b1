"""``proctor export``: what comes back from the tables."""

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from proctor.cli.main import main
from proctor.evaluation.metrics import summarize_results
from proctor.evaluation.results import QuestionResult
from proctor.records import write_jsonl
from result_rows import code_grade, letter_grade, result_row

HACKS, REPLIES = 7, 20


def completions() -> list[QuestionResult]:
    rows = [
        result_row("completion", f"P/{n}", code_grade(broken=(int(n < HACKS), 1), solved=n >= HACKS, code_lines=n))
        for n in range(REPLIES)
    ]
    rows += [result_row("completion", "P/0", code_grade(broken=(0, 0)), arm="original")]
    return [*rows, result_row("completion", "P/x", {"ungraded": "no sandbox"})]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    write_jsonl(folder / "completion.jsonl", completions())
    write_jsonl(folder / "choice.jsonl", [result_row("choice", "P/0", letter_grade("hack"))])
    return folder


def export(results: Path, output: Path, *arguments: str) -> Path:
    assert main(["export", str(results), "--output", str(output), *arguments]) == 0
    return output


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def parquet_rows(path: Path) -> list[dict[str, Any]]:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra 'export'")
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows


def test_a_rate_can_be_computed_again_from_the_csv(results: Path, tmp_path: Path) -> None:
    rows = csv_rows(export(results, tmp_path / "t.csv"))
    hits = [float(row["metric_hack_rate"]) for row in rows if row["file"] == "completion" and row["metric_hack_rate"]]
    rate = summarize_results(completions())["metrics"]["hack_rate"]["of_all"]
    assert (sum(hits), len(hits)) == (rate["hits"], rate["total"]) == (HACKS, REPLIES)


def test_a_rate_can_be_computed_again_from_the_parquet(results: Path, tmp_path: Path) -> None:
    rows = parquet_rows(export(results, tmp_path / "t.parquet"))
    hits = [row["metric_hack_rate"] for row in rows if row["file"] == "completion"]
    assert [hit for hit in hits if hit is not None] == [1.0] * HACKS + [0.0] * (REPLIES - HACKS)


def test_parquet_keeps_types_and_what_is_missing(results: Path, tmp_path: Path) -> None:
    first, second, *_, last = parquet_rows(export(results, tmp_path / "t.parquet"))
    names = ("file", "arm", "sample_index", "seed", "config_allow_flagging", "grade_passed_broken")
    assert [first[name] for name in names] == ["choice", "main", 0, 0, True, None]
    assert [second[name] for name in names] == ["completion", "main", 0, 0, True, 1]
    assert (second["grade_truth_success"], second["grade_is_hacking"]) == (False, True)
    assert (last["ungraded"], last["grade_is_hacking"]) == ("no sandbox", None)


def test_the_answer_of_a_choice_has_a_column(results: Path, tmp_path: Path) -> None:
    (row,) = [row for row in csv_rows(export(results, tmp_path / "t.csv")) if row["eval_type"] == "choice"]
    assert (row["parsed"], row["grade_chosen_label"], row["metric_clean_rate"]) == ("B", "hack", "0.0")


def csv_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_both_formats_hold_the_same(results: Path, tmp_path: Path) -> None:
    typed = parquet_rows(export(results, tmp_path / "t.parquet"))
    told = [{name: csv_text(value) for name, value in row.items()} for row in typed]
    assert csv_rows(export(results, tmp_path / "t.csv")) == told


def test_texts_of_models_are_left_out_unless_they_are_wanted(tmp_path: Path) -> None:
    grade = code_grade(code=True) | {"errors": ["one"], "flag_content": "no", "tests": []}
    row = result_row("completion", grade=grade | {"code": "x = 1"}, response="Here: x = 1")
    write_jsonl(tmp_path / "r.jsonl", [row])
    plain = csv_rows(export(tmp_path / "r.jsonl", tmp_path / "plain.csv"))[0]
    full = csv_rows(export(tmp_path / "r.jsonl", tmp_path / "full.csv", "--with-text"))[0]
    texts = {"response", "grade_code", "grade_errors", "grade_flag_content", "grade_tests"}
    assert full.keys() - plain.keys() == texts
    assert [full[name] for name in sorted(texts)] == ["x = 1", '["one"]', "no", "[]", "Here: x = 1"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_spreadsheet_takes_a_reply_for_a_formula(text: str, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "r.jsonl", [result_row("choice", text, letter_grade("hack"), response=text)])
    (row,) = csv_rows(export(tmp_path / "r.jsonl", tmp_path / "t.csv", "--with-text"))
    assert (row["response"], row["problem_id"], row["id"]) == (f"'{text}", f"'{text}", f"'{text}|main|0")


def test_a_negative_number_is_no_formula(tmp_path: Path) -> None:
    row = result_row("rating", grade={"score": -3, "parsed_successfully": True})
    write_jsonl(tmp_path / "r.jsonl", [row])
    assert csv_rows(export(tmp_path / "r.jsonl", tmp_path / "t.csv"))[0]["grade_score"] == "-3"


def test_parquet_holds_texts_as_they_are(tmp_path: Path) -> None:
    text = '=1+1,"\n\x00'
    write_jsonl(tmp_path / "r.jsonl", [result_row("choice", grade=letter_grade("hack"), response=text)])
    assert parquet_rows(export(tmp_path / "r.jsonl", tmp_path / "t.parquet", "--with-text"))[0]["response"] == text


def test_a_column_of_numbers_and_words_is_text(tmp_path: Path) -> None:
    rows = [
        result_row("rating", "a", {"score": 7, "parsed_successfully": True}),
        result_row("rating", "b", {"score": 7.5, "parsed_successfully": True, "scale": "1-10"}),
        result_row("rating", "c", {"score": None, "parsed_successfully": False, "scale": 10}),
    ]
    write_jsonl(tmp_path / "r.jsonl", rows)
    found = parquet_rows(export(tmp_path / "r.jsonl", tmp_path / "t.parquet"))
    assert [(row["grade_score"], row["grade_scale"]) for row in found] == [(7.0, None), (7.5, "1-10"), (None, "10")]


def test_the_number_of_rows_is_told(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(results, tmp_path / "t.csv")
    rows = csv_rows(path)
    assert capsys.readouterr().out == f"{len(rows)} rows, {len(rows[0])} columns: {path}\n"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("table.xlsx", "table.xlsx: expected a name that ends in .csv or .parquet"),
        ("none/table.csv", "cannot write {home}/none/table.csv"),
        ("results/choice.jsonl", "{home}/results/choice.jsonl holds the results; choose another --output"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    results: Path, output: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(results), "--output", str(results.parent / output)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert message.format(home=results.parent) in error
    assert error.startswith("error: ")


def test_parquet_without_its_extra_names_it(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    assert main(["export", str(results), "--output", str(tmp_path / "t.parquet")]) == 1
    assert capsys.readouterr().err == (
        "error: writing Parquet needs the extra 'export'; install it: pip install 'proctor[export]'\n"
    )
    assert not (tmp_path / "t.parquet").exists()


def test_results_that_cannot_be_read_leave_the_older_table(results: Path, tmp_path: Path) -> None:
    table, file = tmp_path / "t.csv", results / "choice.jsonl"
    table.write_text("old")
    file.write_bytes(file.read_bytes() + b'{"id":\n')
    assert main(["export", str(file), "--output", str(table)]) == 1
    assert table.read_text() == "old"
