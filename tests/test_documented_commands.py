"""The commands of docs/commands.md as they are printed: one after another, in one empty folder, at local servers."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from code_generation.test_scripts import scraper_profiled
from endpoint_stub import KEY, EndpointStub, Reply, Request, chat_completion, endpoint_stub
from hub_server import HubServer
from proctor.cli import (
    build_dataset,
    eval_batch,
    eval_types,
    generate,
    generate_broken,
    generate_data,
    mbpp_loader,
    preprocess,
    scrape,
)
from proctor.problems import CodeProblem, load_dataset, mbpp, swebench
from proctor.problems.deepcoder import loader as deepcoder
from proctor.records import read_json, read_jsonl
from shared_data import SHARED, needs
from test_docs import FENCED, ROOT, SHELL

PAGE = ROOT / "docs/commands.md"
DOCUMENT = SHARED / "spec/code_generation.md"
SAMPLES = Path(scraper_profiled.__file__).with_name("three_sample.jsonl")
COMMANDS = {
    "preprocess": preprocess.deepcoder,
    "mbpp_loader": mbpp_loader.mbpp_loader,
    "generate": generate.generate,
    "scraper": scrape.scrape,
    "scraper_profiled": scraper_profiled.scraper_profiled,
    "build-dataset": build_dataset.build_dataset,
    "generate-broken": generate_broken.generate_broken,
    "generate-data": generate_data.generate_data,
    "choice": eval_types.choice,
    "completion": eval_types.completion,
    "multiturn": eval_types.multiturn,
    "rating": eval_types.rating,
    "batch": eval_batch.batch,
}
MBPP_FILES = ("mbpp_all.jsonl", "mbpp_small.jsonl")
PATIENCE = 120.0  # seconds for one command

DOUBLE = "class Solution:\n    def doubled(self, number):\n        return 2 * number\n"
ECHO = "print(input()[::-1])\n"
FUNCTIONAL = {
    "problem": "Double a number.\n\nExample 1:\n\nInput: number = 3\nOutput: 6\n",
    "starter_code": "class Solution:\n    def doubled(self, number: int) -> int:\n        ",
    "tests": json.dumps([{"input": str(n), "output": str(2 * n), "testtype": "functional"} for n in (3, 5, -1)]),
    "metadata": {"func_name": "doubled"},
}


def reversal(**wrong: str) -> dict[str, Any]:
    """A program to write; *wrong* outputs make it a problem that nobody can solve."""
    outputs = {text: text[::-1] for text in ("abc", "de", "fghi")} | wrong
    tests = [{"input": f"{given}\n", "output": f"{told}\n", "testtype": "stdin"} for given, told in outputs.items()]
    title = "Print a line backwards" + (", differently." if wrong else ".")
    statement = (
        f"{title}\n\nInput\n\nA line.\n\nOutput\n\nThat line.\n\nSample Input 1\n\nabc\n\nSample Output 1\n\ncba\n"
    )
    return {"problem": statement, "starter_code": "", "tests": json.dumps(tests), "metadata": {}}


DEEPCODER = [FUNCTIONAL, reversal(), reversal(fghi="?")]
SOLUTIONS = {row["problem"].strip(): code for row, code in zip(DEEPCODER, (DOUBLE, ECHO, ECHO), strict=True)}
SOLVABLE, IMPOSSIBLE = ["lcbv5_train_0", "lcbv5_train_1"], ["lcbv5_train_2"]
PATCH = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"
ISSUE = {
    "instance_id": "owner__name-1",
    "repo": "owner/name",
    "base_commit": "0" * 40,
    "text": "An issue: `a` should be 2.",
    "problem_statement": "`a` should be 2.",
    "hints_text": "See a.py.",
    "patch": f"<patch>\n{PATCH}</patch>",
}


def shell_lines(text: str) -> list[str]:
    """Every command of the shell blocks, as it is printed."""
    lines = "".join(block for language, block in FENCED.findall(text) if language in SHELL).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def section(package: str) -> str:
    """What our page says of a package."""
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {package}\n")[2].partition("\n## ")[0]


def documented() -> list[str]:
    """The commands of the first document, as our page prints them."""
    return shell_lines(section("code_generation"))


def assertions(task_id: int) -> dict[str, Any]:
    """A row of MBPP."""
    tests = [f"assert add_{task_id}({x}) == {x + task_id}" for x in range(3)]
    code = f"def add_{task_id}(x):\n    return x + {task_id}"
    return {"task_id": task_id, "text": f"Add {task_id} to a number.", "code": code, "test_list": tests}


def samples() -> list[CodeProblem]:
    """The packaged ones."""
    return load_dataset(str(SAMPLES)).problems


def answer(_: int, request: Request) -> Reply:
    """A patch for an issue; otherwise a program that lacks everything, and in the next turn the right one."""
    messages = request.body["messages"]
    statement = next(str(message["content"]) for message in messages if message["role"] == "user")
    known = [code for problem, code in SOLUTIONS.items() if problem in statement]
    if not known:
        return Reply(body=chat_completion(f"<patch>\n{PATCH}</patch>"))
    said = known[0] if any(message["role"] == "assistant" for message in messages) else "raise NotImplementedError"
    return Reply(body=chat_completion(f"<code>\n{said}\n</code>"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    pytest.importorskip("huggingface_hub", reason="needs the extra 'hub'")
    with HubServer(tmp_path_factory.mktemp("hf")).running() as server:
        first_ids = {"prompt": 1, "test": 11, "validation": 511, "train": 601}
        rows = {f"full/{split}.parquet": [assertions(number)] for split, number in first_ids.items()}
        server.add(mbpp.DATASET, rows, commit=mbpp.REVISION)
        server.add(deepcoder.DATASET, {"lcbv5/train.parquet": DEEPCODER}, commit=deepcoder.REVISION)
        oracle, revision = swebench.CONFIGS["oracle"]
        server.add(oracle, {"data/test-00000-of-00001.parquet": [ISSUE]}, commit=revision)
        yield server


@pytest.fixture(scope="module")
def models() -> Iterator[EndpointStub]:
    SOLUTIONS.update((sample.description, sample.correct_solution or "") for sample in samples())
    with endpoint_stub() as stub:
        stub.decide = answer
        yield stub


def run_documented(commands: list[str], home: Path, hub: HubServer, models: EndpointStub) -> None:
    """Run the commands as they are, one after another; models and data sets are the local servers'."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))},
        **hub.environment,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "OPENAI_BASE_URL": models.base_url,
        "OPENAI_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": models.host,
        "ANTHROPIC_API_KEY": KEY,
        "XDG_CACHE_HOME": str(home.with_name(f"{home.name}.cache")),
    }
    for command in commands:
        ran = subprocess.run(
            ["sh", "-c", command],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"


@pytest.fixture(scope="module")
def folder(hub: HubServer, models: EndpointStub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every command has been run."""
    home = tmp_path_factory.mktemp("commands")
    run_documented(documented(), home, hub, models)
    return home


def ids(path: Path) -> list[str]:
    return [row["problem"]["problem_id"] for row in read_jsonl(path)]


@needs(DOCUMENT)
def test_the_page_prints_every_command_of_the_document() -> None:
    ours, theirs = documented(), shell_lines(DOCUMENT.read_text(encoding="utf-8"))
    assert [command for command in ours if command in theirs] == theirs


def defaults() -> list[tuple[str, str, str]]:
    """Command, option and value of every row of the page's table that gives a value as ``--help`` does."""
    return re.findall(r"^\| `([\w-]+) (--[\w-]+)` \| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("command", "option", "value"), defaults(), ids=" ".join)
def test_a_default_in_the_table_is_the_command_s(command: str, option: str, value: str) -> None:
    (parameter,) = (found for found in COMMANDS[command].params if option in found.opts)
    assert isinstance(parameter, click.Option)
    shown = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    assert str(shown) == value


def test_both_loaders_write_problems(folder: Path) -> None:
    sizes = {name: len(load_dataset(str(folder / "datasets" / name)).problems) for name in MBPP_FILES}
    assert sizes == dict.fromkeys(MBPP_FILES, 4)


def test_public_tests_are_found_in_the_statements(folder: Path) -> None:
    found = load_dataset(str(folder / "data/preprocessed.jsonl")).problems
    assert {problem.problem_id for problem in found} == {*SOLVABLE, *IMPOSSIBLE}
    assert [len(problem.public_test_cases) for problem in found] == [1, 1, 1]


def test_samples_of_an_issue_are_kept(folder: Path) -> None:
    sampled = [path for path in folder.glob("**/swebench_*.jsonl") if ".run" not in path.name]
    assert sorted(len(list(read_jsonl(path))) for path in sampled) == [1, 5]


def test_the_scraper_keeps_what_passes_and_logs_the_others(folder: Path) -> None:
    solutions, impossible = (
        folder / "datasets" / f"deepcoder_{name}.jsonl" for name in ("preprocessed_o4mini_solutions", "impossible")
    )
    assert sorted(ids(solutions)) == SOLVABLE
    assert [row["problem_id"] for row in read_jsonl(impossible)] == IMPOSSIBLE


def test_the_profile_has_every_sample(folder: Path) -> None:
    profile = read_json(folder / "three_sample_profile.json")
    assert {row["problem_id"] for row in profile["problems"]} == {sample.problem_id for sample in samples()}
    assert sorted(ids(folder / "three_sample_profile_solutions.jsonl")) == sorted(
        sample.problem_id for sample in samples()
    )
