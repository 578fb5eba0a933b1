import json
from pathlib import Path
from typing import Any

import pytest

import proctor
from proctor.errors import InputError
from proctor.generation import GenerationResult, SampleFile, SampleTally
from proctor.models import Completion, Message, ModelOptions, Usage

PARAMETERS: dict[str, Any] = {"dataset": "mbpp", "temperature": 1.0}
PROMPTS = {"generation/basic": "0123"}


def sample(name: str, code: str = "f = 1", failure: str | None = None) -> GenerationResult:
    feedback = {} if failure is None else {"failure": failure}
    return GenerationResult({}, code, [Message("user", "?")], {}, feedback, name)


def write(path: Path, *samples: GenerationResult, parameters: Any = None, prompts: Any = None) -> SampleFile:
    file = SampleFile(path)
    file.digests = {"dataset": "89ab"}
    options = ModelOptions(max_cost=2.0)
    command = ["proctor", "sample", "mbpp"]
    with file.opened(parameters or PARAMETERS, prompts or PROMPTS, options=options, command=command):
        for one in samples:
            file.keep(one)
    return file


def record(path: Path) -> Any:
    return json.loads(path.with_name(f"{path.name}.run.json").read_text())


def test_the_record_says_how_the_samples_came_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.jsonl"
    write(path, sample("P/0|0"), sample("P/0|1", ""), sample("P/1|0", "", "too long"))
    found = record(path)
    (session,) = found.pop("sessions")
    assert (session["command"], session["samples"]) == (["proctor", "sample", "mbpp"], 3)
    assert found.pop("timings").keys() == {"seconds", "samples_per_second"}
    assert found.pop("accounts")["caps"] == {"max_cost": 2.0, "max_total_tokens": None}
    assert found == {
        "proctor": proctor.__version__,
        "command": ["proctor", "sample", "mbpp"],
        "parameters": PARAMETERS,
        "digests": {"prompts": PROMPTS, "dataset": "89ab"},
        "counts": {"samples": 3, "with_code": 1, "without_code": 1, "refused": 1},
    }


def test_a_later_run_knows_what_is_there_and_mends_a_torn_row(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write(path, sample("P/0|0"))
    with path.open("ab") as file:
        file.write(b'{"id":"P/0|1","final')
    again = write(path, sample("P/1|0"))
    assert ("P/0|0" in again.done, "P/0|1" in again.done) == (True, False)
    assert (again.added, again.tally) == (1, SampleTally(2, with_code=2))
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["P/0|0", "P/1|0"]
    assert [session["samples"] for session in record(path)["sessions"]] == [1, 1]


def test_a_run_that_draws_nothing_leaves_no_session(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write(path, sample("P/0|0"))
    write(path)
    assert len(record(path)["sessions"]) == 1


def test_what_was_spent_counts_in_later_runs(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    file = SampleFile(path)
    with file.opened(PARAMETERS, PROMPTS, options=ModelOptions(), command=[]):
        file.accounts.add("openai/gpt-4o-mini", Completion("f = 1", Usage(100, 50)))
        file.keep(sample("P/0|0"))
    assert write(path).accounts.total_tokens == 150


def test_a_file_without_samples_goes_again(tmp_path: Path) -> None:
    write(tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []


def write_until_stopped(path: Path) -> None:
    file = SampleFile(path)
    with file.opened(PARAMETERS, PROMPTS, options=ModelOptions(), command=[]):
        file.keep(sample("P/0|0"))
        file.facts["missed"] = {"P/1|0": "no answer"}
        raise KeyboardInterrupt


def test_what_was_noted_stays_when_the_run_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write_until_stopped(path)
    assert (record(path)["missed"], record(path)["counts"]["samples"]) == ({"P/1|0": "no answer"}, 1)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"parameters": PARAMETERS | {"temperature": 0.5}}, "temperature 1.0 (now 0.5)"),
        ({"prompts": {"generation/basic": "4567"}}, "the text of prompt generation/basic"),
    ],
)
def test_samples_that_were_made_otherwise_are_not_mixed(tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    path = tmp_path / "out.jsonl"
    write(path, sample("P/0|0"))
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        write(path, sample("P/0|1"), **changed)
    assert str(caught.value) == (
        f"{path} holds samples that were made otherwise: {told}; repeat that, or choose another --output"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("before", [{}, {"samples": 2, "max_problems": 5}], ids=["unrecorded", "other"])
def test_how_many_are_wanted_may_change_and_the_record_has_the_newest(tmp_path: Path, before: dict[str, Any]) -> None:
    path, now = tmp_path / "out.jsonl", PARAMETERS | {"samples": 3, "max_problems": None}
    write(path, sample("P/0|0"), parameters=PARAMETERS | before)
    assert "P/0|0" in write(path, sample("P/0|1"), parameters=now).done
    assert record(path)["parameters"] == now
    with pytest.raises(InputError, match=r"made otherwise: temperature 1\.0 \(now 0\.5\); repeat"):
        write(path, parameters=now | {"samples": 4, "temperature": 0.5})


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"id": "x"}\n')
    with pytest.raises(InputError) as caught:
        write(path)
    assert str(caught.value) == (
        f"{path} is there already, and no out.jsonl.run.json beside it says that it holds samples; "
        "choose another --output"
    )
    path.with_name("out.jsonl.run.json").write_text('{"parameters": {"harness": "isolated"}, "digests": {}}')
    with pytest.raises(InputError) as caught:
        write(path)
    assert str(caught.value) == f"{path}.run.json is no record of samples; choose another --output"
    assert path.read_text() == '{"id": "x"}\n'
