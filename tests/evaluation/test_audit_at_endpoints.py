"""Audits of models behind an endpoint: a local server that answers, refuses and fails as it is told."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit_trials import PROBLEMS, Trial, decode

from endpoint_stub import KEY, TOKENS, EndpointStub, Reply, Request, chat_completion, metered, openai_error
from proctor.errors import InputError
from proctor.evaluation.audit import Estimate, estimate_audit
from proctor.models import ModelOptions
from proctor.problems import CodeProblem, TestCase

NAME = "openai-compatible/x"
ATTEMPTS = 3 * len(PROBLEMS)


def solve(number: int, request: Request) -> Reply:
    """The right answer to a problem of :data:`PROBLEMS`."""
    found = re.search(r"Add (\d+) to x", request.body["messages"][0]["content"])
    assert found
    return metered(f"<code>\ndef add(x):\n    return x + {found[1]}\n</code>")


def at(stub: EndpointStub, home: Path, **other: Any) -> ModelOptions:
    return ModelOptions(base_url=stub.base_url, cache_folder=home / "cache", **other)


def audit_of(home: Path) -> Trial:
    return Trial(home, problems=PROBLEMS)


def unless(broken: Callable[[int, Request], Reply | None]) -> Callable[[int, Request], Reply]:
    return lambda number, request: broken(number, request) or solve(number, request)


def test_an_endpoint_that_is_asked_too_much_is_asked_again_and_all_is_counted(
    stub: EndpointStub, tmp_path: Path
) -> None:
    trial = audit_of(tmp_path)
    stub.planned = [openai_error(429, "Slow down.", retry_after_ms="1")] * 3 + [Reply(500, ""), Reply(cut=0)]
    stub.decide = solve
    result = trial.run(NAME, options=at(stub, tmp_path))
    assert result.unfinished is None
    assert result.summary["models"][NAME]["solve_rate"]["estimate"] == 1
    account = result.run["accounts"]["models"][NAME]
    assert (account["calls"], account["retries"], account["failed_calls"]) == (ATTEMPTS, 5, 0)
    assert account["waited_seconds"] > 0
    assert result.run["accounts"]["total_tokens"] == ATTEMPTS * TOKENS
    unknown, closing = trial.notes
    assert unknown == f"no price is known for {NAME}: its tokens are counted, its cost is not"
    assert re.fullmatch(
        r"calls of models: 9 paid, 0 answered from the cache, 0 without an answer, 5 retries "
        r"\(\d+ s of waiting, summed over calls\); price unknown, 4.5k tokens",
        closing,
    )
    assert trial.status == "price unknown, 4.5k tokens"


def test_a_second_audit_of_the_same_pays_nothing(stub: EndpointStub, tmp_path: Path) -> None:
    stub.decide = solve
    audit_of(tmp_path / "one").run(NAME, options=at(stub, tmp_path))
    again = audit_of(tmp_path / "two").run(NAME, options=at(stub, tmp_path))
    account = again.run["accounts"]["models"][NAME]
    assert (stub.asked, account["calls"], account["cached_calls"]) == (ATTEMPTS, 0, ATTEMPTS)


def test_a_cap_stops_with_all_that_was_paid_for_graded_and_a_higher_one_goes_on(
    stub: EndpointStub, tmp_path: Path
) -> None:
    trial = audit_of(tmp_path)
    stub.decide = solve
    stopped = trial.run(NAME, options=at(stub, tmp_path, max_total_tokens=4 * TOKENS))
    assert str(stopped.unfinished).startswith(
        "--max-total-tokens 2.0k tokens is reached: all runs of this output took 2.0k"
    )
    assert str(stopped.unfinished).endswith("what was done is kept, and the same command with a higher cap goes on")
    assert (stub.asked, stopped.attempts) == (4, 4)
    assert len(trial.rows(trial.folder.solutions)) == len(trial.rows(trial.folder.grades)) == 4
    assert stopped.summary == decode(trial.folder.summary)
    same = trial.run(NAME, options=at(stub, tmp_path, max_total_tokens=4 * TOKENS))
    assert (str(same.unfinished), same.attempts, stub.asked) == (str(stopped.unfinished), 0, 4)
    ended = trial.run(NAME, options=at(stub, tmp_path, max_total_tokens=ATTEMPTS * TOKENS))
    assert (ended.unfinished, ended.attempts, stub.asked) == (None, ATTEMPTS - 4, ATTEMPTS)
    assert ended.run["accounts"]["total_tokens"] == ATTEMPTS * TOKENS
    assert ended.run["accounts"]["caps"] == {"max_cost": None, "max_total_tokens": ATTEMPTS * TOKENS}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (openai_error(401, "Incorrect API key."), "HTTP 401: Incorrect API key.; check the key"),
        (openai_error(404, "No such model."), "HTTP 404: No such model.; check the model's name and --base-url"),
        (openai_error(400, "temperature: unknown field"), "HTTP 400: temperature: unknown field"),
    ],
)
def test_an_endpoint_that_refuses_all_requests_ends_the_run_at_once(
    stub: EndpointStub, tmp_path: Path, reply: Reply, said: str
) -> None:
    trial = audit_of(tmp_path)
    stub.decide = lambda number, request: reply
    result = trial.run(NAME, options=at(stub, tmp_path))
    assert str(result.unfinished) == f"{NAME} refuses requests: {said}"
    assert (result.attempts, result.summary["models"]) == (0, {})
    stub.decide = solve
    assert trial.run(NAME, options=at(stub, tmp_path)).attempts == ATTEMPTS


def test_a_question_that_is_refused_is_ungraded_and_the_others_go_on(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    refusal = openai_error(400, "Filtered.", "content_filter")
    stub.decide = unless(lambda number, request: refusal if "Add 1 to x" in request.question else None)
    result = trial.run(NAME, options=at(stub, tmp_path))
    assert result.unfinished is None
    ungraded = {row["id"]: row["ungraded"] for row in trial.rows(trial.folder.grades) if row["ungraded"]}
    reason = f"{NAME} refuses this question: HTTP 400: Filtered."
    assert ungraded == {f"{NAME}|Sum/1|{variant}|0": reason for variant in ("original", "sham", "conflicting")}
    assert result.summary["models"][NAME]["hack_rate"]["total"] == 2
    assert result.summary["models"][NAME]["hack_rate_of_all"]["total"] == 3
    asked = stub.asked
    assert trial.run(NAME, options=at(stub, tmp_path)).attempts == 0
    assert stub.asked == asked


def test_after_answers_a_bad_request_is_about_its_question(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    refusal = openai_error(400, "Something about this one.")
    stub.decide = unless(lambda number, request: refusal if number == 5 else None)
    result = trial.run(NAME, options=at(stub, tmp_path, max_concurrent=1))
    assert (result.unfinished, result.attempts) == (None, ATTEMPTS)
    assert result.summary["models"][NAME]["outcomes"]["ungraded"] == 1


def test_a_refusal_between_two_turns_keeps_what_was_said(stub: EndpointStub, tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS[:1])
    wrong = Reply(body=chat_completion("<code>\ndef add(x):\n    return None\n</code>"))
    too_long = openai_error(400, "This model's maximum context length is 10 tokens.")
    stub.decide = lambda number, request: wrong if len(request.body["messages"]) == 1 else too_long
    trial.run(NAME, options=at(stub, tmp_path), variants=["original"], max_turns=3)
    (row,) = trial.rows(trial.folder.solutions)
    assert [message["role"] for message in row["full_message_history"]] == ["user", "assistant", "user"]
    assert (row["generation_metadata"]["turns"], row["generation_metadata"]["usage"]["input_tokens"]) == (1, 11)
    assert row["test_execution_feedback"]["failure"].endswith("maximum context length is 10 tokens.")


def test_attempts_without_an_answer_are_counted_and_asked_again_by_the_next_run(
    stub: EndpointStub, tmp_path: Path
) -> None:
    trial = audit_of(tmp_path)
    stub.decide = unless(lambda number, request: Reply(500, "") if "Add 1 to x" in request.question else None)
    result = trial.run(NAME, options=at(stub, tmp_path, max_retries=0))
    failure = f"{NAME} gave no answer in 1 attempt: HTTP 500: Internal Server Error"
    assert str(result.unfinished) == (
        f"3 of 9 attempts had no answer, the first: {failure}; "
        "what was done is kept, and the same command asks them again"
    )
    missed = {f"{NAME}|Sum/1|{variant}|0": failure for variant in ("original", "sham", "conflicting")}
    assert (result.run["missed"], result.attempts) == (missed, 6)
    assert result.run["accounts"]["models"][NAME]["failed_calls"] == 3
    assert trial.notes[-1].startswith("calls of models: 6 paid, 0 answered from the cache, 3 without an answer, 0 ret")
    stub.decide = solve
    again = trial.run(NAME, options=at(stub, tmp_path))
    assert (again.unfinished, again.attempts, again.run["missed"]) == (None, 3, {})


def test_an_endpoint_that_is_gone_is_given_up(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    stub.decide = lambda number, request: Reply(503, "")
    result = trial.run(NAME, samples=20, options=at(stub, tmp_path, max_retries=0))
    assert str(result.unfinished) == (
        f"100 attempts in a row had no answer, the last: {NAME} gave no answer in 1 attempt: HTTP 503: Service "
        "Unavailable; what was done is kept, and the same command continues"
    )
    assert 100 <= stub.asked < 180


def test_a_cap_on_cost_without_a_price_is_refused_and_leaves_nothing(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    with pytest.raises(InputError, match=r"^--max-cost cannot hold: no price is known for 'openai-compatible/x'; "):
        trial.run(NAME, options=at(stub, tmp_path, max_cost=1.0))
    assert (stub.asked, trial.folder.path.exists()) == (0, False)


def test_what_was_spent_is_in_the_record_before_the_run_ends(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    seen: list[int] = []

    def look(number: int, request: Request) -> Reply:
        if number == 1:  # the first answer's save is due while this one is awaited
            return Reply(body=solve(number, request).body, delay=2.5)
        if number == 2:
            seen.append(decode(trial.folder.run)["accounts"]["total_tokens"])
        return solve(number, request)

    stub.decide = look
    trial.run(NAME, options=at(stub, tmp_path, max_concurrent=1))
    assert seen == [TOKENS]


def test_models_share_one_account_and_one_cap(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    stub.decide = solve
    other = "openai-compatible/y"
    stopped = trial.run(NAME, other, options=at(stub, tmp_path, max_total_tokens=12 * TOKENS))
    assert stopped.unfinished is not None
    calls = {name: account["calls"] for name, account in stopped.run["accounts"]["models"].items()}
    assert (calls, stub.asked) == ({NAME: 9, other: 3}, 12)


def test_every_call_of_every_sample_is_made_once(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    stub.decide = solve
    trial.run(NAME, samples=3, options=at(stub, tmp_path))
    asked = Counter(request.question for request in stub.requests)
    assert set(asked.values()) == {3}
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in stub.requests)


def test_an_estimate_says_what_it_costs(stub: EndpointStub, tmp_path: Path) -> None:
    trial = audit_of(tmp_path)
    found = asyncio.run(
        estimate_audit(
            trial.folder,
            trial.parameters(),
            models=["openai/gpt-4o-mini", "openai/nobody-knows-it", "control/honest"],
            sandbox=trial.sandbox,
        )
    )
    priced, unknown, control = found.values()
    assert priced.cost_usd == pytest.approx(priced.input_tokens * 0.15e-6 + priced.output_tokens * 0.6e-6)
    assert unknown == Estimate(priced.attempts, priced.calls, priced.input_tokens, priced.output_tokens, None)
    assert control.cost_usd == 0
    assert stub.asked == 0


def test_problems_that_read_stdin_are_asked_for_programs(stub: EndpointStub, tmp_path: Path) -> None:
    tests = [TestCase(f"{x}\n", f"{x + 1}\n", "stdin") for x in range(4)]
    problem = CodeProblem("In/0", "Read a number and print the next one.", tests)
    trial = Trial(tmp_path, problems=[problem])
    stub.decide = lambda number, request: Reply(body=chat_completion("<code>\nprint(int(input()) + 1)\n</code>"))
    trial.run(NAME, variants=["original"], options=at(stub, tmp_path))
    (request,) = stub.requests
    assert "must be a program that reads its input from standard input" in request.question
    shown = (trial.folder.read_problems() or [])[0].public_test_cases
    assert all(
        f"Input:\n```\n{test.input}```\nOutput:\n```\n{test.expected_output}```" in request.question for test in shown
    )
