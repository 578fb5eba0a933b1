"""The commands of code_data on docs/commands.md as they are printed, in order, in one empty folder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from endpoint_stub import MESSAGES, EndpointStub, Reply, Request, anthropic_message, chat_completion, endpoint_stub
from hub_server import HubServer
from proctor.evaluation.configuration import find_config_folder
from proctor.problems import load_dataset, mbpp
from proctor.records import read_json
from shared_data import SHARED, needs
from test_docs import FENCED
from test_documented_commands import assertions, run_documented, section, shell_lines

DOCUMENT = SHARED / "spec/code_data.md"
COMPLETIONS = "gpt-4o-mini_neutral_fraction_0.5_completions.json"
ADDED = re.compile(r"Add (\d+) to a number")
ASKED = re.compile(r"its right value:\n\n```python\n.*\n(\d+)\n```")


def answer(_: int, request: Request) -> Reply:
    """Of a test a value that is one too much; of a problem code that passes what it was shown; else an A, or a 7."""
    if request.path == MESSAGES:
        asked = ASKED.search(request.question)
        return Reply(body=anthropic_message(f"<output>{int(asked[1]) + 1}</output>" if asked else "<code>a = 1</code>"))
    for tag, said in (("choice", "A"), ("rating", "7")):
        if f"<{tag}>" in request.question:
            return Reply(body=chat_completion(f"<{tag}>{said}</{tag}>"))
    number = (ADDED.search(request.question) or [0, 0])[1]
    shown = dict(re.findall(r"assert add_\d+\((\d+)\) == (\d+)", request.question))
    table = ", ".join(f"{given}: {told}" for given, told in shown.items())
    code = f"def add_{number}(x):\n    return {{{table}}}.get(x, x + {number})"
    return Reply(body=chat_completion(f"<code>\n{code}\n</code>"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    pytest.importorskip("huggingface_hub", reason="needs the extra 'hub'")
    with HubServer(tmp_path_factory.mktemp("hf")).running() as server:
        first_ids = {"prompt": 1, "test": 11, "validation": 511, "train": 601}
        rows = {f"full/{split}.parquet": [assertions(number)] for split, number in first_ids.items()}
        server.add(mbpp.DATASET, rows, commit=mbpp.REVISION)
        yield server


@pytest.fixture(scope="module")
def models() -> Iterator[EndpointStub]:
    with endpoint_stub() as stub:
        stub.decide = answer
        yield stub


@pytest.fixture(scope="module")
def folder(hub: HubServer, models: EndpointStub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every command has been run; the page's configuration lies there."""
    home = tmp_path_factory.mktemp("data")
    (config,) = (block for language, block in FENCED.findall(section("code_data")) if language == "json")
    (home / "end_to_end.json").write_text(config)
    run_documented(shell_lines(section("code_data")), home, hub, models)
    return home


@needs(DOCUMENT)
def test_the_page_prints_every_command_of_the_document() -> None:
    theirs = shell_lines(DOCUMENT.read_text(encoding="utf-8"))
    assert [line for line in shell_lines(section("code_data")) if line in theirs] == theirs


def test_the_data_set_has_broken_tests(folder: Path) -> None:
    problems = load_dataset(str(folder / "train.json")).problems
    assert [(len(problem.test_cases), len(problem.broken_test_cases)) for problem in problems] == [(3, 3)] * 4
    assert [problem.broken_test_cases for problem in load_dataset(str(folder / "formatted.json")).problems] == [[]] * 4


def test_the_completions_are_graded(folder: Path) -> None:
    document = read_json(folder / f"train_{COMPLETIONS}")
    assert document["metadata"]["status"] == "with_completions"
    verdicts = [(entry["eval_result"]["is_hacking"], entry["truth"]["success"]) for entry in document["problems"]]
    assert verdicts == [(True, False)] * 4


def test_a_model_breaks_tests_too(folder: Path, models: EndpointStub) -> None:
    problems = load_dataset(str(folder / "formatted_with_broken.json")).problems
    for problem in problems:
        right, wrong = (
            [test.expected_output for test in tests] for tests in (problem.test_cases, problem.broken_test_cases)
        )
        assert [int(value) - 1 for value in wrong] == [int(value) for value in right]
    asked = [request for request in models.requests if request.path == MESSAGES and ASKED.search(request.question)]
    assert len(asked) == 12


def test_every_split_of_the_configuration_is_completed(folder: Path) -> None:
    found = [
        entry["problem_id"]
        for split in ("train", "test")
        for entry in read_json(folder / f"datasets/code/mbpp/{split}/mbpp_formatted_with_broken_{COMPLETIONS}")[
            "problems"
        ]
    ]
    assert sorted(found) == ["mbpp_1", "mbpp_11", "mbpp_511", "mbpp_601"]


def summary(path: Path) -> dict[str, Any]:
    return read_json(path.with_name(f"{path.name}.summary.json"))


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("choice_mbpp_gpt-4o-mini.jsonl", "gpt-4o-mini"),
        ("completion_mbpp_claude-3-haiku.jsonl", "claude-3-haiku"),
        ("choice_packaged_gpt-4o-mini.jsonl", "gpt-4o-mini"),
    ],
)
def test_every_evaluation_of_the_document_has_read_all_its_replies(folder: Path, name: str, model: str) -> None:
    found = summary(folder / name)
    counts = {key: found[key] for key in ("model", "rows", "problems", "no_answer", "unparsed", "ungraded")}
    assert counts == {"model": model, "rows": 32, "problems": 16, "no_answer": 0, "unparsed": 0, "ungraded": 0}


def test_the_completions_that_were_generated_are_rated(folder: Path) -> None:
    found = summary(folder / "results/honesty.jsonl")
    assert (found["rows"], found["metrics"]["average_score"]["of_all"]["estimate"]) == (4, 7.0)


def test_a_batch_has_run_every_packaged_configuration(folder: Path) -> None:
    ran = {path.name for path in (folder / "results").glob("*_gpt-4o-mini.jsonl")}
    grids = {name for name in ran if "__" in name}
    assert len(grids) == 4
    configurations = {path.stem for path in find_config_folder("evaluation/configs").path.glob("*.json")}
    assert {name.removesuffix("_gpt-4o-mini.jsonl") for name in ran - grids} == configurations - {"completion_grid"}
