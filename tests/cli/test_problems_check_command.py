import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audit_process import ids, kill, read, run, start, wait_for_lines
from sum_problems import problem_file, sums

from proctor.problems import CodeProblem
from shared_data import DATA, needs

MBPP = DATA / "mbpp.jsonl"


def rows(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text().splitlines())}


def with_defects() -> list[CodeProblem]:
    sound, failing, lonely = sums(3)
    wrong = replace(failing, correct_solution="def add(x):\n    return x\n")
    return [sound, wrong, replace(lonely, correct_solution=None)]


def test_the_manifest_has_a_row_for_every_reference_and_the_table_names_what_is_wrong(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", with_defects())
    ended = run("problems", "check", path)
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert shown[0] == "1 of 3 references are sound; 2 problems with a defect"
    assert "no_reference 1 Sum/2 there is no reference" in " ".join(shown)
    assert shown[-1] == f"manifest: {tmp_path / 'sums.defects.jsonl'}"
    found = rows(tmp_path / "sums.defects.jsonl")
    assert {name: [defect["kind"] for defect in row["defects"]] for name, row in found.items()} == {
        "Sum/0#correct_solution": [],
        "Sum/1#correct_solution": ["failing"],
        "Sum/2#none": ["no_reference"],
    }
    assert read(tmp_path / "sums.defects.jsonl.run.json")["parameters"]["runs"] == 3


def test_strict_makes_it_fail(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", with_defects())
    assert run("problems", "check", path, "--strict").returncode == 1
    sound = problem_file(tmp_path / "sound.jsonl", sums(1))
    assert run("problems", "check", sound, "--strict").returncode == 0


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_checked(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", sums(2))
    with path.open("a") as file:
        file.write('{"problem_id": "odd", "problem": "Add.", "test_cases": 3}\n')
    ended = run("problems", "check", path, "--output", tmp_path / "out.jsonl")
    assert (ended.returncode, ended.stderr) == (0, "")
    row = rows(tmp_path / "out.jsonl")["odd#unreadable"]
    assert row["defects"][0]["kind"] == "unreadable"
    assert row["defects"][0]["reason"].startswith(f"{path}:3: ")


def test_a_killed_check_continues_and_repeats_nothing(tmp_path: Path) -> None:
    path, output = problem_file(tmp_path / "sums.jsonl", sums(300)), tmp_path / "out.jsonl"
    process = start("problems", "check", path, "--output", output)
    assert wait_for_lines(process, output, 20)
    kill(process)
    with output.open("ab") as file:
        file.write(b'{"id": "Sum/2')
    ended = run("problems", "check", path, "--output", output)
    assert ended.returncode == 0
    assert sorted(ids(output)) == sorted(f"Sum/{number}#correct_solution" for number in range(300))


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda path: None, "no such file: {path}; load a data set into one with `proctor problems load`"),
        (lambda path: path.write_text(""), "{path}: expected "),
    ],
    ids=["missing", "empty"],
)
def test_without_problems_it_says_so_and_leaves_nothing(tmp_path: Path, prepare: Any, message: str) -> None:
    path = tmp_path / "problems.jsonl"
    prepare(path)
    ended = run("problems", "check", path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: " + message.format(path=path))
    assert ended.stderr.count("\n") == 1
    assert [found.name for found in tmp_path.iterdir() if found != path] == []


def test_another_way_of_checking_wants_another_manifest(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", sums(1))
    assert run("problems", "check", path).returncode == 0
    ended = run("problems", "check", path, "--runs", "2")
    assert ended.returncode == 1
    assert "holds grades that were made otherwise: runs 3 (now 2); " in ended.stderr


def test_the_file_of_problems_is_not_overwritten_by_its_manifest(tmp_path: Path) -> None:
    path = problem_file(tmp_path / "sums.jsonl", sums(1))
    before = path.read_bytes()
    ended = run("problems", "check", path, "--output", path)
    assert ended.returncode == 1
    assert "is there already" in ended.stderr
    assert path.read_bytes() == before


@needs(MBPP)
def test_mbpp_is_sound_but_for_one_slow_problem(tmp_path: Path) -> None:
    problems = tmp_path / "mbpp.jsonl"
    assert run("problems", "load", "mbpp", "--source", MBPP, "--output", problems).returncode == 0
    ended = run("problems", "check", problems, "--runs", "1")
    assert ended.returncode == 0
    found = rows(tmp_path / "mbpp.defects.jsonl")
    assert (len(found), {row["verdict"] for row in found.values()}) == (974, {"PASSED"})
    assert {name: [defect["kind"] for defect in row["defects"]] for name, row in found.items() if row["defects"]} == {
        "mbpp_123#correct_solution": ["slow"]
    }
