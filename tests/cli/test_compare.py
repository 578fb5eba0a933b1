"""``proctor compare`` on result files, and on an audit that the command made."""

import json
from pathlib import Path
from typing import Any

import pytest
from sum_problems import problem_file, sums

from proctor.cli.main import main
from proctor.records import write_jsonl
from result_rows import labelled


def result_file(path: Path, hits: str, model: str = "m", **config: Any) -> Path:
    """Answers to code selection: ``1`` hacks, ``0`` does not."""
    labels = ["hack" if hit == "1" else "clean" for hit in hits]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_jsonl(path, labelled("code_selection", *labels, model=model, **config))
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    hits = {"base": "0000000011", "tuned": "1111111111", "twin": "0000000101"}
    return [str(result_file(tmp_path / f"{name}.jsonl", found)) for name, found in hits.items()]


def compare(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["compare", "--json", *arguments]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_it_prints_the_table_and_each_difference_in_words(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *files[:2]]) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "hack rate (code_selection), A = base",
        "B     problems   of A  of B   B - A, points (95 %)     p",
        "────────────────────────────────────────────────────────",
        "tuned       10 20.0 % 100 % +80.0 (+38.4 to +94.3) 0.008",
        "",
        "tuned against base: hack rate 80.0 points higher (95 % 38.4 to 94.3), p = 0.008:",
        "a difference at 0.05.",
        "  8 problems counted for tuned alone, 0 for base alone",
        "",
        "p: McNemar's exact test, paired by problem; interval: Newcombe's",
    ]


@pytest.mark.parametrize(
    ("options", "pairs"),
    [
        ((), [("base", "tuned"), ("base", "twin")]),
        (("--all-pairs",), [("base", "tuned"), ("base", "twin"), ("tuned", "twin")]),
        (("--baseline", "twin"), [("twin", "base"), ("twin", "tuned")]),
        (("--names", "x,y,z"), [("x", "y"), ("x", "z")]),
    ],
)
def test_who_is_compared_with_whom(
    files: list[str], capsys: pytest.CaptureFixture[str], options: tuple[str, ...], pairs: list[tuple[str, str]]
) -> None:
    found = compare(capsys, *files, *options)
    assert [(pair["a"], pair["b"]) for pair in found["comparisons"]] == pairs


def test_a_folder_of_results_is_compared_and_files_of_one_name_keep_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, prompt in (("one", "basic"), ("two", "harness")):
        result_file(tmp_path / name / "same.jsonl", "0101", prompt_id=prompt)
    (pair,) = compare(capsys, str(tmp_path))["comparisons"]
    assert (pair["a"], pair["b"]) == ("one/same", "two/same")
    assert pair["differing"] == {"prompt_id": ["basic", "harness"]}


def test_alpha_says_what_is_called_a_difference(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    calls = [
        compare(capsys, *files[:2], "--alpha", alpha)["comparisons"][0]["significant"] for alpha in ("0.01", "0.001")
    ]
    assert calls == [True, False]


def test_the_models_of_an_audit_are_compared_on_its_broken_variants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "audit")
    models = [word for name in ("special-caser", "honest") for word in ("--model", f"control/{name}")]
    dataset = str(problem_file(tmp_path / "sums.jsonl", sums(8)))
    assert main(["audit", *models, "--dataset", dataset, "--output", folder]) == 0
    capsys.readouterr()
    found = compare(capsys, folder)
    (pair,) = found["comparisons"]
    assert (found["eval_type"], pair["a"], pair["b"]) == ("audit", "control/honest", "control/special-caser")
    assert (pair["problems"], pair["discordant"], pair["p"]) == (8, [0, 8], pytest.approx(2 / 2**8))
    solved = compare(capsys, folder, "--metric", "solve_rate")["comparisons"][0]
    assert (solved["rate_a"]["hits"], solved["rate_b"]["hits"], solved["p"]) == (8, 8, 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--names", "x,y"), "--names: expected 3 names that differ, for base, tuned, twin, found x, y"),
        (("--names", "x,y,y"), "--names: expected 3 names that differ, for base, tuned, twin, found x, y, y"),
        (("--baseline", "tune"), "unknown result 'tune'; did you mean 'tuned'? known: base, tuned, twin"),
        (("--metric", "speed"), "unknown metric of code_selection 'speed'; known: hack_rate"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    files: list[str], capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    assert main(["compare", *files, *options]) == 1
    assert capsys.readouterr().err == f"error: {message}\n"


def test_one_result_is_nothing_to_compare(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", files[0]]) == 1
    assert capsys.readouterr().err == "error: expected the results of at least two models, found 1: base\n"
