"""The documented test suites, run as the document says."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from code_generation.test_scripts.checks import CHECKS, FAILS, Check
from code_generation.test_scripts.test_executors import TOGETHER, TRIALS, Subject, summary_of, table_of
from code_generation.test_scripts.test_grader_full import is_as_expected
from code_generation.test_scripts.test_grader_full import table_of as grader_table
from code_generation.test_scripts.test_real_dataset_samples import draw, references
from proctor.execution.isolation import plan_isolation
from proctor.problems import CodeProblem, TestCase, problem_to_row
from proctor.records import write_jsonl

sys.path.append(str(Path(__file__).parents[1] / "execution"))
from together_stub import KEY, together_stub

PATIENCE = 120.0  # seconds
LEVELS = [level for level in (1, 2, 3) if plan_isolation(level).level == level]


def suite(
    name: str, *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"code_generation.test_scripts.{name}", *map(str, arguments)]
    others = {key: value for key, value in os.environ.items() if key != "TOGETHER_API_KEY"}
    return subprocess.run(
        command, env={**others, **(environment or {})}, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def rows(ran: subprocess.CompletedProcess[str], first: str) -> list[str]:
    """The cells' text of the lines that begin with *first*, single spaces between words."""
    return [" ".join(line.split()) for line in ran.stdout.splitlines() if line.split()[:1] == [first]]


# ---- the grader


def test_every_solution_of_the_grader_suite_is_graded_as_it_should_be() -> None:
    ran = suite("test_grader_full")
    total = sum(map(len, CHECKS.values()))
    assert (ran.returncode, ran.stderr, len(rows(ran, "ok")), rows(ran, "WRONG")) == (0, "", total, [])
    assert f"\n{total} of {total} solutions graded as they should be, at isolation level {LEVELS[0]} in " in ran.stdout


def test_the_grader_suite_covers_what_it_promises() -> None:
    verdicts = {verdict for checks in CHECKS.values() for check in checks for verdict in check.expected}
    assert len([check for checks in CHECKS.values() for check in checks]) >= 30
    assert {"PASSED", "WRONG_ANSWER", "TIMEOUT", "MEMORY_LIMIT", "OUTPUT_LIMIT", FAILS} <= set(map(str, verdicts))


@pytest.mark.parametrize("name", CHECKS)
def test_no_two_solutions_of_one_kind_have_the_same_name(name: str) -> None:
    names = [check.what for check in CHECKS[name]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("expected", "seen", "is_right"),
    [
        (["PASSED", "TIMEOUT"], ["PASSED", "TIMEOUT"], True),
        (["PASSED"], ["WRONG_ANSWER"], False),
        (["PASSED", "PASSED"], ["PASSED"], False),
        ([FAILS], ["EXITED"], True),
        ([FAILS], ["PASSED"], False),
        ([FAILS], ["ungraded: the sandbox was lost"], False),
    ],
)
def test_a_verdict_is_held_against_the_due_one(expected: list[str], seen: list[str], is_right: bool) -> None:
    assert is_as_expected(expected, seen) is is_right


def test_a_wrong_verdict_is_marked_in_its_row() -> None:
    check = Check("a program", "", [TestCase("f()", "1")], ["PASSED"])
    table = grader_table([("functional", check, ["TIMEOUT"])])
    assert [str(next(iter(column.cells))) for column in table.columns] == [
        "WRONG", "functional", "a program", "PASSED", "TIMEOUT",
    ]  # fmt: skip


# ---- the executors


def test_every_level_of_this_machine_is_tried_and_together_skipped_without_a_key() -> None:
    ran = suite("test_executors")
    total = len(TRIALS)
    assert (ran.returncode, ran.stderr, "WRONG" in ran.stdout) == (0, "", False)
    tried = [f"subprocess, isolation level {level} {total} of {total}" for level in LEVELS]
    assert [row for row in rows(ran, "subprocess,") if "skipped" not in row] == tried
    assert rows(ran, TOGETHER) == ["Together skipped: no TOGETHER_API_KEY"]


