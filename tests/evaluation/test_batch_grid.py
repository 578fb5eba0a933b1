"""Folders of configurations, and grids of which one file makes many."""

from pathlib import Path
from typing import Any

import pytest

from proctor.errors import InputError
from proctor.evaluation.configuration import alias_of, expand, list_configs, make_config, result_name

BASE = {"eval_type": "completion", "datasets": {"source": "problems.json"}}


def test_a_configuration_without_a_grid_is_one_evaluation() -> None:
    assert expand(BASE, "c.json") == [("", BASE)]
    assert expand({**BASE, "grid": None}, "c.json") == [("", BASE)]


def test_a_grid_makes_an_evaluation_of_every_combination() -> None:
    grid = {"prompt_id": ["basic", "harness"], "allow_flagging": [False, True], "max_turns": [1, 3]}
    made = expand({**BASE, "grid": grid}, "c.json")
    assert [suffix for suffix, _ in made] == [
        "__prompt_id=basic__allow_flagging=false__max_turns=1",
        "__prompt_id=basic__allow_flagging=false__max_turns=3",
        "__prompt_id=basic__allow_flagging=true__max_turns=1",
        "__prompt_id=basic__allow_flagging=true__max_turns=3",
        "__prompt_id=harness__allow_flagging=false__max_turns=1",
        "__prompt_id=harness__allow_flagging=false__max_turns=3",
        "__prompt_id=harness__allow_flagging=true__max_turns=1",
        "__prompt_id=harness__allow_flagging=true__max_turns=3",
    ]
    assert made[3][1] == {**BASE, "prompt_id": "basic", "allow_flagging": True, "max_turns": 3}
    assert {make_config(values, "c.json").max_turns for _, values in made} == {1, 3}


def test_where_a_point_of_the_grid_allows_no_flag_its_wording_is_left_out() -> None:
    values = {**BASE, "flag_prompt_id": "overt", "grid": {"allow_flagging": [False, True]}}
    configs = [make_config(point, "c.json") for _, point in expand(values, "c.json")]
    assert [(config.allow_flagging, config.flag_prompt_id) for config in configs] == [(False, "basic"), (True, "overt")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"grid": 0}, "key 'grid': expected an object of lists with one value or more, found 0"),
        ({"grid": ["basic"]}, "key 'grid': expected an object of lists with one value or more, found ['basic']"),
        (
            {"grid": {"max_turns": 3}},
            "key 'grid': expected an object of lists with one value or more, found {'max_turns': 3}",
        ),
        (
            {"grid": {"max_turns": []}},
            "key 'grid': expected an object of lists with one value or more, found {'max_turns': []}",
        ),
        (
            {"max_turns": 2, "grid": {"max_turns": [1, 3]}},
            "key 'max_turns' stands beside the grid and in it; keep one of them",
        ),
        (
            {"grid": {"model": ["a/b", "a:b"]}},
            "key 'grid': expected values with different names, found {'model': ['a/b', 'a:b']}",
        ),
        (
            {"grid": {"num_broken": [1, 1]}},
            "key 'grid': expected values with different names, found {'num_broken': [1, 1]}",
        ),
    ],
)
def test_grids_that_do_not_do_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        expand({**BASE, **values}, "c.json")
    assert str(caught.value) == f"c.json: {message}"


def test_the_configurations_of_a_folder_are_its_json_files_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "notes.md", "c.jsonl"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "datasets.json").mkdir()
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.json").write_text("{}")
    assert list_configs(tmp_path) == [tmp_path / "a.json", tmp_path / "b.json"]


def test_a_folder_without_configurations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list_configs(tmp_path)
    assert str(caught.value) == f"{tmp_path}: expected configurations, files in .json, found none"


def test_result_files_are_named_after_configuration_point_and_model() -> None:
    alias = alias_of("together/meta:llama")
    assert result_name(Path("x/choice_basic.json"), "", alias) == "choice_basic_together-meta-llama.jsonl"
    assert result_name(Path("c.json"), "__max_turns=3", "m") == "c__max_turns=3_m.jsonl"
