"""The scraper as a command, at a stub endpoint that fails now and then: nothing is lost, and nothing done twice."""

import random
from pathlib import Path

from audit_process import ids, kill, lines, run, start, wait_for_lines
from sum_problems import problem_file

from endpoint_stub import EndpointStub
from learner_endpoint import TURNS, Counts, Learner, sums
from proctor.records import read_jsonl

PROBLEMS, AT_ONCE = 40, 12
KILLS = 5


def scrape(folder: Path, stub: EndpointStub) -> list[str]:
    problems = problem_file(folder / "problems.jsonl", sums(PROBLEMS))
    files = [str(problems), str(folder / "solutions.jsonl"), "--error-log-path", str(folder / "exhausted.jsonl")]
    model = ["--model", "openai/gpt-4o-mini", "--base-url", stub.base_url, "--cache-dir", str(folder)]
    return ["scrape", *files, *model, "--should-pass-private", "--max-concurrent", str(AT_ONCE)]


def check_complete(folder: Path) -> None:
    """Every problem is solved by its first conversation, which has one row in each file."""
    expected = [problem.problem_id for problem in sums(PROBLEMS)]
    solutions = list(read_jsonl(folder / "solutions.jsonl"))
    assert sorted(row["problem"]["problem_id"] for row in solutions) == sorted(expected)
    assert {row["generation_metadata"]["turns"] for row in solutions} == {TURNS}
    assert sorted(ids(folder / "solutions.jsonl.attempts.jsonl")) == sorted(ids(folder / "solutions.jsonl"))
    assert lines(folder / "exhausted.jsonl") == 0


def test_a_tenth_of_the_calls_may_fail(stub: EndpointStub, tmp_path: Path) -> None:
    learner = stub.decide = Learner(failing=0.1)
    ended = run(*scrape(tmp_path, stub))
    assert ended.returncode == 0, ended.stderr
    check_complete(tmp_path)
    counts = Counts.of(stub, learner)
    assert (counts.paid, counts.distinct) == (TURNS * PROBLEMS, TURNS * PROBLEMS)
    assert counts.asked > counts.paid


def test_killed_on_its_way_it_pays_twice_at_most_for_what_was_in_flight(stub: EndpointStub, tmp_path: Path) -> None:
    learner = stub.decide = Learner(latency=0.05)
    command = scrape(tmp_path, stub)
    kills = 0
    for moment in sorted(random.Random(0).sample(range(1, PROBLEMS), KILLS)):
        process = start(*command)
        kills += wait_for_lines(process, tmp_path / "solutions.jsonl", moment)
        kill(process)
    ended = run(*command)
    assert ended.returncode == 0, ended.stderr
    assert kills == KILLS
    check_complete(tmp_path)
    counts = Counts.of(stub, learner)
    assert counts.distinct == TURNS * PROBLEMS
    assert counts.paid - counts.distinct <= KILLS * AT_ONCE


def test_run_again_it_asks_nothing(stub: EndpointStub, tmp_path: Path) -> None:
    stub.decide = Learner()
    command = scrape(tmp_path, stub)
    assert [run(*command).returncode for _ in range(2)] == [0, 0]
    check_complete(tmp_path)
    assert stub.asked == TURNS * PROBLEMS
