import json
import signal
from pathlib import Path

import pytest
from audit_process import read, run, start, wait_until
from sum_problems import problem_file, sums

from endpoint_stub import EndpointStub, Reply, Request, chat_completion, openai_error
from proctor.problems import load_dataset, write_problems

WRONG = Reply(body=chat_completion("<output>99</output>"))


@pytest.mark.parametrize(
    ("name", "output"),
    [("sums.json", "sums_with_broken.json"), ("sums.jsonl", "sums_with_broken.jsonl")],
)
def test_the_output_stands_beside_the_data_set_and_is_of_its_kind(tmp_path: Path, name: str, output: str) -> None:
    write_problems(tmp_path / name, sums(3))
    ended = run("generate-broken", "--dataset", tmp_path / name)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"3 problems in {tmp_path / output}: 12 of 12 tests have a broken version")
    found = load_dataset(str(tmp_path / output)).problems
    assert [len(problem.broken_test_cases) for problem in found] == [4, 4, 4]
    assert read(tmp_path / f"{output}.run.json")["counts"]["broken_tests"] == 12


def test_broken_tests_are_replaced_and_the_same_again_are_the_same(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", sums(2))
    once, twice = tmp_path / "once.json", tmp_path / "twice.json"
    assert run("generate-broken", "--dataset", path, "--output", once).returncode == 0
    assert run("generate-broken", "--dataset", once, "--output", twice).returncode == 0
    assert once.read_bytes() == twice.read_bytes()


def test_the_data_set_itself_is_not_written_over(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", sums(1))
    before = path.read_bytes()
    ended = run("generate-broken", "--dataset", path, "--output", path)
    assert ended.returncode == 1
    assert ended.stderr == f"error: {path} would take the place of the data set itself; choose another --output\n"
    assert path.read_bytes() == before


def test_a_model_at_an_endpoint_is_asked_once_for_each_test_and_not_again(tmp_path: Path, stub: EndpointStub) -> None:
    stub.decide = lambda number, request: WRONG
    path = problem_file(tmp_path / "sums.jsonl", sums(3))
    asked = ["--model", "claude-3-haiku", "--provider", "openai-compatible", "--base-url", stub.base_url]
    for _ in range(2):
        ended = run("generate-broken", "--dataset", path, "--cache-dir", tmp_path / "cache", *asked)
        assert ended.returncode == 0, ended.stderr
        assert "12 of 12 tests have a broken version" in ended.stdout
    assert stub.asked == 12
    record = read(tmp_path / "sums_with_broken.jsonl.run.json")
    (account,) = record["accounts"]["models"].values()
    assert account["calls"] == 12


def test_a_cap_that_is_reached_writes_nothing_and_the_same_command_pays_only_for_the_rest(
    tmp_path: Path, stub: EndpointStub
) -> None:
    stub.decide = lambda number, request: WRONG
    path = problem_file(tmp_path / "sums.jsonl", sums(10))
    named = ["--model", "m", "--provider", "openai-compatible", "--base-url", stub.base_url, "--max-concurrent", "1"]
    command: list[str | Path] = ["generate-broken", "--dataset", path, "--cache-dir", tmp_path / "cache", *named]
    ended = run(*command, "--max-total-tokens", "400")
    assert ended.returncode == 1
    assert not (tmp_path / "sums_with_broken.jsonl").exists()
    paid = stub.asked
    assert 0 < paid < 40
    assert run(*command).returncode == 0
    assert stub.asked == 40


def test_a_problem_without_an_answer_is_left_out_and_named(tmp_path: Path, stub: EndpointStub) -> None:
    def decide(number: int, request: Request) -> Reply:
        is_first = "Add 0 to x." in json.dumps(request.body)
        return openai_error(500, "Overloaded.", "server_error") if is_first else WRONG

    stub.decide = decide
    path = problem_file(tmp_path / "sums.jsonl", sums(3))
    named = ["--model", "m", "--provider", "openai-compatible", "--base-url", stub.base_url, "--api-max-retries", "0"]
    ended = run("generate-broken", "--dataset", path, "--no-cache", *named)
    assert ended.returncode == 1
    assert "1 of 3 problems were left out, the first, Sum/0: " in ended.stderr
    found = load_dataset(str(tmp_path / "sums_with_broken.jsonl")).problems
    assert [problem.problem_id for problem in found] == ["Sum/1", "Sum/2"]


def test_ctrl_c_ends_it_cleanly_and_writes_nothing(tmp_path: Path, stub: EndpointStub) -> None:
    stub.decide = lambda number, request: Reply(delay=60.0)
    path = problem_file(tmp_path / "sums.jsonl", sums(3))
    named = ["--model", "m", "--provider", "openai-compatible", "--base-url", stub.base_url, "--no-cache"]
    process = start("generate-broken", "--dataset", path, *named)
    assert wait_until(process, lambda: stub.asked > 0)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.endswith(
        "stopped after 0 of 3 problems; nothing was written; what a model has answered is kept, and is not paid for "
        "again\n"
    )
    assert not (tmp_path / "sums_with_broken.jsonl").exists()
