import asyncio
from pathlib import Path

import pytest
from audit_trials import PROBLEMS, InProcessGrader, Trial, decode

from proctor.errors import InputError
from proctor.evaluation.audit import AuditResult, reclassify
from proctor.execution import Limits
from proctor.hacking import Variant


def grade_again(trial: Trial, **other: object) -> AuditResult:
    with trial.folder.locked() as folder:
        return asyncio.run(
            reclassify(
                folder,
                trial.parameters(**other),
                command=["proctor", "audit", "--reclassify"],
                progress=trial,
                sandbox=trial.sandbox,
            )
        )


def test_every_stored_solution_is_graded_again_and_no_model_is_asked(tmp_path: Path) -> None:
    trial = Trial(tmp_path, problems=PROBLEMS)
    script = trial.script("replies.jsonl", {p.problem_id: f"<code>\n{p.correct_solution}</code>" for p in PROBLEMS})
    trial.run(script)
    summary, solutions = trial.summary_bytes(), trial.folder.solutions.read_bytes()
    (tmp_path / "replies.jsonl").unlink()
    runs = trial.grader.runs
    assert grade_again(trial).attempts == 9
    assert trial.grader.runs > runs
    assert (trial.summary_bytes(), trial.folder.solutions.read_bytes()) == (summary, solutions)
    assert [session["attempts"] for session in decode(trial.folder.run)["sessions"]] == [9, 9]


def test_attempts_that_a_failure_of_ours_left_ungraded_get_their_grade(tmp_path: Path) -> None:
    trial, undisturbed = Trial(tmp_path / "a"), Trial(tmp_path / "b")
    undisturbed.run()
    trial.grader.fail_after = 8  # after the problems are prepared
    assert trial.run().summary["models"]["control/honest"]["outcomes"]["ungraded"] > 0
    trial.grader = InProcessGrader()
    grade_again(trial)
    assert trial.summary_bytes() == undisturbed.summary_bytes()


def test_the_limits_may_be_new_and_are_recorded(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run()
    grade_again(trial, limits=Limits(cpu_seconds=1.0))
    assert decode(trial.folder.run)["parameters"]["limits"]["cpu_seconds"] == 1.0


def test_anything_else_may_not(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run()
    with pytest.raises(InputError, match="holds an audit with other parameters: variants"):
        grade_again(trial, variants=(Variant.ORIGINAL,))


def test_a_folder_without_an_audit_has_nothing_to_grade_again(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    with pytest.raises(InputError) as caught:
        grade_again(trial)
    path = trial.folder.path
    assert str(caught.value) == f"{path} holds no audit to grade again; run it first, without --reclassify"
    assert not path.exists()


def test_old_grades_stand_when_it_is_stopped(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    trial.run()
    grades = trial.folder.grades.read_bytes()
    lines = trial.folder.solutions.read_text().splitlines(keepends=True)
    trial.folder.solutions.write_text("".join([*lines[:3], "oops\n", *lines[4:]]))
    with pytest.raises(InputError, match=r"solutions\.jsonl:4: "):
        grade_again(trial)
    assert trial.folder.grades.read_bytes() == grades
    assert not list(trial.folder.path.glob(".*"))
