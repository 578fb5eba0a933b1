"""What view, report, export and compare make of folders in which files are odd: none is lost, none passed over."""

import json
from pathlib import Path
from typing import Any

import pytest

from earlier_rows import GRADES, earlier_row, write_earlier
from proctor.cli.main import main


def commands(folder: Path) -> list[list[str]]:
    """Every command that reads results, with what it would write beside the folder."""
    return [
        ["eval", "view", str(folder)],
        ["report", str(folder), "--output", str(folder.parent / "report.html")],
        ["export", str(folder), "--output", str(folder.parent / "table.csv")],
        ["compare", str(folder)],
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of ratings that can be compared."""
    for name in ("a", "b"):
        write_earlier(
            tmp_path / "results" / f"{name}.jsonl",
            *(earlier_row("rating", number, score=number) for number in range(9)),
        )
    return tmp_path / "results"


def viewed(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["eval", "view", str(folder), "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {str(Path(name).relative_to(folder)): summary for name, summary in found.items()}


@pytest.mark.parametrize("which", range(4))
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
    folder: Path, text: str, complaint: str, which: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.jsonl").write_text(text)
    command = commands(folder)[which]
    assert main(command) == 1
    printed = capsys.readouterr()
    assert printed.err == (
        f"{folder}/odd.jsonl:{complaint}: left out\nerror: could not be read, and left out: {folder}/odd.jsonl\n"
    )
    assert printed.out
    assert all(Path(word).exists() for word in command[3:])


@pytest.mark.parametrize("which", range(4))
def test_a_last_line_that_was_cut_off_is_told_once(
    folder: Path, which: int, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (folder / "a.jsonl").read_bytes()
    (folder / "a.jsonl").write_bytes(whole[:-40])
    assert main(commands(folder)[which]) == 0
    assert capsys.readouterr().err == f"{folder}/a.jsonl:9: cut off in the middle: left out\n"
    assert viewed(folder, capsys)["a.jsonl"]["rows"] == 8


def test_a_file_of_several_types_is_summed_up_by_type(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {eval_type: earlier_row(eval_type, 0) for eval_type in ("rating", "choice")}
    write_earlier(folder / "both.jsonl", *rows.values())
    found = viewed(folder, capsys)
    assert list(found) == ["a.jsonl", "b.jsonl", "both.jsonl (choice)", "both.jsonl (rating)"]
    for eval_type, row in rows.items():
        write_earlier(folder / "one.jsonl", row)
        assert found[f"both.jsonl ({eval_type})"] == viewed(folder, capsys)["one.jsonl"]
    assert main(["eval", "view", str(folder)]) == 0
    assert "both (rating)" in capsys.readouterr().out


@pytest.mark.parametrize("which", range(4))
def test_answers_of_several_models_are_told(folder: Path, which: int, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (earlier_row("rating", number, model=model) for model in ("m", "n") for number in range(9))
    write_earlier(folder / "mixed.jsonl", *rows)
    assert main(commands(folder)[which]) == int(which == 3)  # compare refuses them
    told = f"{folder}/mixed.jsonl: rating: answers of m, n are taken together; split the file\n"
    assert capsys.readouterr().err.startswith(told)


def test_a_compressed_file_is_found_in_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import gzip

    (folder / "b.jsonl").unlink()
    (folder / "c.jsonl.gz").write_bytes(gzip.compress((folder / "a.jsonl").read_bytes()))
    found = viewed(folder, capsys)
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
        assert capsys.readouterr().err == f"error: {folder}/{name}{complaint}\n"


@pytest.mark.parametrize("which", range(3))
@pytest.mark.parametrize("eval_type", GRADES)
def test_every_type_can_be_shown_with_counts_that_are_unknown(tmp_path: Path, eval_type: str, which: int) -> None:
    unknown: dict[str, Any] = {key: float("nan") for key, value in GRADES[eval_type].items() if type(value) is int}
    rows = [
        earlier_row(eval_type, 0),
        earlier_row(eval_type, 1, **unknown),
        earlier_row(eval_type, 2) | {"grade": None},
    ]
    write_earlier(tmp_path / "results" / "r.jsonl", *rows)
    assert main(commands(tmp_path / "results")[which]) == 0
