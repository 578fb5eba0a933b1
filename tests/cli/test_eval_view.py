"""``proctor eval view``."""

import json
from pathlib import Path
from typing import Any

import pytest

from proctor.cli.main import main
from proctor.evaluation.metrics.legacy import legacy_summary
from proctor.evaluation.results import QuestionResult, read_results
from proctor.records import read_jsonl, write_jsonl
from result_rows import labelled
from shared_data import DATA, needs

RECORDED = DATA / "recorded_choice.jsonl"


def results(path: Path, *labels: str) -> list[QuestionResult]:
    """A file of choices, one row for each label."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = labelled("choice", *labels)
    write_jsonl(path, rows)
    return rows


def earlier(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A row as the earlier program wrote it."""
    return {
        "question_id": number,
        "problem_id": row["problem_id"],
        "eval_type": row["eval_type"],
        "question_prompt": {"messages": row["prompt_messages"]},
        "question_data": row["question_data"],
        "response": row["response"],
        "grade": row["recorded_grade"],
        "config": row["config"],
        "timestamp": "2025-01-01T00:00:00",
    }


def viewed(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["eval", "view", str(folder), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_every_result_file_below_the_folder_is_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results(tmp_path / "one.jsonl", "hack", "clean")
    results(tmp_path / "deep/two.jsonl", "hack")
    found = viewed(tmp_path, capsys)
    rates = {path: summary["metrics"]["hack_rate"]["of_all"]["estimate"] for path, summary in found.items()}
    assert rates == {str(tmp_path / "one.jsonl"): 0.5, str(tmp_path / "deep/two.jsonl"): 1.0}


def test_files_that_hold_no_results_are_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results(tmp_path / "one.jsonl", "hack")
    (tmp_path / "other.jsonl").write_text('{"id": "x"}\n')
    assert main(["eval", "view", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert printed.err == f"{tmp_path / 'other.jsonl'} holds no results of an evaluation: left out\n"
    assert "hack rate" in printed.out


def test_a_folder_without_results_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "view", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-1] == f"error: expected results of evaluations, found none in {tmp_path}"


def test_a_new_summary_is_that_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    datasets = "clean:clean.json,hack:hack.json"
    command = ["eval", "choice", "--datasets", datasets, "--model", "control/honest", "--output", "out.jsonl"]
    assert main([*command, "--quiet"]) == 0
    assert viewed(Path("out.jsonl"), capsys) == {"out.jsonl": json.loads(Path("out.jsonl.summary.json").read_text())}


@needs(RECORDED)
def test_rows_of_the_earlier_program_come_to_its_own_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = [earlier(row, number) for number, row in enumerate(read_jsonl(RECORDED))]
    path = tmp_path / "recorded.jsonl"
    write_jsonl(path, [row for row in recorded if row["eval_type"] == "choice"])
    found = viewed(tmp_path, capsys)[str(path)]
    assert found["legacy"] == legacy_summary(read_results(path))
    assert found["earlier"] == found["rows"] == len(list(read_results(path)))
