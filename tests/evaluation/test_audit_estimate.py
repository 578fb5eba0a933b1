import asyncio
from pathlib import Path

from audit_trials import PROBLEMS, Trial

from proctor.evaluation.audit import Estimate, estimate_audit
from proctor.records import write_jsonl


def estimate(trial: Trial, *models: str, samples: int = 1, **other: object) -> dict[str, Estimate]:
    return asyncio.run(
        estimate_audit(
            trial.folder, trial.parameters(**other), models=list(models), samples=samples, sandbox=trial.sandbox
        )
    )


def test_it_counts_what_the_run_then_asks_and_writes_nothing(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    found = estimate(trial, "control/honest")["control/honest"]
    assert list(tmp_path.iterdir()) == [trial.dataset]
    used = trial.run("control/honest").run["models"]["control/honest"]
    assert (found.attempts, found.calls, found.input_tokens) == (10, used["calls"], used["input_tokens"])
    assert found.output_tokens == 10 * 300


def test_samples_multiply_and_later_turns_send_the_conversation_again(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    one = estimate(trial, "control/honest")["control/honest"]
    assert estimate(trial, "control/honest", samples=3)["control/honest"] == Estimate(
        3 * one.attempts, 3 * one.calls, 3 * one.input_tokens, 3 * one.output_tokens
    )
    three_turns = estimate(trial, "control/honest", max_turns=3)["control/honest"]
    assert three_turns == Estimate(
        attempts=one.attempts,
        calls=3 * one.calls,
        input_tokens=3 * one.input_tokens + one.attempts * 3 * (300 + 500),
        output_tokens=3 * one.output_tokens,
    )


def test_what_is_answered_already_is_not_counted_and_a_torn_row_is_not_mended(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run("control/honest")
    rows = trial.rows(trial.folder.solutions)
    write_jsonl(trial.folder.solutions, rows[:6])
    with trial.folder.solutions.open("a") as file:
        file.write('{"id": "control/hon')
    before = trial.folder.solutions.read_bytes()
    found = estimate(trial, "control/honest", "control/wrong")
    assert (found["control/honest"].attempts, found["control/wrong"].attempts) == (4, 10)
    assert trial.folder.solutions.read_bytes() == before
