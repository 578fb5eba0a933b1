import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from proctor.errors import InputError
from proctor.grading import Solution, SolutionFile, solutions_from_rows
from proctor.grading.ids import IdSet
from proctor.problems import CodeProblem, TestCase, problem_to_row

ADD = CodeProblem("add/1", "Add.", [TestCase("add(1, 2)", "3")], function_name="add")
SUB = CodeProblem("sub/1", "Subtract.", [TestCase("sub(3, 2)", "1")], function_name="sub")
KNOWN = {problem.problem_id: problem for problem in (ADD, SUB)}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def problem_row(problem: CodeProblem) -> dict[str, Any]:
    return problem_to_row(problem)


def test_a_row_holds_its_problem_or_names_it(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", {"id": "a", "problem": problem_row(ADD), "code": "1"})
    assert list(SolutionFile(path).solutions()) == [Solution("a", ADD, "1")]
    path = write(tmp_path / "s.jsonl", {"id": "a", "problem_id": "sub/1", "code": "1"})
    assert list(SolutionFile(path, KNOWN).solutions()) == [Solution("a", SUB, "1")]


def test_given_problems_count_more_than_those_in_the_rows(tmp_path: Path) -> None:
    broken = CodeProblem("add/1", "Add.", [TestCase("add(1, 2)", "4")], function_name="add")
    path = write(tmp_path / "s.jsonl", {"id": "a", "problem": problem_row(broken), "code": "1"})
    assert list(SolutionFile(path, KNOWN).solutions()) == [Solution("a", ADD, "1")]


def test_without_an_id_the_line_makes_one(tmp_path: Path) -> None:
    row = {"problem_id": "add/1", "code": "1"}
    path = write(tmp_path / "s.jsonl", row, "", {"problem": {"problem_id": "sub/1"}, "code": "2"}, row)
    assert [found.id for found in SolutionFile(path, KNOWN).solutions()] == ["add/1#1", "sub/1#3", "add/1#4"]


def test_numbers_are_ids_too(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", {"id": 7, "problem_id": 11, "code": "1"})
    problem = CodeProblem("11", "Mbpp.", [])
    assert list(SolutionFile(path, {"11": problem}).solutions()) == [Solution("7", problem, "1")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "1"}, "1"),
        ({"final_code": "1"}, "1"),
        ({"code": "1", "final_code": "1"}, "1"),
        ({"code": None, "final_code": "1"}, "1"),
        ({"code": "1", "text": [1]}, "1"),
        ({"code": None}, ""),
        ({"code": ""}, ""),
    ],
)
def test_code_stands_in_either_field(tmp_path: Path, fields: dict[str, Any], code: str) -> None:
    path = write(tmp_path / "s.jsonl", {"problem_id": "add/1"} | fields)
    assert SolutionFile(path, KNOWN).check() == 1
    assert [found.code for found in SolutionFile(path, KNOWN).solutions()] == [code]


def test_what_is_done_is_left_out_and_the_other_ids_stay_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", *[{"problem_id": "add/1", "code": "1"}] * 4)
    done = IdSet(["add/1#1", "add/1#3"])
    assert [found.id for found in SolutionFile(path, KNOWN).solutions(done)] == ["add/1#2", "add/1#4"]


def test_the_same_problem_is_read_once(tmp_path: Path) -> None:
    row = {"problem": problem_row(ADD), "code": "1"}
    path = write(tmp_path / "s.jsonl", row, {"problem": problem_row(SUB), "code": "1"}, row)
    first, _, third = SolutionFile(path).solutions()
    assert first.problem is third.problem


def test_a_zipped_file_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"problem_id": "add/1", "code": "1"}\n'))
    assert SolutionFile(path, KNOWN).check() == 1


def test_half_a_surrogate_pair_in_a_problem_is_not_fatal(tmp_path: Path) -> None:
    row = json.dumps({"problem": problem_row(ADD) | {"problem": "\ud800"}, "code": "1"})
    path = write(tmp_path / "s.jsonl", row)
    assert [found.problem.description for found in SolutionFile(path).solutions()] == ["?"]


