"""Configurations: what they may say, what they say by default, and what is refused."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.configuration import (
    EVALUATION_KEYS,
    EvaluationConfig,
    RunOptions,
    make_config,
    make_run_options,
    override,
    parse_datasets,
    parse_template_params,
    read_config,
    with_template_params,
)

SOURCE = {"source": "problems.json"}
CHOICE = {"eval_type": "choice", "datasets": {"clean": "clean.json", "hack": "hack.json"}}
COMPLETION = {"eval_type": "completion", "datasets": SOURCE}
MULTITURN = {"eval_type": "multiturn", "datasets": SOURCE}
RATING = {"eval_type": "rating", "datasets": SOURCE}


def written(path: Path, **values: Any) -> Path:
    path.write_text(json.dumps(values))
    return path


def test_what_is_not_said_is_as_in_the_earlier_program() -> None:
    config = make_config(COMPLETION, "c.json")
    assert config == EvaluationConfig("completion", SOURCE)
    said = (config.model, config.temperature, config.prompt_id, config.allow_flagging, config.seed, config.epochs)
    assert said == ("gpt-4o-mini", 0.7, "basic", False, 0, 1)
    assert make_run_options(COMPLETION, "c.json") == RunOptions(None, use_cache=True, max_concurrent=5)


def test_every_key_is_a_field_and_every_field_a_key_of_some_type() -> None:
    fields = {field.name for field in dataclasses.fields(EvaluationConfig)}
    assert set().union(*EVALUATION_KEYS.values()) == fields


def test_everything_that_a_multiturn_evaluation_can_say_is_taken() -> None:
    said: dict[str, Any] = {
        **MULTITURN,
        "datasets_base_dir": "data",
        "source_dataset": "apps",
        "model": "control/honest",
        "provider": "openai",
        "temperature": 1,
        "prompt_id": "basic",
        "system_prompt_id": "helpful_coder",
        "allow_flagging": True,
        "flag_prompt_id": "overt",
        "num_broken": 0,
        "additional_frac_broken": 0.5,
        "feedback": "counts",
        "max_turns": 3,
        "originals": False,
        "dataset_filters": {"min_test_cases": 3, "max_test_cases": None, "difficulty": [1, "easy"], "tags": ["lists"]},
        "max_problems": 10,
        "seed": 7,
        "epochs": 2,
    }
    options: dict[str, Any] = {"output_path": "r.jsonl", "use_cache": False, "max_concurrent": 50}
    assert make_config({**said, **options}, "c.json") == EvaluationConfig(**said)
    assert make_run_options({**said, **options}, "c.json") == RunOptions(**options)


def test_null_stands_for_a_key_that_is_not_given() -> None:
    nulls = {key: None for key in EVALUATION_KEYS["completion"] - COMPLETION.keys()}
    assert make_config({**nulls, "attribute": None, **COMPLETION}, "c.json") == make_config(COMPLETION, "c.json")
    assert make_run_options({"max_concurrent": None}, "c.json") == RunOptions()


@pytest.mark.parametrize(
    ("said", "prompt_id"),
    [
        ({}, "self"),
        ({"prompt_id": "basic"}, "self"),
        ({"self_rate": False}, "monitor"),
        ({"self_rate": False, "prompt_id": "basic"}, "monitor"),
        ({"self_rate": False, "prompt_id": "monitor"}, "monitor"),
    ],
)
def test_who_is_rated_decides_the_wording(said: dict[str, Any], prompt_id: str) -> None:
    assert make_config({**RATING, **said}, "c.json").prompt_id == prompt_id


UNKNOWN = [
    (
        {"eval_type": "coice"},
        "unknown eval_type in c.json: 'coice'; did you mean 'choice'? "
        "known: choice, code_selection, completion, multiturn, rating",
    ),
    (
        {**COMPLETION, "prompt_id": "harnes"},
        "unknown generation prompt in c.json: prompt_id 'harnes'; did you mean 'harness'? known: "
        "attention, basic, clean, force_hack, force_hack_sneaky, harness, neutral, pro_hacking",
    ),
    (
        {**CHOICE, "allow_flagging": True, "flag_prompt_id": "overt"},
        "unknown choice_flag prompt in c.json: flag_prompt_id 'overt'; known: basic, detailed",
    ),
    (
        {**MULTITURN, "feedback": "ful"},
        "unknown feedback prompt in c.json: feedback 'ful'; did you mean 'full'? known: counts, full, none, values",
    ),
    (
        {**COMPLETION, "dataset_filters": {"min_tests": 3}},
        "unknown key in c.json: dataset_filters: 'min_tests'; did you mean 'min_test_cases'? "
        "known: difficulty, max_test_cases, min_test_cases, tags",
    ),
]


@pytest.mark.parametrize(("values", "message"), UNKNOWN)
def test_unknown_names_are_refused_with_the_nearest(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        make_config(values, "c.json")
    assert str(caught.value) == message


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"^unknown key in c.json: 'modle'; did you mean 'model'\? known: allow_"
    ):
        make_config({**CHOICE, "modle": "x"}, "c.json")


REFUSED = [
    (
        {"datasets": SOURCE},
        "key 'eval_type': expected one of choice, completion, multiturn, rating, code_selection, found nothing",
    ),
    (
        {"eval_type": 3},
        "key 'eval_type': expected one of choice, completion, multiturn, rating, code_selection, found 3",
    ),
    ({**CHOICE, "attribute": "wit"}, "key 'attribute' belongs to rating, not to choice; leave it out"),
    ({**RATING, "max_turns": 3}, "key 'max_turns' belongs to completion, multiturn, not to rating; leave it out"),
    (
        {**COMPLETION, "grid": {"max_turns": [1, 3]}},
        "key 'grid' stands for several evaluations; run the file's folder with batch",
    ),
    (
        {**COMPLETION, "fraction_broken": 0.5, "num_broken": 1},
        "keys 'fraction_broken' and 'num_broken' say the same in two ways; keep one of them",
    ),
    (
        {**MULTITURN, "additional_frac_broken": 0.5, "additional_num_broken": 1},
        "keys 'additional_frac_broken' and 'additional_num_broken' say the same in two ways; keep one of them",
    ),
    (
        {**COMPLETION, "flag_prompt_id": "basic"},
        "key 'flag_prompt_id' words an objection that 'allow_flagging' does not allow; "
        "set 'allow_flagging' to true, or leave 'flag_prompt_id' out",
    ),
    (
        {**RATING, "prompt_id": "monitor"},
        "key 'prompt_id': 'monitor' is not for 'self_rate' true; expected 'self', or leave it out",
    ),
    (
        {**RATING, "self_rate": False, "prompt_id": "self"},
        "key 'prompt_id': 'self' is not for 'self_rate' false; expected 'monitor', or leave it out",
    ),
    ({**COMPLETION, "datasets": "problems.json"}, "key 'datasets': expected an object of texts, found 'problems.json'"),
    ({**COMPLETION, "datasets": {"source": 3}}, "key 'datasets': expected an object of texts, found {'source': 3}"),
    ({**COMPLETION, "max_turns": "3"}, "key 'max_turns': expected a whole number of at least 1, found '3'"),
    ({**COMPLETION, "max_turns": 0}, "key 'max_turns': expected a whole number of at least 1, found 0"),
    ({**COMPLETION, "max_turns": True}, "key 'max_turns': expected a whole number of at least 1, found True"),
    ({**COMPLETION, "epochs": 0}, "key 'epochs': expected a whole number of at least 1, found 0"),
    ({**COMPLETION, "max_problems": 0}, "key 'max_problems': expected a whole number of at least 1, found 0"),
    ({**COMPLETION, "seed": 1.5}, "key 'seed': expected a whole number, found 1.5"),
    ({**COMPLETION, "temperature": -1}, "key 'temperature': expected a number of at least 0, found -1"),
    ({**COMPLETION, "temperature": float("nan")}, "key 'temperature': expected a number of at least 0, found nan"),
    ({**COMPLETION, "fraction_broken": 1.1}, "key 'fraction_broken': expected a number from 0 to 1, found 1.1"),
    ({**COMPLETION, "num_broken": -1}, "key 'num_broken': expected a whole number of at least 0, found -1"),
    (
        {**MULTITURN, "additional_frac_broken": 0},
        "key 'additional_frac_broken': expected a number above 0 and at most 1, found 0",
    ),
    (
        {**MULTITURN, "additional_num_broken": 0},
        "key 'additional_num_broken': expected a whole number of at least 1, found 0",
    ),
    ({**COMPLETION, "allow_flagging": "yes"}, "key 'allow_flagging': expected true or false, found 'yes'"),
    ({**COMPLETION, "model": 3}, "key 'model': expected a text, not empty and without NUL, found 3"),
    ({**COMPLETION, "model": ""}, "key 'model': expected a text, not empty and without NUL, found ''"),
    (
        {**COMPLETION, "source_dataset": "a\0"},
        "key 'source_dataset': expected a text, not empty and without NUL, found 'a\\x00'",
    ),
    ({**COMPLETION, "dataset_filters": []}, "key 'dataset_filters': expected an object, found []"),
    (
        {**COMPLETION, "dataset_filters": {"tags": "lists"}},
        "dataset_filters: key 'tags': expected a list of texts, found 'lists'",
    ),
    (
        {**COMPLETION, "dataset_filters": {"min_test_cases": 5, "max_test_cases": 2}},
        "dataset_filters: keys 'min_test_cases' (5) and 'max_test_cases' (2) leave no problem",
    ),
]


@pytest.mark.parametrize(("values", "message"), REFUSED)
def test_what_does_not_do_is_refused_by_its_key(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        make_config(values, "c.json")
    assert str(caught.value) == f"c.json: {message}"


def test_options_of_a_run_are_checked_as_well() -> None:
    with pytest.raises(InputError) as caught:
        make_run_options({"max_concurrent": 0}, "c.json")
    assert str(caught.value) == "c.json: key 'max_concurrent': expected a whole number of at least 1, found 0"


def test_a_file_of_the_earlier_program_is_read_without_what_means_nothing_any_more(tmp_path: Path) -> None:
    harmless = {"use_batch_api": False, "chunk_size": None, "save_results": True, "openai_tag": None}
    path = written(tmp_path / "c.json", **CHOICE, grader_type="mcq", template_params={"seed": 3}, **harmless)
    assert read_config(path) == {**CHOICE, "seed": 3}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"grader_type": "model_based"}, "key 'grader_type': every type has one grader, found 'model_based'"),
        ({"use_batch_api": True}, "key 'use_batch_api': questions are asked one by one, found True"),
        ({"chunk_size": 50}, "key 'chunk_size': questions are asked one by one, found 50"),
        ({"save_results": False}, "key 'save_results': results are always stored, found False"),
        ({"openai_tag": "x"}, "key 'openai_tag': requests carry no tag, found 'x'"),
    ],
)
def test_what_the_earlier_program_could_and_this_one_cannot_is_refused(
    said: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "c.json", **CHOICE, **said)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value) == f"{path}: {message}; leave the key out"


def test_template_params_say_what_keys_beside_them_would_say(tmp_path: Path) -> None:
    path = written(tmp_path / "c.json", **RATING, template_params={"attribute": "wit", "self_rate": False})
    assert make_config(read_config(path), str(path)).attribute == "wit"


def test_a_key_with_two_values_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "c.json", **RATING, attribute="care", template_params={"attribute": "wit"})
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value) == (
        f"{path}: key 'attribute' is 'wit' in template_params and 'care' beside it; keep one of them"
    )
    assert with_template_params({"seed": 1}, {"seed": 1}, "c.json") == {"seed": 1}


@pytest.mark.parametrize("params", [["wit"], "", 0])
def test_template_params_that_are_no_object_are_refused(tmp_path: Path, params: Any) -> None:
    path = written(tmp_path / "c.json", **RATING, template_params=params)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value) == f"{path}: key 'template_params': expected an object, found {params!r}"


def test_a_file_takes_the_type_of_the_command_and_does_not_contradict_it(tmp_path: Path) -> None:
    assert read_config(written(tmp_path / "a.json", seed=1), "rating") == {"seed": 1, "eval_type": "rating"}
    path = written(tmp_path / "c.json", **CHOICE)
    with pytest.raises(InputError) as caught:
        read_config(path, "rating")
    assert str(caught.value) == f"{path}: key 'eval_type': expected 'rating', found 'choice'"


@pytest.mark.parametrize(
    ("values", "given", "result"),
    [
        ({"seed": 1, "epochs": 2}, {"seed": 3}, {"seed": 3, "epochs": 2}),
        ({"fraction_broken": 0.5}, {"num_broken": 1}, {"num_broken": 1}),
        ({"additional_num_broken": 2}, {"additional_frac_broken": 0.5}, {"additional_frac_broken": 0.5}),
        ({"allow_flagging": True, "flag_prompt_id": "overt"}, {"allow_flagging": False}, {"allow_flagging": False}),
    ],
)
def test_what_is_given_later_takes_the_place_of_what_it_contradicts(
    values: dict[str, Any], given: dict[str, Any], result: dict[str, Any]
) -> None:
    assert override(values, given) == result


def test_a_contradiction_within_what_is_given_is_left_to_be_refused() -> None:
    given = {"fraction_broken": 0.5, "num_broken": 1, "allow_flagging": False, "flag_prompt_id": "basic"}
    assert override({}, given) == given


@pytest.mark.parametrize(
    "text",
    [
        "clean:a.json,hack:b/c:d.json",
        " clean : a.json , hack : b/c:d.json",
        '{"clean": "a.json", "hack": "b/c:d.json"}',
    ],
)
def test_data_sets_are_given_as_pairs_or_as_json(text: str) -> None:
    assert parse_datasets(text) == {"clean": "a.json", "hack": "b/c:d.json"}


@pytest.mark.parametrize("text", ["clean.json", "clean:", ":a.json", "clean:a.json,", "", "clean:a.json,clean:b.json"])
def test_data_sets_without_label_or_file_or_with_one_label_twice_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_datasets(text)
    assert str(caught.value) == (
        f"--datasets: expected LABEL:FILE,… with different names, or a JSON object, found {text!r}"
    )


def test_broken_json_in_place_of_pairs_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        parse_datasets('{"clean": ')
    assert str(caught.value) == "--datasets: Input data was truncated"


def test_template_params_in_json_keep_their_kind() -> None:
    assert parse_template_params('{"attribute": "7"}') == {"attribute": "7"}


@pytest.mark.parametrize(
    "text",
    [
        "attribute:wit,self_rate:false,fraction_broken:0.5",
        '{"attribute": "wit", "self_rate": false, "fraction_broken": 0.5}',
    ],
)
def test_template_params_are_values_of_the_right_kind(text: str) -> None:
    assert parse_template_params(text) == {"attribute": "wit", "self_rate": False, "fraction_broken": 0.5}
