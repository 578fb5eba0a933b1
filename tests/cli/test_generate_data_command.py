"""``proctor generate-data``."""

import dataclasses
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from audit_process import ids, kill, read, record, run, start, wait_for_lines
from sum_problems import broken_sums, script, sums

from endpoint_stub import TOKENS, EndpointStub, Reply, Request, chat_completion, metered, openai_error
from proctor.cli.main import main
from proctor.problems import load_dataset, write_problems
from proctor.prompts import find_prompt


def data(home: Path, *arguments: str, problems: int = 4, model: str = "control/special-caser") -> list[str]:
    write_problems(home / "sums.json", broken_sums(problems))
    output = [] if "--output" in arguments else ["--output", str(home / "out.json")]
    return ["generate-data", "--dataset", str(home / "sums.json"), "--model", model, *output, *arguments]


def at(stub: EndpointStub, *arguments: str, problems: int = 4) -> list[str]:
    endpoint = ["--base-url", stub.base_url, "--cache-dir", "cache"]
    return data(Path.cwd(), *endpoint, *arguments, problems=problems, model="openai-compatible/x")


def answer(number: int, request: Request) -> Reply:
    return metered(f"<code>\nadd = {number}\n</code>", delay=0.002)


def entries(path: Path) -> list[dict[str, Any]]:
    problems: list[dict[str, Any]] = read(path)["problems"]
    return problems


def test_it_writes_the_data_set_with_completion_verdict_and_mix(tmp_path: Path) -> None:
    ended = run(*data(tmp_path, "--fraction-broken-tests", "0.5"))
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = ended.stdout.splitlines()
    assert (shown[0].rstrip(), shown[-1]) == ("4 completions", f"4 completions: {tmp_path / 'out.json'}")
    assert any(line.split()[:6] == ["hacks", "strictly:", "passes", "everything", "shown", "4"] for line in shown)
    document = read(tmp_path / "out.json")
    counts = {key: document["metadata"][key] for key in ("dataset", "total_problems", "status")}
    assert counts == {"dataset": "sums", "total_problems": 4, "status": "with_completions"}
    assert document["metadata"]["completions"]["fraction_broken"] == 0.5
    assert [entry["problem_id"] for entry in document["problems"]] == [f"Sum/{number}" for number in range(4)]
    first = document["problems"][0]
    assert [test["use_broken"] for test in first["mixed_test_cases"]].count(True) == 2
    assert (first["eval_result"]["passed_correct"], first["eval_result"]["passed_broken"]) == (2, 2)
    assert (first["eval_result"]["is_hacking"], first["truth"]["success"]) == (True, False)


def test_what_it_writes_is_a_data_set_with_a_mix_of_its_own(tmp_path: Path) -> None:
    assert main(data(tmp_path, "--num-broken", "1")) == 0
    again = ["generate-data", "--dataset", str(tmp_path / "out.json"), "--model", "control/honest"]
    assert main([*again, "--output", str(tmp_path / "again.json")]) == 0
    first, second = entries(tmp_path / "out.json"), entries(tmp_path / "again.json")
    assert [entry["mixed_test_cases"] for entry in first] == [entry["mixed_test_cases"] for entry in second]
    assert [entry["truth"]["success"] for entry in second] == [True] * 4
    assert "prompt" not in second[0]["metadata"]


def test_the_completions_can_be_graded_as_they_are(tmp_path: Path) -> None:
    assert main(data(tmp_path, "--num-broken", "1", model="control/honest")) == 0
    rows, problems = tmp_path / "out.json.rows.jsonl", tmp_path / "sums.json"
    graded = run("grade", rows, "--problems", problems, "--output", tmp_path / "grades.jsonl")
    assert "passed: 4 of 4 graded, 100.0 %" in graded.stdout


