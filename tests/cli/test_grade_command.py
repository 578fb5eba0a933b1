import gzip
import json
import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from audit_process import ids, kill, lines, read, run, start, wait_for_lines
from sum_problems import problem_file, sums

from proctor.cli.grade import grade as grade_command
from proctor.cli.main import main
from proctor.execution import Limits
from proctor.grading import GradingParameters
from proctor.problems import CodeProblem, problem_to_row
from proctor.records import write_jsonl

PROBLEMS = 20
ROWS = 600


def right(problem: CodeProblem) -> str:
    assert problem.correct_solution is not None
    return problem.correct_solution


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A file of four problems, and one of solutions that name them: right, wrong, broken, none."""
    problems = problem_file(tmp_path / "sums.jsonl", sums(4))
    codes = [right(sums(1)[0]), "def add(x):\n    return 0\n", "def add(x:\n", None]
    rows = [{"problem_id": f"Sum/{number}", "code": code} for number, code in enumerate(codes)]
    write_jsonl(tmp_path / "solutions.jsonl", rows)
    assert problems.exists()
    return tmp_path


def grade(home: Path, *arguments: str) -> list[str]:
    names = ["grade", str(home / "solutions.jsonl"), "--problems", str(home / "sums.jsonl")]
    return [*names, "--output", str(home / "grades.jsonl"), *arguments]


def rows(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text().splitlines())}


def test_it_ends_with_a_table_of_verdicts_and_the_path_of_the_grades(home: Path) -> None:
    ended = run(*grade(home))
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = [line.split() for line in ended.stdout.splitlines()]
    for line in (
        ["4", "solutions", "by", "verdict"],
        ["PASSED", "1", "25.0", "%"],
        ["WRONG_ANSWER", "1", "25.0", "%"],
        ["COMPILE_ERROR", "1", "25.0", "%"],
        ["NO_CODE", "1", "25.0", "%"],
        ["passed:", "1", "of", "4", "graded,", "25.0", "%"],
    ):
        assert line in shown
    assert ended.stdout.endswith(f"grades: {home / 'grades.jsonl'}\n")


def test_a_grade_row_has_the_documented_fields(home: Path) -> None:
    assert main(grade(home)) == 0
    row = rows(home / "grades.jsonl")["Sum/1#2"]
    assert {"id", "problem_id", "passed", "verdict", "passed_tests", "total_tests", "tests", "harness"} <= row.keys()
    assert (row["problem_id"], row["passed"], row["verdict"]) == ("Sum/1", False, "WRONG_ANSWER")
    assert (row["passed_tests"], row["total_tests"], row["harness"]) == (0, 4, "isolated")
    assert row["isolation"]["level"] in (1, 2, 3)
    test = row["tests"][0]
    assert {"stdout", "stderr", "exit_code", "seconds"} <= test.keys()
    assert (test["index"], test["passed"], test["verdict"]) == (0, False, "WRONG_ANSWER")
    assert (test["expected"], test["got"], test["error"]) == ("1", "0", "expected 1, got 0")


def test_the_record_says_how_the_grades_came_about(home: Path) -> None:
    assert main(grade(home, "--timeout", "2", "--jobs", "1")) == 0
    record = read(home / "grades.jsonl.run.json")
    assert record["parameters"]["limits"]["cpu_seconds"] == 2
    assert record["counts"] == {
        "solutions": 4,
        "graded": 4,
        "passed": 1,
        "ungraded": 0,
        "verdicts": {"COMPILE_ERROR": 1, "NO_CODE": 1, "PASSED": 1, "WRONG_ANSWER": 1},
        "unconfirmed": {},
    }
    assert record["digests"]["solutions"]["bytes"] == (home / "solutions.jsonl").stat().st_size
    assert [session["solutions"] for session in record["sessions"]] == [4]
    assert record["isolation"]["level"] in (1, 2, 3)


def test_a_second_run_grades_nothing_and_prints_the_same(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(grade(home)) == 0
    first, grades = capsys.readouterr().out, (home / "grades.jsonl").read_bytes()
    assert main(grade(home)) == 0
    assert capsys.readouterr().out == first
    assert (home / "grades.jsonl").read_bytes() == grades
    assert len(read(home / "grades.jsonl.run.json")["sessions"]) == 1


def test_a_file_that_has_grown_is_graded_further(home: Path) -> None:
    assert main(grade(home)) == 0
    with (home / "solutions.jsonl").open("a") as file:
        file.write(json.dumps({"id": "new", "problem_id": "Sum/3", "final_code": right(sums(4)[3])}) + "\n")
    assert main(grade(home)) == 0
    assert rows(home / "grades.jsonl")["new"]["passed"]
    assert len(ids(home / "grades.jsonl")) == 5


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--timeout", "2"], "cpu_seconds 5.0 (now 2.0); total_cpu_seconds 30.0 (now 12.0)"),
        (["--harness", "exposed"], "harness isolated (now exposed)"),
        (["--comparator", "exact", "--confirm"], "confirm False (now True); comparator None (now exact)"),
    ],
)
def test_grades_that_are_made_otherwise_are_not_mixed(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(grade(home)) == 0
    capsys.readouterr()
    before = {file.name: file.read_bytes() for file in home.iterdir()}
    assert main(grade(home, *arguments)) == 1
    assert capsys.readouterr().err == (
        f"error: {home / 'grades.jsonl'} holds grades that were made otherwise: {told}; "
        "repeat that, or choose another --output\n"
    )
    assert {file.name: file.read_bytes() for file in home.iterdir()} == before


def test_other_problems_or_changed_solutions_are_not_mixed_either(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(grade(home)) == 0
    problem_file(home / "sums.jsonl", sums(5))
    text = (home / "solutions.jsonl").read_text()
    (home / "solutions.jsonl").write_text(text.replace("return 0", "return 1"))
    capsys.readouterr()
    assert main(grade(home)) == 1
    told = capsys.readouterr().err
    assert "made otherwise: other problems; " in told
    assert f"{home / 'solutions.jsonl'} has changed in what was there then; " in told


def test_a_file_of_another_kind_is_not_written_to(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "grades.jsonl").write_text("precious\n")
    assert main(grade(home)) == 1
    assert capsys.readouterr().err == (
        f"error: {home / 'grades.jsonl'} is there already, and no grades.jsonl.run.json beside it says that it holds "
        "grades; choose another --output\n"
    )
    assert (home / "grades.jsonl").read_text() == "precious\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--comparator", "exakt"], "unknown comparator 'exakt'; did you mean 'exact'? known: "),
        (["--problems", "humanevl"], "unknown dataset 'humanevl'; did you mean 'humaneval'? known: "),
        (["--output", "/proc/grades.jsonl"], "cannot write /proc/grades.jsonl: "),
    ],
)
def test_a_domain_error_is_one_line_and_leaves_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    before = set(home.iterdir())
    assert main(grade(home, *arguments)) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    assert told in printed.err
    assert set(home.iterdir()) == before


def test_a_broken_row_is_found_before_anything_is_graded(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (home / "solutions.jsonl").open("a") as file:
        file.write('{"problem_id": "Sum/9", "code": ""}\n')
    assert main(grade(home)) == 1
    assert capsys.readouterr().err == (
        f"error: {home / 'solutions.jsonl'}:5: problem_id 'Sum/9' is none of the 4 problems given; "
        "did you mean 'Sum/3'?\n"
    )
    assert not (home / "grades.jsonl").exists()
    assert main(grade(home / "nowhere")) == 1


def test_a_zipped_file_and_a_named_data_set_are_read(home: Path) -> None:
    from proctor.problems import load_dataset

    problem = load_dataset("humaneval").problems[0]
    row = {"problem_id": problem.problem_id, "code": problem.correct_solution}
    (home / "solutions.jsonl.gz").write_bytes(gzip.compress(json.dumps(row).encode() + b"\n"))
    output = home / "zipped.jsonl"
    command = ["grade", str(home / "solutions.jsonl.gz"), "--problems", "humaneval", "--output", str(output)]
    assert main(command) == 0
    assert [row["passed"] for row in rows(output).values()] == [True]


def test_the_exposed_harness_is_named_in_every_row(home: Path) -> None:
    assert main(grade(home, "--harness", "exposed")) == 0
    found = rows(home / "grades.jsonl")
    assert {row["harness"] for row in found.values()} == {"exposed"}
    assert [found[key]["passed"] for key in sorted(found)] == [True, False, False, False]


def test_a_pass_is_confirmed_where_that_is_asked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stateful = "seen = []\ndef add(x):\n    seen.append(x)\n    return x if seen[0] == 0 else None\n"
    solutions = [{"problem_id": "Sum/0", "code": code} for code in (right(sums(1)[0]), stateful)]
    write_jsonl(home / "solutions.jsonl", solutions)
    assert main(grade(home, "--confirm")) == 0
    found = rows(home / "grades.jsonl")
    assert [(row["passed"], row["confirmed"]) for _, row in sorted(found.items())] == [(True, True), (False, False)]
    assert found["Sum/0#2"]["doubt"] == "stateful"
    assert "1 passed at first and are stateful" in capsys.readouterr().out


def test_a_sandbox_that_does_not_start_is_one_line_and_leaves_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(home.iterdir())
    assert main(grade(home, "--python", "/bin/sh")) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert set(home.iterdir()) == before


def test_the_defaults_are_those_of_the_library() -> None:
    defaults = {option.name: option.default for option in grade_command.params}
    assert (defaults["timeout"], defaults["memory"]) == (Limits().cpu_seconds, Limits().memory_mb)
    assert (defaults["harness"], defaults["confirm"]) == (GradingParameters().harness, GradingParameters().confirm)


@pytest.mark.parametrize("option", [["--confirm"], ["--comparator", "exact"]])
def test_what_the_exposed_harness_does_not_do_is_a_usage_error(
    home: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert main(grade(home, "--harness", "exposed", *option)) == 2
    assert "have no say under --harness exposed" in capsys.readouterr().err


def many(home: Path) -> Path:
    """Solutions whose rows hold their problems; every third is wrong."""
    problems = sums(PROBLEMS)
    write_jsonl(
        home / "many.jsonl",
        (
            {
                "problem": problem_to_row(problems[number % PROBLEMS]),
                "final_code": right(problems[number % PROBLEMS])
                if number % 3
                else f"def add(x):\n    return {number}.5",
            }
            for number in range(ROWS)
        ),
    )
    return home / "many.jsonl"


def check_all_graded(output: Path) -> None:
    found = ids(output)
    assert len(found) == ROWS
    assert set(found) == {f"Sum/{number % PROBLEMS}#{number + 1}" for number in range(ROWS)}
    for key, row in rows(output).items():
        assert row["passed"] == ((int(key.split("#")[1]) - 1) % 3 != 0)


def test_killed_again_and_again_it_loses_and_repeats_nothing(tmp_path: Path) -> None:
    output = tmp_path / "grades.jsonl"
    command = ["grade", str(many(tmp_path)), "--output", str(output)]
    for moment in sorted(random.Random(0).sample(range(ROWS - 50), 3)):
        process = start(*command)
        reached = wait_for_lines(process, output, max(moment, 1))
        kill(process)
        assert reached
    with output.open("a") as file:
        file.write('{"id": "Sum/3#4", "passed": tr')  # a row that was being written
    ended = run(*command)
    assert (ended.returncode, ended.stderr) == (0, "")
    check_all_graded(output)
    assert read(tmp_path / "grades.jsonl.run.json")["counts"]["solutions"] == ROWS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_how_to_continue_and_continues(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "grades.jsonl"
    command = ["grade", str(many(tmp_path)), "--output", str(output)]
    process = start(*command)
    assert wait_for_lines(process, output, ROWS // 3)
    os.killpg(process.pid, number)
    printed, told = process.communicate()
    assert (process.returncode, printed) == (130, "")
    assert told.startswith("stopped after ")
    assert told.endswith(f" of {ROWS} solutions; what was done is kept, and the same command continues\n")
    assert told.count("\n") == 1
    assert read(tmp_path / "grades.jsonl.run.json")["counts"]["solutions"] == lines(output)
    assert run(*command).returncode == 0
    check_all_graded(output)


def test_a_second_process_on_the_same_output_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "grades.jsonl"
    command = ["grade", str(many(tmp_path)), "--output", str(output)]
    process = start(*command)
    assert wait_for_lines(process, output, 1)
    second: subprocess.CompletedProcess[str] = run(*command)
    kill(process)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"error: another proctor writes into {output}; wait for it, or choose another file\n"
