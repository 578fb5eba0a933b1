import gzip
import json
from pathlib import Path

import pytest

from proctor.errors import InputError, UnknownNameError
from proctor.problems import CodeProblem, LoadedProblems, TestCase, dataset_names, load_dataset, problem_to_row
from proctor.records import write_jsonl

PROBLEMS = [CodeProblem(name, "Say.", [TestCase("1\n", "2\n", "stdin")]) for name in ("a", "b")]


def test_the_known_data_sets_are_named() -> None:
    assert dataset_names() == ["humaneval"]


def test_one_of_our_files_is_a_data_set(tmp_path: Path) -> None:
    path = tmp_path / "problems.jsonl"
    write_jsonl(path, map(problem_to_row, PROBLEMS))
    assert load_dataset(str(path)) == LoadedProblems(PROBLEMS)


@pytest.mark.parametrize("name", ["problems", "problems.jsonl.gz"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    text = "".join(json.dumps(problem_to_row(problem)) + "\n" for problem in PROBLEMS).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert load_dataset(str(tmp_path / name)).problems == PROBLEMS


def test_an_unknown_name_is_told_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_dataset("human-eval")
    assert str(caught.value) == "unknown dataset 'human-eval'; did you mean 'humaneval'? known: humaneval"


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_dataset(str(tmp_path / "none.jsonl"))
    assert str(caught.value) == f"no such file: {tmp_path / 'none.jsonl'}"


def test_an_id_that_stands_there_twice_is_named_by_path_and_line(tmp_path: Path) -> None:
    path = tmp_path / "problems.jsonl"
    write_jsonl(path, map(problem_to_row, [*PROBLEMS, PROBLEMS[0]]))
    with pytest.raises(InputError) as caught:
        load_dataset(str(path))
    assert str(caught.value) == f"{path}:3: problem_id 'a' stands in this file twice"


def test_a_file_without_problems_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "problems.jsonl"
    path.write_text("\n")
    with pytest.raises(InputError) as caught:
        load_dataset(str(path))
    assert str(caught.value) == f"{path}: expected one problem a line, found none"


def test_a_source_does_not_go_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="goes with a named data set"):
        load_dataset("mine.jsonl", source=tmp_path)