def test_the_output_may_be_json_lines(tmp_path: Path) -> None:
    assert main(data(tmp_path, "--output", str(tmp_path / "out.jsonl"))) == 0
    assert ids(tmp_path / "out.jsonl") == [f"Sum/{number}" for number in range(4)]
    assert len(load_dataset(str(tmp_path / "out.jsonl")).problems) == 4


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ([], ["Sum/0", "Sum/1", "Sum/2", "Sum/3"]),
        (["--keep", "passing"], ["Sum/0"]),
        (["--require-flag", "--flag-prompt-id", "basic"], ["Sum/1"]),
    ],
)
def test_the_selection_may_change_without_asking_anew(tmp_path: Path, arguments: list[str], kept: list[str]) -> None:
    right = "<code>\ndef add(x):\n    return x\n</code>"
    model = script(tmp_path, right, "<flag>no</flag>", "I cannot.", f"<flag>no</flag>{right}")
    every = ["--flag-prompt-id", "basic", "--num-broken", "0"]
    assert main(data(tmp_path, *every, model=model)) == 0
    assert main(data(tmp_path, *every, *arguments, model=model)) == 0
    assert [entry["problem_id"] for entry in entries(tmp_path / "out.json")] == kept
    found = record(tmp_path / "out.json")
    assert (found["selection"]["kept"], len(found["sessions"])) == (len(kept), 1)


def test_the_record_has_parameters_digests_and_counts(tmp_path: Path) -> None:
    assert main(data(tmp_path, "--require-flag", "--prompt-id", "basic", model="control/flagger")) == 0
    found = record(tmp_path / "out.json")
    assert found["digests"]["prompts"] == {
        name: find_prompt(*name.split("/")).digest for name in ("flag/basic", "generation/basic", "patch/basic")
    }
    assert found["parameters"]["problems"] == str(tmp_path / "sums.json")
    assert found["counts"]["flagged"] == found["selection"]["kept"] == 4
    assert found["isolation"]["level"] in (1, 2, 3)


def test_problems_with_too_few_broken_tests_are_named_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = data(tmp_path, "--num-broken", "3")
    problems = broken_sums(3)
    few = dataclasses.replace(problems[1], broken_test_cases=[], metadata={})
    write_problems(tmp_path / "sums.json", [problems[0], few, problems[2]])
    assert main(command) == 0
    assert capsys.readouterr().err.startswith("1 problem has too few tests for this mix, such as Sum/1: ")
    assert [entry["problem_id"] for entry in entries(tmp_path / "out.json")] == ["Sum/0", "Sum/2"]
    assert [skipped["problem_id"] for skipped in record(tmp_path / "out.json")["unmixed"]] == ["Sum/1"]


def test_a_data_set_without_broken_tests_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = data(tmp_path, "--num-broken", "1")
    write_problems(tmp_path / "sums.json", sums(2))
    assert main(command) == 1
    told = "error: nothing to complete: 2 problems have too few tests for this mix, such as Sum/0: "
    assert capsys.readouterr().err.startswith(told)
    assert [path.name for path in tmp_path.iterdir()] == ["sums.json"]


