"""What view, report, export and compare make of folders in which files are odd: none is lost, none passed over."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from earlier_rows import GRADES, earlier_row, write_earlier
from proctor.cli.main import main

COMMANDS = {
    "view": ["eval", "view", "results"],
    "report": ["report", "results", "--output", "report.html"],
    "export": ["export", "results", "--output", "table.csv"],
    "compare": ["compare", "results"],
}
"""Every command that reads results."""


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder() -> Path:
    """Two files of ratings that can be compared."""
    folder = Path("results")
    for name in ("a", "b"):
        write_earlier(folder / f"{name}.jsonl", *(earlier_row("rating", number, score=number) for number in range(9)))
    return folder


def viewed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main([*COMMANDS["view"], "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {name.removeprefix("results/"): summary for name, summary in found.items()}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"eval_type": "rating"}\n', "1: Object missing required field `problem_id`"),
        ("not JSON\n", "1: JSON is malformed: invalid character (byte 4)"),
        (
            '{"eval_type": "rating", "question_id": 0, "problem_id": 0, "gr\n',
            "1: JSON is malformed: invalid character (byte 62)",
        ),
    ],
    ids=["no row", "no JSON", "broken line"],
)
def test_one_file_that_cannot_be_read_does_not_lose_the_others(
    folder: Path, text: str, complaint: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.jsonl").write_text(text)
    assert main(COMMANDS[command]) == 1
    printed = capsys.readouterr()
    assert printed.err == (
        f"results/odd.jsonl:{complaint}: left out\nerror: could not be read, and left out: results/odd.jsonl\n"
    )
    assert printed.out
    assert [Path(name).exists() for name in ("report.html", "table.csv")] == [command == "report", command == "export"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_last_line_that_was_cut_off_is_told_once(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (folder / "a.jsonl").read_bytes()
    (folder / "a.jsonl").write_bytes(whole[:-40])
    assert main(COMMANDS[command]) == 0
    assert capsys.readouterr().err == "results/a.jsonl:9: cut off in the middle: left out\n"
    assert viewed(capsys)["a.jsonl"]["rows"] == 8


def test_a_file_of_several_types_is_summed_up_by_type(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {eval_type: earlier_row(eval_type, 0) for eval_type in ("rating", "choice")}
    write_earlier(folder / "both.jsonl", *rows.values())
    found = viewed(capsys)
    assert list(found) == ["a.jsonl", "b.jsonl", "both.jsonl (choice)", "both.jsonl (rating)"]
    for eval_type, row in rows.items():
        write_earlier(folder / "one.jsonl", row)
        assert found[f"both.jsonl ({eval_type})"] == viewed(capsys)["one.jsonl"]
    assert main(COMMANDS["view"]) == 0
    assert "both (rating)" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_answers_of_several_models_are_told(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (earlier_row("rating", number, model=model) for model in ("m", "n") for number in range(9))
    write_earlier(folder / "mixed.jsonl", *rows)
    assert main(COMMANDS[command]) == int(command == "compare")  # which refuses them
    told = "results/mixed.jsonl: rating: answers of 2 models are taken together; split the file\n"
    assert capsys.readouterr().err.startswith(told)


def test_a_compressed_file_is_found_in_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.jsonl").unlink()
    (folder / "c.jsonl.gz").write_bytes(gzip.compress((folder / "a.jsonl").read_bytes()))
    found = viewed(capsys)
    assert found["c.jsonl.gz"] == found["a.jsonl"]


def test_a_file_that_was_named_and_cannot_be_read_stops_the_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.jsonl").write_text('{"eval_type": "rating"}\n')
    (folder / "empty.jsonl").write_text("")
    complaints = {
        "odd.jsonl": ":1: Object missing required field `problem_id`",
        "empty.jsonl": " holds no results of an evaluation",
    }
    for name, complaint in complaints.items():
        assert main(["report", str(folder / "a.jsonl"), str(folder / name)]) == 1
        assert capsys.readouterr().err == f"error: results/{name}{complaint}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_in_a_folder_is_left_out_and_a_folder_that_is_called_like_a_file_is_searched(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "c.jsonl").mkdir()
    (folder / "a.jsonl").rename(folder / "c.jsonl" / "a.jsonl")
    assert main(COMMANDS[command]) == 1
    assert capsys.readouterr().err == (
        "cannot read results/pipe.jsonl: it is no file: left out\n"
        "error: could not be read, and left out: results/pipe.jsonl\n"
    )
    assert list(viewed(capsys)) == ["b.jsonl", "c.jsonl/a.jsonl"]


def test_a_pipe_that_was_named_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe")
    assert main(["compare", "pipe", "results/b.jsonl"]) == 1
    assert capsys.readouterr().err == "error: cannot read pipe: it is no file\n"


@pytest.mark.parametrize("command", ["view", "report", "export"])
@pytest.mark.parametrize("eval_type", GRADES)
def test_every_type_can_be_shown_with_counts_that_are_unknown(eval_type: str, command: str) -> None:
    unknown: dict[str, Any] = {key: float("nan") for key, value in GRADES[eval_type].items() if type(value) is int}
    rows = [
        earlier_row(eval_type, 0),
        earlier_row(eval_type, 1, **unknown),
        earlier_row(eval_type, 2) | {"grade": None},
    ]
    write_earlier(Path("results/r.jsonl"), *rows)
    assert main(COMMANDS[command]) == 0
