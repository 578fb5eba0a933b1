"""The scrape command: its options, what it prints, and how it stops and goes on."""

import re
import signal
from pathlib import Path
from typing import Any

import click
import pytest
from audit_process import lines, read, run, start, wait_for_lines
from sum_problems import problem_file, sums

from endpoint_stub import EndpointStub, Reply, Request, chat_completion
from proctor.cli.main import main
from proctor.cli.running import command_line
from proctor.cli.scrape import scrape as scrape_command
from proctor.problems import CodeProblem
from proctor.records import read_jsonl, write_jsonl

LATENCY = 0.05


def with_public_tests(count: int) -> list[CodeProblem]:
    """The second half of the tests is private."""
    return [CodeProblem(**{**vars(problem), "public_test_cases": problem.test_cases[:2]}) for problem in sums(count)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with three problems in it."""
    monkeypatch.chdir(tmp_path)
    problem_file(tmp_path / "sums.jsonl", with_public_tests(3))
    return tmp_path


def solve(number: int, request: Request) -> Reply:
    found = re.search(r"Add (\d+) to x", str(request.body["messages"]))
    assert found
    return Reply(body=chat_completion(f"<code>\ndef add(x):\n    return x + {found[1]}\n</code>"), delay=LATENCY)


def scrape(*arguments: str) -> list[str]:
    return ["scrape", "sums.jsonl", "out.jsonl", *arguments]


def at(stub: EndpointStub, *arguments: str) -> list[str]:
    where = ["--model", "openai-compatible/x", "--base-url", stub.base_url, "--cache-dir", "cache"]
    return scrape(*where, *arguments)


def shown(printed: str) -> list[str]:
    return [" ".join(line.split()) for line in printed.splitlines() if line.strip(" ─")]


def script(path: Path, replies: dict[str, str]) -> str:
    write_jsonl(path, [{"problem_id": name, "reply": reply} for name, reply in replies.items()])
    return f"scripted/{path}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--should-pass-private", "--should-not-pass-private"],
            "--should-pass-private excludes --should-not-pass-private: give one of them.",
        ),
        (
            ["--use-unhackable-executor", "--harness", "exposed"],
            "--use-unhackable-executor is --harness isolated: it excludes --harness exposed.",
        ),
        (["--together-api-key", "k"], "--together-api-key goes with --executor-type together only."),
        (
            ["--executor-type", "together", "--require-isolation", "1"],
            "--python and --require-isolation speak of the sandbox on this machine: leave them out with "
            "--executor-type together.",
        ),
        (["--num-private", "0"], "Invalid value for '--num-private': expected a number from 1 up or 'all', found '0'."),
        (
            ["--num-private", "some"],
            "Invalid value for '--num-private': expected a number from 1 up or 'all', found 'some'.",
        ),
    ],
)
def test_options_that_contradict_one_another_are_refused(
    home: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(scrape(*arguments)) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"Error: {message}"
    assert [file.name for file in home.iterdir()] == ["sums.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--leak-exit-info"],
            "the isolated harness has nothing to leak; use --harness exposed, or leave out the leaks",
        ),
        (
            ["--executor-type", "together"],
            "no key for Together's code interpreter; set TOGETHER_API_KEY or pass api_key",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_leaves_nothing(
    home: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TOGETHER_API_KEY", raising=False)
    assert main(scrape("--model", "control/honest", *arguments)) == 1
    assert capsys.readouterr().err == f"error: {message}\n"
    assert [file.name for file in home.iterdir()] == ["sums.jsonl"]


def test_a_file_of_problems_that_is_not_there_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(scrape("--model", "control/honest")) == 1
    assert capsys.readouterr().err == "error: no such file: sums.jsonl\n"
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_what_became_of_the_problems(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = {
        "Sum/0": "<code>\ndef add(x):\n    return x\n</code>",
        "Sum/1": "<code>\ndef add(x):\n    return {0: 1, 1: 2}[x]\n</code>",
    }
    model = script(home / "replies.jsonl", replies)
    arguments = ["--model", model, "--should-pass-private", "--max-retries", "2", "--error-log-path", "hard.jsonl"]
    assert main(scrape(*arguments)) == 0
    printed = capsys.readouterr()
    assert shown(printed.out) == [
        "3 attempts, 3 of them made by this run",
        "problems",
        "solved 1 an attempt meets the criteria",
        "exhausted 1 all attempts are made, and none meets them",
        "skipped 1 cannot be scraped",
        "unanswered 0 the model gave no answer; asked again by the next run",
        "solutions: out.jsonl",
    ]
    assert printed.err == f"1 problems were skipped, such as Sum/2: {model} has nothing to say about it\n"
    assert [row["problem"]["problem_id"] for row in read_jsonl(home / "out.jsonl")] == ["Sum/0"]
    assert [row["problem_id"] for row in read_jsonl(home / "hard.jsonl")] == ["Sum/1"]


def test_a_cap_ends_with_the_table_and_how_to_go_on(
    home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    stub.decide = solve
    assert main(at(stub, "--max-total-tokens", "18")) == 1
    printed = capsys.readouterr()
    assert "1 attempts, 1 of them made by this run" in shown(printed.out)
    closing, error = printed.err.splitlines()[-2:]
    assert closing.startswith("calls of models: 1 paid, 0 answered from the cache, 0 without an answer, 0 retries")
    assert error.endswith("what was done is kept, and the same command with a higher cap goes on")
    assert main(at(stub, "--max-total-tokens", "1000")) == 0
    assert stub.asked == lines(home / "out.jsonl") == 3
    assert "3 attempts, 2 of them made by this run" in shown(capsys.readouterr().out)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_how_to_go_on_and_goes_on(
    home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.chdir(home)
    problem_file(home / "sums.jsonl", with_public_tests(60))
    stub.decide = solve
    command = at(stub, "--profile-output", "profile.json")
    process = start(*command)
    assert wait_for_lines(process, home / "out.jsonl", 5)
    process.send_signal(number)
    _, told = process.communicate()
    assert process.returncode == 130
    assert re.fullmatch(
        r"stopped after \d+ of 60 problems; what was done is kept, and the same command continues",
        told.splitlines()[-1],
    )
    done = lines(home / "out.jsonl")
    ended = run(*command)
    assert (ended.returncode, f"60 attempts, {60 - done} of them made by this run" in ended.stdout) == (0, True)
    assert sorted(row["problem_id"] for row in read(home / "profile.json")["problems"]) == sorted(
        problem.problem_id for problem in sums(60)
    )


def test_a_finished_scrape_asks_nothing_again_and_still_has_its_profile(
    home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    stub.decide = solve
    assert main(at(stub)) == 0
    assert main(at(stub, "--no-cache", "--profile-output", "profile.json")) == 0
    assert stub.asked == 3
    profile = read(home / "profile.json")
    assert (len(profile["problems"]), profile["totals"]["calls"]) == (3, 3)


def test_begun_anew_it_forgets_the_profile_as_well(
    home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    stub.decide = solve
    assert main(at(stub)) == 0
    assert main(at(stub, "--no-cache", "--force-regenerate", "--profile-output", "profile.json")) == 0
    assert stub.asked == 6
    assert len(read(home / "profile.json")["problems"]) == 3


def test_the_endpoints_latency_is_read_back(home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    stub.decide = solve
    assert main(at(stub, "--max-concurrent", "60", "--profile-output", "profile.json")) == 0
    for row in read(home / "profile.json")["problems"]:
        assert row["model"] >= row["calls"] * LATENCY  # a busy machine may take longer, never less
        kinds = [row[kind] for kind in ("model", "waiting", "execution", "io", "overhead")]
        assert sum(kinds) == pytest.approx(row["seconds"], abs=1e-6)


@pytest.mark.parametrize("typed", [["--together-api-key", "secret"], ["--together-api-key=secret"]])
def test_a_key_stands_in_no_record(typed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["proctor", "scrape", *typed, "--seed", "1"])
    with click.Context(scrape_command, info_name="proctor"):
        assert "secret" not in " ".join(command_line())
        assert command_line()[-2:] == ["--seed", "1"]


def test_several_turns_are_asked_for_with_what_failed(
    home: Path, stub: EndpointStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    problem_file(home / "sums.jsonl", with_public_tests(1))

    def decide(number: int, request: Request) -> Reply | None:
        wrong = chat_completion("<code>\ndef add(x):\n    return x + 7\n</code>")
        return Reply(body=wrong) if number == 0 else solve(number, request)

    stub.decide = decide
    assert main(at(stub)) == 0
    [row] = read_jsonl(home / "out.jsonl")
    history: list[dict[str, Any]] = row["full_message_history"]
    assert [message["role"] for message in history] == ["user", "assistant", "user", "assistant"]
    assert "add(0)" in history[2]["content"]
