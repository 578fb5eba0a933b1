"""``proctor end-to-end``."""

import json
from pathlib import Path
from typing import Any

import pytest
from audit_process import read
from sum_problems import problem_file, sums

from endpoint_stub import EndpointStub, Reply, Request, metered
from proctor.cli.main import main
from proctor.problems import load_dataset

SPLITS = ("train", "test")
COMPLETED = "sums_formatted_with_broken_control-special-caser_neutral_fraction_0.5_completions.json"
CONFIG = {
    "seed": 7,
    "output_dir": "out",
    "load": {"dataset": "sums.jsonl", "splits": ["train", "test"], "ratios": [0.75, 0.25]},
    "break": {},
    "complete": {"model": "control/special-caser", "prompt_id": "neutral", "fraction_broken": 0.5},
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a file of four problems."""
    monkeypatch.chdir(tmp_path)
    problem_file(tmp_path / "sums.jsonl", sums(4))
    return tmp_path


def end_to_end(**changes: Any) -> int:
    """Run it with the configuration, whose sections are changed so."""
    content: dict[str, Any] = dict(CONFIG)
    for key, change in changes.items():
        content[key] = {**content.get(key, {}), **change} if isinstance(change, dict) else change
    Path("config.json").write_text(json.dumps(content))
    return main(["end-to-end", "--config", "config.json"])


def steps(printed: str) -> list[str]:
    """The steps that were done: ``break train``; all others must have been said to be unchanged."""
    told = [
        line.split(": ", 1) for line in printed.splitlines() if line.startswith(("load: ", "break: ", "complete: "))
    ]
    assert len(told) == 5
    return [
        name if name == "load" else f"{name} {Path(rest).parent.name}" for name, rest in told if rest[:9] != "unchanged"
    ]


ALL = ["load", "break train", "complete train", "break test", "complete test"]


def test_it_loads_breaks_and_completes_every_split(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_to_end() == 0
    assert steps(capsys.readouterr().out) == ALL
    sizes = {split: len(read(Path("out/sums", split, COMPLETED))["problems"]) for split in SPLITS}
    assert sizes == {"train": 3, "test": 1}
    for split in SPLITS:
        assert all(
            entry["eval_result"]["hack_strict"] for entry in read(Path("out/sums", split, COMPLETED))["problems"]
        )
        broken = load_dataset(f"out/sums/{split}/sums_formatted_with_broken.json").problems
        assert all(len(problem.broken_test_cases) == len(problem.test_cases) for problem in broken)


def test_what_is_unchanged_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_to_end() == 0
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*") if path.is_file()}
    capsys.readouterr()
    assert end_to_end() == 0
    assert steps(capsys.readouterr().out) == []
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({"complete": {"temperature": 0}}, ["complete train", "complete test"]),
        ({"complete": {"keep": "passing"}}, ["complete train", "complete test"]),
        ({"complete": {"jobs": 1, "max_concurrent": 2, "max_cost": None}}, []),
        ({"break": {"variant": "conflicting"}}, ALL[1:]),
        ({"seed": 8}, ALL),
    ],
)
def test_what_depends_on_a_change_is_done_again(
    capsys: pytest.CaptureFixture[str], changes: dict[str, Any], done: list[str]
) -> None:
    assert end_to_end() == 0
    capsys.readouterr()
    assert end_to_end(**changes) == 0
    assert steps(capsys.readouterr().out) == done
    for split in SPLITS:
        broken, completed = (
            Path("out/sums", split, "sums_formatted_with_broken.json"),
            Path("out/sums", split, COMPLETED),
        )
        ids = [problem.problem_id for problem in load_dataset(str(broken)).problems]
        assert [entry["problem_id"] for entry in read(completed)["problems"]] == ids


def test_another_data_set_in_the_same_file_is_loaded_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_to_end() == 0
    problem_file(Path("sums.jsonl"), sums(8))
    capsys.readouterr()
    assert end_to_end() == 0
    assert steps(capsys.readouterr().out) == ALL
    assert len(read(Path("out/sums/train", COMPLETED))["problems"]) == 6


def test_a_file_between_the_steps_that_was_edited_is_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_to_end() == 0
    path = Path("out/sums/train/sums_formatted_with_broken.json")
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Add", b"Sub"))
    capsys.readouterr()
    assert end_to_end() == 0
    assert steps(capsys.readouterr().out) == ["break train"]
    assert path.read_bytes() == before


def test_the_wording_of_a_prompt_file_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    mine = Path("mine.j2")
    mine.write_text("{{ description }} {% for test in tests %}{{ test }}\n{% endfor %} {{ flag_text }}")
    change = {"complete": {"prompt_file": "mine.j2", "prompt_id": None}}
    assert end_to_end(**change) == 0
    mine.write_text(f"Please: {mine.read_text()}")
    capsys.readouterr()
    assert end_to_end(**change) == 0
    assert steps(capsys.readouterr().out) == ["complete train", "complete test"]


def test_a_step_that_was_not_finished_goes_on_where_it_was(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    problem_file(Path("sums.jsonl"), sums(4))

    def answer(number: int, request: Request) -> Reply:
        return metered(f"<code>\nadd = {number}\n</code>")

    stub.decide = answer
    model = {"model": "openai-compatible/x", "base_url": stub.base_url, "no_cache": True}
    assert end_to_end(complete={**model, "max_total_tokens": 1000}) == 1
    assert "--max-total-tokens 1.0k tokens is reached" in capsys.readouterr().err
    assert end_to_end(complete={**model, "max_total_tokens": 9000}) == 0
    assert steps(capsys.readouterr().out) == ["complete train", "break test", "complete test"]
    assert stub.asked == 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"complet": {}}, "unknown key in config.json: 'complet'; did you mean 'complete'? known: break, complete, "),
        (
            {"complete": {"temprature": 1}},
            "unknown key in config.json: complete: 'temprature'; did you mean 'temperature'?",
        ),
        ({"load": {"output_dir": "x"}}, "unknown key in config.json: load: 'output_dir'; "),
        ({"break": {"dataset": "x"}}, "unknown key in config.json: break: 'dataset'; "),
        ({"complete": 3}, "config.json: complete: expected an object with options, found 3"),
        ({"output_dir": 3}, "config.json: output_dir: expected text, found 3"),
        (
            {"complete": {"temperature": "hot"}},
            "config.json: complete: Invalid value for '--temperature': 'hot' is not ",
        ),
        ({"complete": {"keep": {"a": 1}}}, "config.json: complete: keep: expected a value, found {'a': 1}"),
        (
            {"complete": {"num_broken": 1}},
            "config.json: complete: --fraction-broken-tests and --num-broken say the same",
        ),
        ({"complete": {"prompt_id": "neutrl"}}, "unknown generation prompt 'neutrl'; did you mean 'neutral'?"),
        ({"break": {"model": "m", "prompt_id": "x"}}, "unknown broken_test prompt 'x'"),
        ({"load": {"dataset": None}}, "config.json: load: Missing option '--dataset'."),
        ({"load": {"ratios": [0.5, 0.6]}}, "expected ratios above 0 that make 1, found 0.5, 0.6"),
    ],
)
def test_a_wrong_file_is_told_before_anything_is_done(
    capsys: pytest.CaptureFixture[str], home: Path, changes: dict[str, Any], message: str
) -> None:
    assert end_to_end(**changes) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.startswith(f"error: {message}")) == ("", True), printed.err
    assert sorted(path.name for path in home.iterdir()) == ["config.json", "sums.jsonl"]
