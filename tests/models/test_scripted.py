import asyncio
import json
from pathlib import Path

import pytest

from proctor.errors import InputError, ModelError
from proctor.models import Completion, FunctionModel, Message, Model, Sampling, ScriptedModel, Usage, make_model


def reply(model: Model, problem_id: str, *, sample_index: int = 0, turn: int = 0) -> str:
    messages = [Message("user", "solve"), *[Message("assistant", "no"), Message("user", "again")] * turn]
    sampling = Sampling(problem_id=problem_id, sample_index=sample_index)
    return asyncio.run(model.generate(messages, sampling)).text


def write_script(folder: Path, *lines: str) -> str:
    path = folder / "replies.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return f"scripted/{path}"


def row(problem_id: str, reply: str | list[str], **more: str) -> str:
    return json.dumps({"problem_id": problem_id, "reply": reply, **more})


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    name = write_script(tmp_path, row("a", "one", note="ignored"), row("b", "two"))
    model = make_model(name, references={}, seed=0)
    assert isinstance(model, ScriptedModel)
    assert (model.name, model.problem_ids) == (name, ["a", "b"])
    assert [reply(model, "a"), reply(model, "b")] == ["one", "two"]


def test_several_rows_of_a_problem_are_its_samples_in_turn(tmp_path: Path) -> None:
    name = write_script(tmp_path, row("a", "first"), row("b", "other"), row("a", "second"))
    model = make_model(name, references={}, seed=0)
    assert [reply(model, "a", sample_index=index) for index in range(4)] == ["first", "second", "first", "second"]


def test_a_list_of_replies_goes_by_turn_and_its_last_repeats(tmp_path: Path) -> None:
    name = write_script(tmp_path, row("a", ["draft", "better"]), row("a", "always"))
    model = make_model(name, references={}, seed=0)
    assert [reply(model, "a", turn=turn) for turn in range(3)] == ["draft", "better", "better"]
    assert [reply(model, "a", turn=turn, sample_index=1) for turn in range(2)] == ["always", "always"]


def test_a_script_answers_only_what_stands_in_it() -> None:
    model = ScriptedModel("mine", {"a": ["one"], "b": []})
    assert [model.answers(problem_id) for problem_id in ("a", "b", "c")] == [True, False, False]
    with pytest.raises(ModelError) as caught:
        reply(model, "c")
    assert str(caught.value) == "mine has no reply to problem 'c'; add a row or leave it out"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{", "Input data was truncated"),
        ('{"problem_id": "a"}', "Object missing required field `reply`"),
        ('{"reply": "x"}', "Object missing required field `problem_id`"),
        ('{"problem_id": 3, "reply": "x"}', "Expected `str`, got `int` - at `$.problem_id`"),
        ('{"problem_id": "", "reply": "x"}', "Expected `str` of length >= 1 - at `$.problem_id`"),
        ('{"problem_id": "a", "reply": 5}', "Expected `str | array`, got `int` - at `$.reply`"),
        ('{"problem_id": "a", "reply": []}', "Expected `array` of length >= 1 - at `$.reply`"),
        ('{"problem_id": "a", "reply": [1]}', "Expected `str`, got `int` - at `$.reply[0]`"),
        ("[1]", "Expected `object`, got `array`"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, bad: str, message: str) -> None:
    name = write_script(tmp_path, row("a", "one"), "", bad)
    with pytest.raises(InputError) as caught:
        make_model(name, references={}, seed=0)
    assert str(caught.value) == f"{tmp_path}/replies.jsonl:3: {message}"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        make_model(f"scripted/{tmp_path}/none.jsonl", references={}, seed=0)
    assert str(caught.value) == f"no such file: {tmp_path}/none.jsonl"


def test_a_folder_is_no_script(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^cannot read .*: Is a directory$"):
        make_model(f"scripted/{tmp_path}", references={}, seed=0)


def test_an_empty_script_is_an_error(tmp_path: Path) -> None:
    name = write_script(tmp_path)
    with pytest.raises(InputError) as caught:
        make_model(name, references={}, seed=0)
    assert str(caught.value) == (
        f'{tmp_path}/replies.jsonl: expected rows {{"problem_id": …, "reply": …}}, found none; write at least one'
    )


def test_a_function_model_is_asked_with_the_whole_request() -> None:
    model = FunctionModel("echo", lambda messages, sampling: f"{messages[-1].content} {sampling.sample_index}")
    completion = asyncio.run(model.generate([Message("user", "hello")], Sampling(sample_index=3)))
    assert completion == Completion("hello 3", Usage(input_tokens=1, output_tokens=1))
    assert model.answers("anything")
