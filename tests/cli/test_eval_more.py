"""``proctor eval`` goes on with more problems, or with more replies to each question, in a file that is there."""

import json
from pathlib import Path
from typing import Any

import pytest
from audit_process import kill, record, start, wait_for_lines
from sum_problems import broken_sums

from endpoint_stub import EndpointStub, Reply, Request, metered
from proctor.cli.main import main
from proctor.problems import write_problems

OUT, WHOLE = Path("out.jsonl"), Path("whole.jsonl")
MIXED = "control/mix:honest=0.5,special-caser=0.5"
CHOICE = ["choice", "--datasets", "clean:clean.json,hack:hack.json"]
COMPLETION = ["completion", "--datasets", "sums:sums.json"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that every command runs in."""
    monkeypatch.chdir(tmp_path)
    problems = broken_sums(8)
    problems[3].broken_test_cases.clear()  # left out, and not counted
    problems[3].metadata.clear()
    write_problems(Path("sums.json"), problems)
    return tmp_path


def command(evaluation: list[str], *arguments: str, output: Path = OUT) -> list[str]:
    return ["eval", *evaluation, "--model", MIXED, "--output", str(output), *arguments]


def at(stub: EndpointStub, *arguments: str) -> list[str]:
    stub.decide = answer
    endpoint = ["--base-url", stub.base_url, "--cache-dir", "cache", "--no-originals", "--no-cache"]
    return ["eval", *CHOICE, "--model", "openai-compatible/x", "--output", str(OUT), *endpoint, *arguments]


def answer(number: int, request: Request) -> Reply:
    return metered("<choice>A</choice>", delay=0.002)


def rows(path: Path = OUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def lasting(path: Path) -> list[bytes]:
    """The rows without what no two runs have in common: when they were made, and how long their tests took."""
    found = rows(path)
    for row in found:
        row["timestamp"] = None
        for test in row["grade"].get("tests", ()):
            test["seconds"] = None
    return sorted(json.dumps(row).encode() for row in found)


def summary(path: Path = OUT) -> bytes:
    return path.with_name(f"{path.name}.summary.json").read_bytes()


@pytest.mark.parametrize("evaluation", [CHOICE, COMPLETION], ids=["choice", "completion"])
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (["--epochs", "1"], ["--epochs", "3"]),
        (["--max-problems", "2"], ["--max-problems", "4"]),
        (["--max-problems", "2"], []),
        (["--max-problems", "4", "--epochs", "1"], ["--epochs", "2"]),
    ],
    ids=["epochs", "problems", "all-problems", "both"],
)
def test_a_file_that_was_gone_on_with_is_one_that_was_made_at_once(
    evaluation: list[str], first: list[str], then: list[str]
) -> None:
    assert main(command(evaluation, *first)) == 0
    before = OUT.read_bytes()
    assert main(command(evaluation, *then)) == 0
    assert main(command(evaluation, *then, output=WHOLE)) == 0
    assert len(OUT.read_bytes()) > len(before)
    assert OUT.read_bytes().startswith(before)
    assert lasting(OUT) == lasting(WHOLE)
    assert summary(OUT) == summary(WHOLE)
    assert record(OUT)["parameters"] == record(WHOLE)["parameters"]


def test_only_what_is_missing_is_asked_for(stub: EndpointStub) -> None:
    assert main(at(stub, "--max-problems", "2")) == 0
    assert main(at(stub, "--max-problems", "5", "--epochs", "2")) == 0
    assert stub.asked == len({row["id"] for row in rows()}) == len(rows()) == 5 * 2
    parameters = record(OUT)["parameters"]
    assert (parameters["max_problems"], parameters["epochs"]) == (5, 2)
    assert record(OUT)["counts"]["results"] == 10


def test_killed_while_there_was_more_to_ask_it_goes_on_with_the_rest(stub: EndpointStub) -> None:
    assert main(at(stub, "--max-problems", "4")) == 0
    process = start(*at(stub, "--epochs", "3"))
    assert wait_for_lines(process, OUT, 20)
    kill(process)
    assert record(OUT)["parameters"]["epochs"] == 3
    assert main(at(stub, "--epochs", "3")) == 0
    assert len({row["id"] for row in rows()}) == len(rows()) == 16 * 3
    assert stub.asked <= 16 * 3 + 5


def test_fewer_than_are_there_is_nothing_to_ask_and_is_told(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(at(stub, "--max-problems", "4", "--epochs", "3")) == 0
    before = OUT.read_bytes(), summary()
    assert "more" not in capsys.readouterr().err
    assert main(at(stub, "--max-problems", "2", "--epochs", "1")) == 0
    assert "out.jsonl holds 10 results more than are asked for now; they stay, and they count\n" in (
        capsys.readouterr().err
    )
    assert (OUT.read_bytes(), summary(), stub.asked) == (*before, 12)
    assert record(OUT)["counts"]["results"] == 12


def test_other_parameters_are_still_refused_and_only_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(CHOICE, "--max-problems", "2")) == 0
    assert main(command(CHOICE, "--epochs", "2", "--seed", "1")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: out.jsonl holds results that were made otherwise: seed 0 (now 1); repeat that, or choose "
        "another --output"
    )
    assert record(OUT)["parameters"]["epochs"] == 1


def test_more_replaces_nothing_and_another_seed_does() -> None:
    assert main(command(CHOICE, "--max-problems", "2")) == 0
    before = OUT.read_bytes()
    assert main(command(CHOICE, "--max-problems", "3", "--replace")) == 0
    assert OUT.read_bytes().startswith(before)
    assert main(command(CHOICE, "--max-problems", "3", "--seed", "1", "--replace")) == 0
    assert ({row["seed"] for row in rows()}, len(rows())) == ({1}, 3 * 2)
