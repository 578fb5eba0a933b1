"""``proctor report`` on files and folders of results, and on audits."""

import json
from pathlib import Path
from typing import Any

import pytest
from sum_problems import problem_file, sums

from proctor.cli.main import main
from proctor.cli.result_files import find_result_files
from proctor.records import write_jsonl
from result_rows import labelled, result_row


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("audits")
    problem_file(home / "sums.jsonl", sums(2))
    command = ["audit", "--model", "control/honest", "--dataset", str(home / "sums.jsonl"), "--variant", "original"]
    assert main([*command, "--output", str(home / "night")]) == 0
    return home / "night"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of choice and one of rating, each in a folder of its own, and a data set beside them."""
    files: dict[str, list[Any]] = {
        "results/base/choice.jsonl": labelled("choice", "clean", "clean", "clean", "hack"),
        "results/tuned/choice.jsonl": labelled("choice", "hack", "hack", "clean", "hack"),
        "results/tuned/rating.jsonl": [result_row("rating", "p000", {"score": 7, "parsed_successfully": True})],
        "results/data.jsonl": [{"problem_id": "p000"}],
    }
    for name, rows in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_jsonl(path, rows)
    return tmp_path / "results"


def report_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["report", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_without_an_output_tables_are_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "choice, with 95 % intervals" in out
    assert "tuned/choice against base/choice" in out
    assert "rating, with 95 % intervals" in out


def test_files_are_named_by_as_much_of_their_paths_as_tells_all_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report_json(capsys, str(folder))
    assert list(found["summaries"]) == ["base/choice", "tuned/choice", "tuned/rating"]
    (comparison,) = found["comparisons"]
    assert [(pair["a"], pair["b"]) for pair in comparison["comparisons"]] == [("base/choice", "tuned/choice")]


def test_a_file_that_is_given_twice_is_read_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = report_json(capsys, str(folder / "tuned/rating.jsonl"), str(folder / "tuned"))
    assert list(found["summaries"]) == ["rating", "choice"]


def test_every_row_that_is_read_is_told(folder: Path) -> None:
    told: list[None] = []
    found = find_result_files([folder], lambda note: None, advance=lambda: told.append(None))
    assert [len(list(rows)) for rows in found.files.values()] == [4, 4, 1]
    assert len(told) == 9


def test_what_holds_no_results_is_left_out_of_a_folder_and_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(folder)]) == 0
    assert capsys.readouterr().err == f"{folder}/data.jsonl holds no results of an evaluation: left out\n"


def test_the_page_is_written_and_its_place_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(folder), "--output", str(page)]) == 0
    assert capsys.readouterr().out == f"report: {page}\n"
    assert "Hack rates from 25.0 % to 75.0 % in 2 evaluations of choice" in page.read_text(encoding="utf-8")


def test_json_and_a_page_can_be_had_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "report.html"
    assert report_json(capsys, str(folder), "--output", str(page))["audits"] == {}
    assert page.exists()


def test_one_audit_alone_gets_its_own_page(audit: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(audit), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "proctor audit</title>" in text
    assert len(text) == len((audit / "report.html").read_text(encoding="utf-8"))


def test_an_audit_among_results_stands_beside_them(folder: Path, audit: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(folder), str(audit), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert 'id="audits"' in text
    assert 'id="choice"' in text


def test_an_audit_is_found_in_a_folder_and_its_rows_are_no_results(
    audit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report_json(capsys, str(audit.parent))
    assert (list(found["audits"]), found["summaries"]) == (["night"], {})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{folder}/none"], "no such file or folder: {folder}/none"),
        (["{folder}/data.jsonl"], "{folder}/data.jsonl:1: Object missing required field"),
        (["{folder}/empty"], "expected results of evaluations, found none in {folder}/empty"),
        (
            ["{folder}/tuned/rating.jsonl", "--output", "{folder}/tuned/rating.jsonl"],
            "{folder}/tuned/rating.jsonl holds the results; choose another --output",
        ),
        (["{folder}", "--output", "{folder}/no/page.html"], "cannot write {folder}/no/page.html"),
    ],
)
def test_what_cannot_be_reported_is_one_line(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    assert main(["report", *(word.format(folder=folder) for word in arguments)]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"error: {message.format(folder=folder)}")
