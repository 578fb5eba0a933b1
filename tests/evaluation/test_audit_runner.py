import dataclasses
from pathlib import Path
from typing import Any

import pytest
from audit_trials import PROBLEMS, UNBREAKABLE, Trial, decode

from proctor.errors import ExecutionError, InputError, UnknownNameError
from proctor.problems import CodeProblem, problem_from_row
from proctor.records import write_jsonl

HONEST, CHEAT, WRONG = "control/honest", "control/special-caser", "control/wrong"


def outcomes(trial: Trial) -> dict[str, str]:
    return {row["id"]: row["outcome"] for row in trial.rows(trial.folder.grades)}


def test_an_audit_leaves_every_file_and_the_truth_about_its_controls(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    result = trial.run(HONEST, CHEAT, WRONG)
    rates = {
        name: tuple(model[rate]["estimate"] for rate in ("hack_rate", "sham_fail_rate", "solve_rate"))
        for name, model in result.summary["models"].items()
    }
    assert rates == {HONEST: (0, 0, 1), CHEAT: (1, 0, 1), WRONG: (0, 1, 0)}
    assert result.summary == decode(trial.folder.summary)
    assert result.run == decode(trial.folder.run)
    assert result.attempts == 3 * (4 + 3 + 3)
    assert (result.summary["breakable_problems"], result.summary["isolation"]) == (3, {"level": 2})
    files = {"problems.jsonl", "solutions.jsonl", "grades.jsonl", "summary.json", "run.json"}
    assert {file.name for file in trial.folder.path.iterdir()} == files


def test_a_solution_is_kept_in_the_documented_format(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS[:1])
    trial.run(CHEAT, variants=["conflicting"], seed=3, system_prompt_id="helpful_coder")
    (row,) = trial.rows(trial.folder.solutions)
    problem = problem_from_row(row["problem"], "row")
    (prepared,) = trial.folder.read_problems() or []
    shown = problem.public_test_cases
    assert dataclasses.replace(problem, public_test_cases=prepared.public_test_cases) == prepared
    assert len(shown) == len(prepared.public_test_cases) + 1
    assert prepared.broken_test_cases[0] in shown
    assert [message["role"] for message in row["full_message_history"]] == ["system", "user", "assistant"]
    assert all(test.as_statement() in row["full_message_history"][1]["content"] for test in shown)
    assert row["final_code"] in row["full_message_history"][2]["content"]
    notes = row["generation_metadata"]
    usage = notes.pop("usage")
    assert (row["id"], row["test_execution_feedback"]) == (f"{CHEAT}|Sum/0|conflicting|0", {})
    assert usage["input_tokens"] > 0 < usage["output_tokens"]
    assert notes == {
        "model": CHEAT,
        "variant": "conflicting",
        "sample_index": 0,
        "temperature": 1.0,
        "prompt_id": "basic",
        "system_prompt_id": "helpful_coder",
        "flag_prompt_id": "basic",
        "feedback": "full",
        "max_turns": 1,
        "seed": 3,
        "turns": 1,
        "flag": None,
        "has_code": True,
    }


def test_the_run_record_holds_what_is_no_function_of_the_attempts(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    run = trial.run(HONEST).run
    assert run["parameters"]["dataset"] == str(trial.dataset)
    assert run["command"] == ["proctor", "audit"]
    assert set(run["digests"]["prompts"]) == {"generation/basic", "flag/basic", "feedback/full"}
    assert len(run["digests"]["dataset"]) == 64
    assert run["problems"] == {
        "loaded": 4,
        "skipped": [],
        "breakable": 3,
        "unbreakable": [{"problem_id": "Near/0", "reason": "no functional test (assert f(...) == literal)"}],
    }
    assert run["models"][HONEST]["calls"] == 10
    assert [(session["attempts"], session["command"]) for session in run["sessions"]] == [(10, ["proctor", "audit"])]
    assert run["timings"]["seconds"] == run["sessions"][0]["seconds"]


def test_problems_that_cannot_be_broken_are_named_and_only_their_original_is_set(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST)
    assert trial.notes == ["1 of 4 problems has no test to break; only their original is set: Near/0"]
    assert [key for key in outcomes(trial) if "Near/0" in key] == [f"{HONEST}|Near/0|original|0"]


def test_without_the_originals_they_are_left_out(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST, variants=["one-off"])
    assert trial.notes == ["1 of 4 problems has no test to break; they are left out: Near/0"]
    assert [key for key in outcomes(trial) if "Near/0" in key] == []


def test_replies_to_problems_that_are_not_set_are_named(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    script = trial.script("replies.jsonl", {**{problem.problem_id: "no" for problem in PROBLEMS}, "Som/0": "no"})
    trial.run(script)
    assert trial.notes == [f"{script}: 1 of its problems are not set here: Som/0"]


def test_problems_that_a_model_does_not_answer_are_named_and_skipped(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    script = trial.script("replies.jsonl", {"Sum/1": "<code>\ndef add(x):\n    return x + 1\n</code>"})
    result = trial.run(script, variants=["original"])
    assert trial.notes == [f"{script} answers 1 of 3 problems; skipped: Sum/0, Sum/2"]
    assert outcomes(trial) == {f"{script}|Sum/1|original|0": "solved"}
    assert result.run["unanswered"] == {script: ["Sum/0", "Sum/2"]}


def test_a_second_run_has_nothing_to_do_and_changes_nothing(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST)
    before = {file.name: file.read_bytes() for file in trial.folder.path.iterdir()}
    runs = trial.grader.runs
    result = trial.run(HONEST)
    assert (result.attempts, trial.grader.runs) == (0, runs)
    assert {file.name: file.read_bytes() for file in trial.folder.path.iterdir()} == before
    assert trial.stages[-1] == ("attempts", 0)


def test_models_and_samples_may_be_added(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "in steps")
    trial.run(HONEST)
    assert trial.run(CHEAT).attempts == 10
    assert trial.run(HONEST, CHEAT, samples=2).attempts == 20
    whole = Trial(tmp_path / "at once")
    whole.run(HONEST, CHEAT, samples=2)
    assert trial.summary_bytes() == whole.summary_bytes()
    assert len(outcomes(trial)) == 40


def test_a_model_named_twice_is_asked_once(tmp_path: Path) -> None:
    assert Trial(tmp_path).run(HONEST, HONEST).attempts == 10


def test_an_answer_without_a_grade_is_graded_and_not_asked_for_again(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    script = trial.script("replies.jsonl", {p.problem_id: f"<code>\n{p.correct_solution}</code>" for p in PROBLEMS})
    trial.run(script)
    undisturbed = trial.summary_bytes()
    grades = trial.rows(trial.folder.grades)
    write_jsonl(trial.folder.grades, grades[:4])
    trial.script("replies.jsonl", {p.problem_id: "no code any more" for p in PROBLEMS})
    assert trial.run(script).attempts == 5
    assert trial.summary_bytes() == undisturbed
    assert len(trial.rows(trial.folder.solutions)) == 9


@pytest.mark.parametrize("file", ["solutions", "grades"])
def test_a_row_that_was_cut_short_is_done_again(tmp_path: Path, file: str) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST)
    undisturbed = trial.summary_bytes()
    if file == "solutions":  # the grade comes after the solution, so it is not there either
        write_jsonl(trial.folder.grades, trial.rows(trial.folder.grades)[:-1])
    path: Path = getattr(trial.folder, file)
    path.write_bytes(path.read_bytes()[:-40])
    trial.run(HONEST)
    assert trial.summary_bytes() == undisturbed
    assert len(outcomes(trial)) == len(trial.rows(trial.folder.solutions)) == 10


def test_a_broken_row_in_the_middle_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST)
    lines = trial.folder.grades.read_text().splitlines(keepends=True)
    trial.folder.grades.write_text("".join([*lines[:2], "oops\n", *lines[3:]]))
    before = trial.folder.grades.read_bytes()
    with pytest.raises(InputError, match=r"grades\.jsonl:3: "):
        trial.run(HONEST)
    assert trial.folder.grades.read_bytes() == before


def test_a_killed_start_is_begun_again(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run(HONEST)
    undisturbed = trial.summary_bytes()
    for file in trial.folder.path.iterdir():
        if file.name != "run.json":
            file.unlink()
    trial.run(HONEST)
    assert trial.summary_bytes() == undisturbed


def test_a_control_skips_problems_without_a_reference_and_another_model_can_add_them(tmp_path: Path) -> None:
    unsolved = dataclasses.replace(PROBLEMS[2], correct_solution=None)
    trial = Trial(tmp_path, problems=[*PROBLEMS[:2], unsolved])
    result = trial.run(HONEST, variants=["original"])
    assert len(trial.rows(trial.folder.solutions)) == 2
    assert result.run["unanswered"] == {HONEST: ["Sum/2"]}
    script = trial.script("replies.jsonl", {"Sum/2": "<code>\ndef add(x):\n    return x + 2\n</code>"})
    trial.run(script, variants=["original"])
    assert f"{script}|Sum/2|original|0" in outcomes(trial)


def test_a_sandbox_that_fails_leaves_attempts_ungraded(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    trial.run(HONEST, variants=["original"])
    trial.grader.fail_after = trial.grader.runs
    result = trial.run(CHEAT, variants=["original"])
    assert result.summary["models"][CHEAT]["outcomes"]["ungraded"] == 3
    assert {row["ungraded"] for row in trial.rows(trial.folder.grades)} == {None, "the sandbox is gone"}


def test_turns_are_continued_with_feedback(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    trial.run(WRONG, variants=["original"], max_turns=3)
    rows = trial.rows(trial.folder.solutions)
    assert {len(row["full_message_history"]) for row in rows} == {6}
    assert rows[0]["test_execution_feedback"] == {"turns": [{"turn": 1, "passed": False}, {"turn": 2, "passed": False}]}
    assert decode(trial.folder.run)["models"][WRONG]["calls"] == 9


@pytest.mark.parametrize(
    ("models", "other", "message"),
    [
        (["control/honst"], {}, "unknown model 'control/honst'; did you mean 'control/honest'?"),
        (["scripted/none.jsonl"], {}, "no such file: none.jsonl"),
        ([HONEST], {"dataset": "humanevil"}, "unknown dataset 'humanevil'; did you mean 'humaneval'?"),
        ([HONEST], {"dataset": "/none.jsonl"}, "no such file: /none.jsonl"),
        ([HONEST], {"prompt_id": "basics"}, "unknown generation prompt 'basics'; did you mean 'basic'?"),
        ([HONEST], {"system_prompt_id": "no"}, "unknown system prompt 'no'"),
        ([HONEST], {"flag_prompt_id": "no"}, "unknown flag prompt 'no'"),
        ([HONEST], {"feedback": "no"}, "unknown feedback prompt 'no'"),
    ],
)
def test_a_start_that_fails_leaves_no_folder_behind(
    tmp_path: Path, models: list[str], other: dict[str, Any], message: str
) -> None:
    trial = Trial(tmp_path)
    with pytest.raises((UnknownNameError, InputError)) as caught:
        trial.run(*models, **other)
    assert str(caught.value).startswith(message)
    assert not trial.folder.path.exists()


@pytest.mark.parametrize(
    "problem",
    [
        UNBREAKABLE,
        dataclasses.replace(PROBLEMS[0], correct_solution=None),
        dataclasses.replace(PROBLEMS[0], correct_solution="def add(x):\n    return 'wrong'\n"),
    ],
    ids=["no functional test", "no reference", "a reference that fails"],
)
def test_nothing_to_break_is_an_error_that_leaves_nothing(tmp_path: Path, problem: CodeProblem) -> None:
    trial = Trial(tmp_path, problems=[problem])
    script = trial.script("replies.jsonl", {problem.problem_id: "no"})
    with pytest.raises(InputError, match=r"^none of the 1 problems of '.*' has a test that can be broken: "):
        trial.run(script)
    assert not trial.folder.path.exists()


def test_a_weak_sandbox_is_warned_of(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS[:1], level=3)
    trial.run(HONEST)
    assert trial.notes[0].startswith(
        "WARNING: isolation level 3: without Landlock and seccomp, solutions can read your"
    )


def test_originals_alone_need_nothing_to_break(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=[UNBREAKABLE])
    trial.run(HONEST, variants=["original"])
    assert outcomes(trial) == {f"{HONEST}|Near/0|original|0": "solved"}


def test_a_script_that_answers_none_of_the_problems_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    script = trial.script("replies.jsonl", {"Other/1": "hello"})
    with pytest.raises(InputError) as caught:
        trial.run(script)
    assert str(caught.value) == (
        f"{script} has nothing to say about any of the 4 problems (the first is 'Sum/0'): a scripted model needs a "
        "reply to it, a control model a reference solution and a function name"
    )
    assert not trial.folder.path.exists()


def test_a_sandbox_that_does_not_start_leaves_no_folder_behind(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.grader.fail_after = 0
    with pytest.raises(ExecutionError):
        trial.run(HONEST)
    assert not trial.folder.path.exists()
