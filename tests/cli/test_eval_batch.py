"""``proctor eval batch``."""

import json
from pathlib import Path
from typing import Any

import pytest
from audit_process import ids, read
from sum_problems import broken_sums

from endpoint_stub import TOKENS, EndpointStub, Reply, Request, metered
from proctor.cli.main import main
from proctor.problems import write_problems

RATING = {"eval_type": "rating", "datasets": {"clean": "clean.json"}}
CHOICE = {"eval_type": "choice", "datasets": {"clean": "clean.json", "hack": "hack.json"}}
COMPLETION = {"eval_type": "completion", "datasets": {"sums": "sums.json"}, "num_broken": 1}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The empty folder that every command runs in."""
    monkeypatch.chdir(tmp_path)


def write(**configs: dict[str, Any]) -> None:
    Path("configs").mkdir(exist_ok=True)
    for name, values in configs.items():
        Path(f"configs/{name}.json").write_text(json.dumps(values))


def batch(*arguments: str, model: str = "control/honest") -> list[str]:
    return ["eval", "batch", "--configs-dir", "configs", "--model", model, "--results-dir", "r", *arguments]


def results() -> list[str]:
    return sorted(path.name for path in Path("r").glob("*.jsonl"))


def test_every_configuration_has_a_result_file(capsys: pytest.CaptureFixture[str]) -> None:
    write_problems(Path("sums.json"), broken_sums(2))
    write(rating=RATING, choice=CHOICE, completion=COMPLETION)
    assert main(batch("--max-problems", "2", "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    names = [f"{name}_control-honest.jsonl" for name in ("choice", "completion", "rating")]
    assert results() == names
    assert {path: summary["rows"] for path, summary in found.items()} == {
        f"r/{name}": count for name, count in zip(names, (4, 4, 2), strict=True)
    }


def test_the_packaged_configurations_are_run_where_there_is_no_such_folder(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["eval", "batch", "--model", "control/special-caser", "--max-problems", "2", "--model-alias", "cheat"]
    assert main(command) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith(f"evaluation/configs is not in {Path.cwd()}; the packaged example is used\n")
    found = sorted(path.name for path in Path("results").glob("*.jsonl"))
    assert "choice_basic_cheat.jsonl" in found
    assert sum(name.startswith("completion_grid__") for name in found) == 4
    assert {"choice", "rating"} <= {line.partition(",")[0] for line in printed.out.splitlines()}


def test_a_grid_is_one_evaluation_for_each_combination() -> None:
    write(choice=CHOICE | {"grid": {"allow_flagging": [False, True], "seed": [0, 1]}})
    assert main(batch("--max-problems", "2")) == 0
    assert results() == [
        f"choice__allow_flagging={flag}__seed={seed}_control-honest.jsonl"
        for flag in ("false", "true")
        for seed in (0, 1)
    ]
    record = read(Path("r/choice__allow_flagging=true__seed=1_control-honest.jsonl.run.json"))
    assert (record["parameters"]["allow_flagging"], record["parameters"]["seed"]) == (True, 1)


def test_a_result_file_that_cannot_be_named_does_not_end_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    write(long=RATING | {"grid": {"attribute": ["x" * 300]}}, rating=RATING)
    assert main(batch("--max-problems", "2")) == 1
    assert results() == ["rating_control-honest.jsonl"]
    assert ": configs/long.json: its result file would have a name of 337 bytes, more than 220; shorten" in (
        capsys.readouterr().err
    )


def test_a_model_that_is_no_text_is_refused_by_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    write(model=RATING | {"model": ["x"]})
    assert main(["eval", "batch", "--configs-dir", "configs", "--results-dir", "r"]) == 1
    assert "configs/model.json: key 'model': expected a text, not empty and without NUL, found ['x']" in (
        capsys.readouterr().err
    )


def test_one_configuration_that_fails_does_not_end_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    write(broken={"eval_type": "rating", "atribute": "x"}, rating=RATING, unreadable={})
    Path("configs/unreadable.json").write_text("{")
    assert main(batch("--max-problems", "2")) == 1
    assert results() == ["rating_control-honest.jsonl"]
    *_, first, second, last = capsys.readouterr().err.splitlines()
    assert first.startswith("broken: unknown key in configs/broken.json: 'atribute'; did you mean 'attribute'?")
    assert second.startswith("unreadable.json: configs/unreadable.json: ")
    assert last == (
        "error: 2 evaluations of configs are not there, or not finished: broken, unreadable.json; "
        "what was done is kept, and the same command continues"
    )


def answer(number: int, request: Request) -> Reply:
    return metered("<choice>A</choice><rating>7</rating>")


def at(stub: EndpointStub, *arguments: str) -> list[str]:
    endpoint = ["--base-url", stub.base_url, "--cache-dir", "cache"]
    return batch(*endpoint, "--max-problems", "4", *arguments, model="openai-compatible/x")


def test_results_that_were_made_with_the_same_parameters_are_kept_and_others_refused(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = answer
    write(rating=RATING)
    assert main(at(stub)) == 0
    write(choice=CHOICE | {"originals": False})
    assert main(at(stub, "--no-cache")) == 0
    assert stub.asked == 8
    capsys.readouterr()
    assert main(at(stub, "--temperature", "0")) == 1
    refused = [line for line in capsys.readouterr().err.splitlines() if "were made otherwise" in line]
    assert refused == [
        f"{name}_openai-compatible-x.jsonl: r/{name}_openai-compatible-x.jsonl holds results that were made "
        "otherwise: temperature 0.7 (now 0.0); repeat that, or choose another --output"
        for name in ("choice", "rating")
    ]
    assert main(at(stub, "--temperature", "0", "--replace")) == 0
    assert stub.asked == 16


def test_a_cap_holds_for_all_result_files_together(stub: EndpointStub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.decide = answer
    write(choice=CHOICE | {"originals": False}, rating=RATING)
    cap = ["--max-total-tokens", str(6 * TOKENS), "--max-concurrent", "1"]
    assert main(at(stub, *cap)) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-2].startswith("rating_openai-compatible-x.jsonl: --max-total-tokens 3.0k tokens is reached: ")
    kept = {name: len(ids(Path("r") / name)) for name in results()}
    assert kept == {"choice_openai-compatible-x.jsonl": 4, "rating_openai-compatible-x.jsonl": 2}
    assert (main(at(stub, *cap)), stub.asked) == (1, 6)
    assert main(at(stub, "--max-total-tokens", str(99 * TOKENS))) == 0
    assert stub.asked == 8


def test_every_result_file_is_gone_on_with_where_more_is_asked_for(stub: EndpointStub) -> None:
    stub.decide = answer
    write(choice=CHOICE | {"originals": False}, rating=RATING)
    assert main(at(stub)) == 0
    assert main(at(stub, "--max-problems", "6", "--epochs", "2", "--no-cache")) == 0
    assert stub.asked == 2 * 6 * 2
