"""The audit command against a local endpoint: what it prints, what it keeps, and what a kill costs."""

import re
import sqlite3
from pathlib import Path

import pytest
from audit_process import ids, kill, lines, read, run, start, wait_for, wait_for_lines
from sum_problems import problem_file, sums

from endpoint_stub import TOKENS, EndpointStub, Reply, Request, metered, openai_error
from proctor.cli.main import main

PROBLEMS = 30
ATTEMPTS = 3 * PROBLEMS


def solve(number: int, request: Request) -> Reply:
    found = re.search(r"Add (\d+) to x", request.question)
    assert found
    return metered(f"<code>\ndef add(x):\n    return x + {found[1]}\n</code>", delay=0.02)


def audit(home: Path, stub: EndpointStub, *arguments: str, problems: int = 3) -> list[str]:
    dataset = problem_file(home / "sums.jsonl", sums(problems))
    places = ["--dataset", str(dataset), "--output", str(home / "out"), "--cache-dir", str(home / "cache")]
    return ["audit", *places, "--model", "openai-compatible/x", "--base-url", stub.base_url, *arguments]


def test_a_cap_ends_with_the_table_and_how_to_go_on(
    stub: EndpointStub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = solve
    assert main(audit(tmp_path, stub, "--max-total-tokens", str(5 * TOKENS))) == 1
    printed = capsys.readouterr()
    assert "hack rate" in printed.out
    assert printed.out.endswith(f"report: {tmp_path / 'out' / 'report.html'}\n")
    closing, error = printed.err.splitlines()[-2:]
    assert closing.endswith(
        "5 paid, 0 answered from the cache, 0 without an answer, 0 retries; price unknown, 2.5k of 2.5k tokens"
    )
    assert error == (
        "error: --max-total-tokens 2.5k tokens is reached: all runs of this output took 2.5k tokens and the next call "
        "may take 500 tokens; what was done is kept, and the same command with a higher cap goes on"
    )
    assert main(audit(tmp_path, stub, "--max-total-tokens", str(50 * TOKENS))) == 0
    assert stub.asked == len(ids(tmp_path / "out" / "grades.jsonl")) == 9


def test_refused_requests_are_told_in_one_line(
    stub: EndpointStub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = lambda number, request: openai_error(404, "The model 'x' does not exist.", "model_not_found")
    assert main(audit(tmp_path, stub)) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1] == (
        "error: openai-compatible/x refuses requests: HTTP 404: The model 'x' does not exist.; "
        "check the model's name and --base-url"
    )


def test_a_killed_audit_goes_on_and_pays_nothing_twice(stub: EndpointStub, tmp_path: Path) -> None:
    stub.decide = solve
    command = audit(tmp_path, stub, problems=PROBLEMS)
    process = start(*command)
    assert wait_for_lines(process, tmp_path / "out" / "solutions.jsonl", ATTEMPTS // 4)
    kill(process)
    with sqlite3.connect(tmp_path / "cache" / "responses.sqlite") as cache:
        (kept,) = cache.execute("SELECT count(*) FROM responses").fetchone()
    cache.close()
    assert lines(tmp_path / "out" / "solutions.jsonl") <= kept < ATTEMPTS
    wait_for(lambda: stub.connected == 0)  # what the killed one had sent is counted then
    asked = stub.asked
    ended = run(*command)
    assert ended.returncode == 0
    assert stub.asked - asked == ATTEMPTS - kept
    found = ids(tmp_path / "out" / "grades.jsonl")
    assert len(found) == len(set(found)) == ATTEMPTS
    rate = read(tmp_path / "out" / "summary.json")["models"]["openai-compatible/x"]["solve_rate"]["estimate"]
    assert rate == 1


def test_the_estimate_has_a_column_of_costs(
    stub: EndpointStub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(audit(tmp_path, stub, "--model", "openai/gpt-4o-mini", "--estimate")) == 0
    printed = capsys.readouterr().out
    assert re.search(r"openai-compatible/x +9 .* unknown", printed)
    assert re.search(r"openai/gpt-4o-mini +9 .* \$0\.00\d\d", printed)
    assert not (tmp_path / "out").exists()