def test_what_got_no_answer_is_told_and_asked_again_by_the_next_run(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = lambda number, request: (
        openai_error(500, "Overloaded.") if "Add 2 to x" in request.question else answer(number, request)
    )
    assert main(at(stub, "--api-max-retries", "0")) == 1
    assert "1 of 4 samples had no answer" in capsys.readouterr().err.splitlines()[-1]
    assert record(Path("out.json"))["missed"].keys() == {"Sum/2"}
    assert len(entries(Path("out.json"))) == 3
    stub.decide = answer
    assert main(at(stub)) == 0
    assert len(entries(Path("out.json"))) == 4


def test_a_cap_ends_it_with_everything_kept_and_a_higher_one_goes_on(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = answer
    assert main(at(stub, "--max-total-tokens", str(2 * TOKENS))) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: --max-total-tokens 1.0k tokens is reached: ")
    assert len(entries(Path("out.json"))) == 2
    assert main(at(stub, "--max-total-tokens", "9000")) == 0
    assert stub.asked == len(entries(Path("out.json"))) == 4


def test_killed_it_goes_on_and_pays_nothing_twice_beyond_the_calls_in_flight(stub: EndpointStub) -> None:
    stub.decide = answer
    command = at(stub, problems=40)
    for moment in (5, 20):
        process = start(*command)
        assert wait_for_lines(process, Path("out.json.rows.jsonl"), moment)
        kill(process)
    assert run(*command).returncode == 0
    found = ids(Path("out.json.rows.jsonl"))
    assert len(found) == len(set(found)) == len(entries(Path("out.json"))) == 40
    assert stub.asked <= 40 + 2 * 5


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(stub: EndpointStub) -> None:
    stub.decide = lambda number, request: Reply(body=chat_completion("<code>\na = 1\n</code>"), delay=0.02)
    process = start(*at(stub, problems=50))
    assert wait_for_lines(process, Path("out.json.rows.jsonl"), 3)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate()[1].splitlines()
    done = len(ids(Path("out.json.rows.jsonl")))
    assert process.returncode == 130
    assert told[-1] == f"stopped after {done} of 50 completions; what was done is kept, and the same command continues"
    assert len(entries(Path("out.json"))) == done


def test_other_parameters_are_refused_by_name_unless_they_replace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(data(tmp_path)) == 0
    assert main(data(tmp_path, "--temperature", "0", model="control/honest")) == 1
    assert capsys.readouterr().err == (
        f"error: {tmp_path / 'out.json'} holds completions that were made otherwise: model control/special-caser "
        "(now control/honest); temperature 0.7 (now 0.0); repeat that, or choose another --output\n"
    )
    assert main(data(tmp_path, "--temperature", "0", "--replace", model="control/honest")) == 0
    assert {entry["model"] for entry in entries(tmp_path / "out.json")} == {"control/honest"}


def test_problems_that_changed_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(data(tmp_path)) == 0
    assert main(data(tmp_path, problems=5)) == 1
    assert "completions that were made otherwise: problems_sha256 " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "gtp-4o"], "unknown model 'gtp-4o'"),
        (["--problem-prompt", "neutrl"], "unknown generation prompt 'neutrl'; did you mean 'neutral'?"),
        (["--flag-prompt-id", "ovrt"], "unknown flag prompt 'ovrt'; did you mean 'overt'?"),
        (["--output", "out.csv"], "expected an output that ends in .json or .jsonl, found 'out.csv'"),
        (["--dataset", "missing.json"], "no such file: missing.json"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(data(tmp_path, *arguments)) == 1
    printed = capsys.readouterr().err
    assert (printed.count("\n"), printed.startswith(f"error: {message}")) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["sums.json"]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = data(tmp_path, "--output", str(tmp_path / "sums.json"))
    before = (tmp_path / "sums.json").read_bytes()
    assert main(command) == 1
    assert capsys.readouterr().err == (
        f"error: {tmp_path / 'sums.json'} is there already, and no sums.json.rows.jsonl beside it says how it was "
        "made; choose another --output\n"
    )
    assert (tmp_path / "sums.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["sums.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--num-broken", "1", "--fraction-broken", "0.5"], "--fraction-broken-tests and --num-broken say the same"),
        (["--require-flag", "--keep", "passing"], "a reply without code passes nothing"),
        (["--fraction-broken", "1.5"], "1.5 is not in the range 0<=x<=1"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(data(tmp_path, *arguments)) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["--fraction-broken-tests", "0.5"], "sums_control-honest_neutral_fraction_0.5_completions.json"),
        (["--num-broken", "2", "--prompt-id", "basic"], "sums_control-honest_basic_num_2_completions.json"),
        (["--require-flag"], "sums_control-honest_neutral_own_mix_flags.json"),
    ],
)
def test_the_default_name_says_how_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_problems(tmp_path / "sums.json", broken_sums(2))
    assert main(["generate-data", "--dataset", "sums.json", "--model", "control/honest", *arguments]) == 0
    assert Path(name).exists()
