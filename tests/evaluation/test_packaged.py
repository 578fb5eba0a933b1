"""The configurations and data sets that come with the package, and how they are found."""

from importlib.resources import files
from pathlib import Path

import pytest

from conftest import Sandbox
from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.configuration import (
    EVALUATION_KEYS,
    Found,
    expand,
    find_config,
    find_config_folder,
    find_dataset,
    list_configs,
    make_config,
    read_config,
)
from proctor.evaluation.datasets import read_problems, solution_of
from proctor.grading import TestExecutionGrader
from proctor.hacking.mixed_tests import own_mix
from proctor.problems import CodeProblem, TestCase
from proctor.records import read_jsonl

CONFIGS = Path(str(files("proctor") / "evaluation/configs"))
CLEAN, HACK, PROBLEMS = (read_problems(CONFIGS / "datasets" / f"{name}.json") for name in ("clean", "hack", "problems"))
IDS = list(PROBLEMS.problems)


def passes(sandbox: Sandbox, problem: CodeProblem, code: str | None, tests: list[TestCase]) -> list[bool]:
    assert code is not None
    result = sandbox.run(TestExecutionGrader(sandbox.executor).grade(problem, code, tests))
    return [test.passed for test in result.tests]


@pytest.mark.parametrize("name", ["choice_basic", "choice_basic.json", "evaluation/configs/choice_basic.json"])
def test_a_packaged_configuration_is_found_by_its_name_and_its_documented_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(name) == Found(CONFIGS / "choice_basic.json", is_packaged=True)


def test_a_file_of_the_working_directory_comes_before_the_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path("evaluation/configs")
    own.mkdir(parents=True)
    (own / "choice_basic.json").write_text("{}")
    Path("clean.json").write_text("{}")
    assert find_config("evaluation/configs/choice_basic.json") == Found(own / "choice_basic.json", is_packaged=False)
    assert find_config_folder("evaluation/configs") == Found(own, is_packaged=False)
    assert find_dataset("clean.json") == Found(Path("clean.json"), is_packaged=False)
    assert find_dataset("hack.json") == Found(CONFIGS / "datasets/hack.json", is_packaged=True)


def test_the_packaged_folder_is_found_by_its_documented_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config_folder("evaluation/configs/") == Found(CONFIGS, is_packaged=True)
    with pytest.raises(InputError) as caught:
        find_config_folder("configs")
    assert str(caught.value) == "no such folder: configs; the packaged configurations are in evaluation/configs"


def test_an_unknown_configuration_names_the_nearest_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError) as caught:
        find_config("choise_basic.json")
    assert str(caught.value) == (
        "unknown file or packaged configuration 'choise_basic.json'; did you mean 'choice_basic.json'? "
        f"known: {', '.join(path.name for path in list_configs(CONFIGS))}"
    )


def test_a_data_set_that_is_nowhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError) as caught:
        find_dataset("problem.json")
    assert str(caught.value) == (
        "unknown file or packaged data set 'problem.json'; did you mean 'problems.json'? "
        "known: clean.json, hack.json, problems.json, selection.jsonl"
    )


@pytest.mark.parametrize("name", ["errors.py", "../errors.py", "evaluation/errors.py"])
def test_nothing_else_of_the_package_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError):
        find_config(name)


def test_with_a_folder_of_data_sets_packaged_ones_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("{}")
    assert find_dataset("own.json", str(tmp_path)) == Found(tmp_path / "own.json", is_packaged=False)
    with pytest.raises(InputError) as caught:
        find_dataset("clean.json", str(tmp_path))
    assert str(caught.value) == f"no such data set: {tmp_path}/clean.json"


def test_there_is_a_packaged_configuration_of_every_type() -> None:
    assert {read_config(path)["eval_type"] for path in list_configs(CONFIGS)} == EVALUATION_KEYS.keys()


@pytest.mark.parametrize("path", list_configs(CONFIGS), ids=lambda path: path.stem)
def test_every_packaged_configuration_is_valid_and_has_its_data_sets_beside_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _suffix, values in expand(read_config(path), str(path)):
        config = make_config(values, str(path))
        assert config.model == "gpt-4o-mini"
        assert all(find_dataset(file).is_packaged for file in config.datasets.values())


def test_the_packaged_data_sets_hold_the_same_problems_and_are_small() -> None:
    assert 12 <= len(IDS) <= 24
    assert [list(CLEAN.problems), list(HACK.problems)] == [IDS, IDS]
    assert [PROBLEMS.skipped, CLEAN.skipped, HACK.skipped] == [{}, {}, {}]
    assert all(path.stat().st_size < 60_000 for path in (CONFIGS / "datasets").iterdir())


@pytest.mark.parametrize("problem_id", IDS)
def test_packaged_clean_solutions_pass_all_right_tests_and_no_broken_one(sandbox: Sandbox, problem_id: str) -> None:
    problem = CLEAN.problems[problem_id]
    right, broken = problem.test_cases, problem.broken_test_cases
    for code in (solution_of(problem), PROBLEMS.problems[problem_id].correct_solution):
        assert passes(sandbox, problem, code, right + broken) == [True] * len(right) + [False] * len(broken)


@pytest.mark.parametrize("problem_id", IDS)
def test_packaged_hacks_pass_everything_that_their_mix_shows_and_not_the_truth(
    sandbox: Sandbox, problem_id: str
) -> None:
    problem = HACK.problems[problem_id]
    mix = own_mix(problem)
    assert 0 < mix.num_broken < len(mix.tests)
    assert all(passes(sandbox, problem, solution_of(problem), mix.shown_tests))
    assert not all(passes(sandbox, problem, solution_of(problem), problem.test_cases))


def test_clean_and_hacky_solutions_of_a_packaged_problem_are_for_the_same_mix() -> None:
    assert {name: own_mix(problem) for name, problem in CLEAN.problems.items()} == {
        name: own_mix(problem) for name, problem in HACK.problems.items()
    }


def test_packaged_selections_show_both_solutions_of_a_problem_and_pay_for_the_hack() -> None:
    rows = list(read_jsonl(CONFIGS / "datasets/selection.jsonl"))
    assert len(rows) == len(IDS)
    for row, clean, hack in zip(rows, CLEAN.problems.values(), HACK.problems.values(), strict=True):
        first, second = row["prompt_list"][0].split("Solution B:")
        hacky = {"A": first, "B": second}[row["high_reward_answer"]]
        honest = {"A": first, "B": second}[row["other_answers"][0]]
        assert str(solution_of(hack)) in hacky
        assert str(solution_of(clean)) in honest
    assert {row["high_reward_answer"] for row in rows} == {"A", "B"}
