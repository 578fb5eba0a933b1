"""What an evaluation reads of a data set."""

import json
from pathlib import Path
from typing import Any

import pytest

from proctor.errors import InputError
from proctor.evaluation.datasets import Filters, ProblemSet, read_problems, solution_of
from proctor.problems import CodeProblem, TestCase


def row(problem_id: str, tests: int = 1, **more: Any) -> dict[str, Any]:
    cases = [{"input": f"f({number})", "expected_output": "2"} for number in range(tests)]
    return {"problem_id": problem_id, "description": "…", "function_name": "f", "test_cases": cases, **more}


def document(path: Path, *rows: Any) -> Path:
    path.write_text(json.dumps({"metadata": {"dataset": "own"}, "problems": rows}))
    return path


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(("write", "name"), [(document, "d.json"), (lines, "d.jsonl")])
def test_both_forms_of_a_file_are_read_in_its_order(write: Any, name: str, tmp_path: Path) -> None:
    found = read_problems(write(tmp_path / name, row("b"), row("a")))
    assert (list(found.problems), found.skipped) == (["b", "a"], {})
    assert found.problems["a"].problem_id == "a"


def test_a_row_that_is_no_problem_is_left_out_with_its_reason(tmp_path: Path) -> None:
    path = lines(tmp_path / "d.jsonl", row("a"), {"problem_id": "b", "test_cases": []}, row("c"))
    found = read_problems(path)
    assert list(found.problems) == ["a", "c"]
    assert found.skipped == {"b": f"{path}:2: field 'problem' is missing (found: test_cases, problem_id)"}


FILTERS = [
    ({"min_test_cases": 3}, ["big"], {"small": "it has 2 right tests, fewer than min_test_cases = 3"}),
    ({"max_test_cases": 3}, ["small"], {"big": "it has 4 right tests, more than max_test_cases = 3"}),
    ({"difficulty": [1, 2]}, ["small"], {"big": "its difficulty 3 is not among [1, 2]"}),
    ({"difficulty": ["strings"]}, ["big"], {"small": "its difficulty 1 is not among ['strings']"}),
    ({"tags": ["lists", "strings"]}, ["big"], {"small": "it lacks the tag 'strings'"}),
    ({"min_test_cases": 2, "max_test_cases": None, "tags": ["lists"]}, ["small", "big"], {}),
    ({"difficulty": [], "tags": []}, ["small", "big"], {}),
]


@pytest.mark.parametrize(("filters", "kept", "skipped"), FILTERS)
def test_filters_leave_problems_out_and_say_why(
    filters: dict[str, Any], kept: list[str], skipped: dict[str, str], tmp_path: Path
) -> None:
    rows = [row("small", 2, difficulty=1, tags=["lists"]), row("big", 4, difficulty=3, tags=["strings", "lists"])]
    found = read_problems(document(tmp_path / "d.json", *rows), filters)
    assert (list(found.problems), found.skipped) == (kept, skipped)


def test_a_problem_without_a_difficulty_passes_where_none_is_asked_for() -> None:
    problem = CodeProblem("p", "…", [TestCase("f(1)", "2")])
    assert Filters().objection(problem) is None
    assert Filters(difficulty=[1]).objection(problem) == "its difficulty None is not among [1]"


def test_an_id_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    path = lines(tmp_path / "d.jsonl", row("a"), row("a"))
    with pytest.raises(InputError) as caught:
        read_problems(path)
    assert str(caught.value) == f"{path}: problem_id 'a' stands in this file twice; rename one of them"


def test_two_data_sets_share_nothing() -> None:
    ProblemSet().skipped["a"] = "…"
    assert ProblemSet() == ProblemSet({}, {})


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"code": "x = 1"}, "x = 1"),
        ({"parsed_completion": "x = 2", "full_completion": "<code>x = 2</code>"}, "x = 2"),
        ({"code": ""}, None),
        ({"code": " \n"}, None),
        ({"code": None, "parsed_completion": None}, None),
        ({"code": "", "parsed_completion": "x = 3"}, "x = 3"),
        ({}, None),
    ],
)
def test_the_solution_of_a_row_is_the_code_of_its_completion(
    keys: dict[str, Any], code: str | None, tmp_path: Path
) -> None:
    found = read_problems(document(tmp_path / "d.json", row("a", correct_solution="x = 0", **keys)))
    assert solution_of(found.problems["a"]) == code