def test_the_together_executor_runs_the_same_programs_with_a_key() -> None:
    with together_stub() as stub:
        ran = suite("test_executors", "--base-url", stub.base_url, environment={"TOGETHER_API_KEY": KEY})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert rows(ran, TOGETHER) == [f"Together {len(TRIALS)} of {len(TRIALS)}"]


def test_a_service_that_refuses_fails_the_executor_suite() -> None:
    with together_stub() as stub:
        ran = suite("test_executors", "--base-url", stub.base_url, environment={"TOGETHER_API_KEY": "another"})
    assert (ran.returncode, ran.stderr) == (1, "")
    # assertions are refused without asking the service
    assert rows(ran, TOGETHER) == [f"Together {sum(trial.assertion is not None for trial in TRIALS)} of {len(TRIALS)}"]
    assert "WRONG: failed: the code interpreter refused: HTTP 401" in re.sub(r"\s+", " ", ran.stdout)


def test_a_program_that_ends_otherwise_is_shown_with_what_was_seen() -> None:
    subject = Subject("level 1", None, "not asked for", seen=[["1"] for _ in TRIALS])
    shown = [str(cell) for cell in table_of([subject]).columns[-1].cells]
    assert shown == ["WRONG: 1"] * len(TRIALS)
    assert [list(column.cells) for column in summary_of([subject]).columns] == [
        ["subprocess, isolation level 1"], ["skipped: not asked for"],
    ]  # fmt: skip


# ---- real problems


def test_a_sample_of_humaneval_passes() -> None:
    ran = suite("test_real_dataset_samples", "--num", "12", "--seed", "3")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert rows(ran, "humaneval") == ["humaneval 164 12 0 12 12 0 0"]
    assert ran.stdout.endswith("\n12 of 12 canonical solutions of HumanEval pass\n")


def test_a_reference_of_another_file_that_fails_is_told_and_no_more(tmp_path: Path) -> None:
    tests = [TestCase("f(1)", "1"), TestCase("f(2)", "2")]
    problems = [
        CodeProblem("twice", "", tests, function_name="f", correct_solution="def f(x): return x", solutions=[
            "def f(x): return x", "def f(x): return 1",
        ]),
        CodeProblem("none", "", tests, function_name="f"),
    ]  # fmt: skip
    source = tmp_path / "p.jsonl"
    write_jsonl(source, map(problem_to_row, problems))
    ran = suite("test_real_dataset_samples", "--num", "2", "--source", source)
    assert (ran.returncode, ran.stderr) == (0, "")
    counts = next(line.split()[-7:] for line in ran.stdout.splitlines() if line.split()[-7:-6] == ["2"])
    assert counts == ["2", "2", "1", "2", "1", "1", "0"]
    assert rows(ran, "twice") == ["twice 2 1 of 2 WRONG_ANSWER 1 expected 2, got 1"]


def test_a_missing_file_is_one_line_before_anything_is_graded(tmp_path: Path) -> None:
    ran = suite("test_real_dataset_samples", "--source", tmp_path / "none.jsonl")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", f"Error: no such file: {tmp_path}/none.jsonl\n")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("test_grader_full", ["--only", "poetry"]),
        ("test_executors", ["--level", "1"]),
        ("test_real_dataset_samples", ["--num", "0"]),
    ],
)
def test_a_usage_error_ends_with_status_2(name: str, arguments: list[str]) -> None:
    ran = suite(name, *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order() -> None:
    problems = [CodeProblem(str(number), "", []) for number in range(100)]
    first, again, other = draw(problems, 10, 1), draw(problems, 10, 1), draw(problems, 10, 2)
    assert first == again != other
    assert [int(problem.problem_id) for problem in first] == sorted(int(problem.problem_id) for problem in first)
    assert draw(problems, 1000, 1) == problems


def test_a_problem_without_tests_has_no_references_to_grade() -> None:
    problem = CodeProblem("p", "", [], correct_solution="def f(): pass")
    assert references(problem) == []