GOOD = {"problem_id": "add/1", "code": "1"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{", "s.jsonl:2: Input data was truncated"),
        ({"code": "1"}, "s.jsonl:2: field 'problem_id' is missing; say which problem the solution is for"),
        (
            {"problem_id": "ad/1", "code": "1"},
            "s.jsonl:2: problem_id 'ad/1' is none of the 2 problems given; did you mean 'add/1'?",
        ),
        ({"problem_id": "add/1", "code": 1}, "s.jsonl:2: Expected `str | null`, got `int` - at `$.code`"),
        (
            {"problem_id": "add/1", "code": "1", "final_code": "2"},
            "s.jsonl:2: fields 'code' and 'final_code' differ; keep one of them",
        ),
    ],
)
def test_a_broken_row_is_named_with_its_line(tmp_path: Path, row: Any, told: str) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, row)
    with pytest.raises(InputError) as caught:
        SolutionFile(path, KNOWN).check()
    assert str(caught.value) == f"{tmp_path}/{told}"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"code": "1"}, "s.jsonl:2: field 'problem' (a problem row) is missing; say which problem the solution is for"),
        (
            {"problem_id": "add/1", "code": "1"},
            "s.jsonl:2: field 'problem' is not there as an object (a problem row); "
            "give the problems that 'problem_id' means with --problems",
        ),
        (
            {"problem": {"problem_id": "add/1", "problem": "Add."}, "code": "1"},
            "s.jsonl:2: problem: field 'test_cases' is missing (found: problem_id, description)",
        ),
        (
            {"problem": problem_to_row(ADD) | {"metadata": {"func_name": "add", "comparator": 3}}, "code": "1"},
            "s.jsonl:2: problem 'add/1': metadata.comparator must be a name, found 3",
        ),
        (
            {"problem": problem_to_row(ADD), "problem_id": "sub/1", "code": "1"},
            "s.jsonl:2: fields 'problem_id' and 'problem.problem_id' differ ('sub/1', 'add/1'); keep one of them",
        ),
    ],
)
def test_without_given_problems_a_row_needs_its_own(tmp_path: Path, row: Any, told: str) -> None:
    path = write(tmp_path / "s.jsonl", {"problem": problem_row(ADD), "code": "1"}, row)
    with pytest.raises(InputError) as caught:
        SolutionFile(path).check()
    assert str(caught.value) == f"{tmp_path}/{told}"


def test_an_id_that_stands_there_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD | {"id": "a"}, GOOD | {"id": "b"}, GOOD | {"id": "a"})
    with pytest.raises(InputError) as caught:
        SolutionFile(path, KNOWN).check()
    assert str(caught.value) == (
        f"{path}:3: id 'a' stands in line 1 too; make the ids unique, or leave them out to have PROBLEM_ID#LINE"
    )


def test_a_file_whose_code_has_another_name_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", {"problem_id": "add/1", "completion": "1"})
    with pytest.raises(InputError) as caught:
        SolutionFile(path, KNOWN).check()
    assert str(caught.value) == (
        f"{path}: no row has a field 'code' or 'final_code' (the first has: problem_id, completion)"
    )


def test_a_file_without_a_row_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", "")
    with pytest.raises(InputError) as caught:
        SolutionFile(path, KNOWN).check()
    assert str(caught.value) == f"{path}: expected one solution a line, found none"


def test_a_row_without_a_field_for_code_among_others_has_no_code(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, {"problem_id": "sub/1"})
    assert SolutionFile(path, KNOWN).check() == 2
    assert [found.code for found in SolutionFile(path, KNOWN).solutions()] == ["1", ""]


def test_rows_in_memory_are_read_like_those_of_a_file() -> None:
    rows: list[dict[str, Any]] = [
        {"problem_id": "add/1", "code": "1"},
        {"id": "b", "problem": problem_row(SUB), "final_code": "2"},
    ]
    assert list(solutions_from_rows(rows, KNOWN)) == [Solution("add/1#1", ADD, "1"), Solution("b", SUB, "2")]
    with pytest.raises(InputError, match=r"^row 1: field 'problem_id' is missing"):
        list(solutions_from_rows([{"code": ""}], KNOWN))


def test_a_set_of_ids_knows_its_members_and_those_given_twice() -> None:
    ids = IdSet(f"id-{number}" for number in [*range(1000), 7, 7, 8])
    assert len(ids) == 1003
    assert all(f"id-{number}" in ids for number in range(1000))
    assert "id-1000" not in ids
    assert [number for number in range(1000) if f"id-{number}" in ids.repeated()] == [7, 8]
