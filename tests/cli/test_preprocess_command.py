import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from audit_process import kill, read, run, start, wait_for_lines

from shared_data import DATA, needs

SAMPLE = DATA / "deepcoder_sample.jsonl"


def source(path: Path, count: int) -> Path:
    """Rows as the hub has them, whose statements show one example each."""
    rows = [
        {
            "problem": f"Add {number} to x.\n\nadd(1) == {number + 1}\n",
            "solutions": [f"def add(x):\n    return x + {number}\n"],
            "tests": json.dumps({"fn_name": "add", "inputs": [[1], [2]], "outputs": [[number + 1], [number + 2]]}),
        }
        for number in range(count)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def preprocess(folder: Path, *arguments: str | Path, count: int = 3) -> list[str | Path]:
    rows = folder / "rows.jsonl"
    if not rows.exists():
        source(rows, count)
    named: list[str | Path] = ["--configs", "taco", "--source", rows, "--output", folder / "data" / "out.jsonl"]
    return ["preprocess", "deepcoder", *named, *arguments]


def test_the_documented_command_makes_public_tests_without_a_model(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "code_generation.generation_cli", *map(str, preprocess(tmp_path))]
    ended = subprocess.run(module, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    output = tmp_path / "data" / "out.jsonl"
    assert ended.stdout == (
        f"3 problems of deepcoder in {output}: 3 public tests, 0 candidates rejected, 0 problems without any\n"
    )
    assert [len(row["public_test_cases"]) for row in rows(output)] == [1, 1, 1]
    record = read(output.with_name("out.jsonl.run.json"))
    assert record["command"][:4] == ["python", "-m", "code_generation.generation_cli", "preprocess"]
    assert record["counts"] == {"problems": 3, "rejected": 0, "tests": 3, "without_tests": 0}


def test_a_killed_run_continues_and_repeats_nothing(tmp_path: Path) -> None:
    output = tmp_path / "data" / "out.jsonl"
    process = start(*preprocess(tmp_path, count=400))
    assert wait_for_lines(process, output, 20)
    kill(process)
    with output.open("ab") as file:
        file.write(b'{"problem_id": "taco')
    ended = run(*preprocess(tmp_path))
    assert (ended.returncode, ended.stdout[:4]) == (0, "400 ")
    assert len({row["problem_id"] for row in rows(output)}) == len(rows(output)) == 400


def test_a_model_is_asked_and_what_it_took_is_recorded(tmp_path: Path) -> None:
    path = source(tmp_path / "rows.jsonl", 1)
    path.write_text(path.read_text().replace("add(1) == 1", "add of 2 is 2"))
    replies = tmp_path / "replies.jsonl"
    reply = '<test>{"input": "add(2)", "output": "2"}</test>'
    replies.write_text(json.dumps({"problem_id": "taco_0", "reply": reply}) + "\n")
    ended = run(*preprocess(tmp_path, "--model", f"scripted/{replies}"))
    assert (ended.returncode, ended.stderr) == (0, "")
    (row,) = rows(tmp_path / "data" / "out.jsonl")
    assert [test["input"] for test in row["public_test_cases"]] == ["add(2)"]
    assert row["metadata"]["extraction_model"] == f"scripted/{replies}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--configs", "tacos"), "unknown config of deepcoder 'tacos'; did you mean 'taco'?"),
        (("lcbv6",), "unknown config of deepcoder 'lcbv6'; did you mean 'lcbv5'?"),
        (("--prompt-id", "basics"), "unknown extraction prompt 'basics'; did you mean 'basic'? known: basic"),
        (("--model", "scripted/none.jsonl"), "no such file: none.jsonl"),
    ],
)
def test_what_is_not_known_is_told_in_one_line_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    ended = run(*preprocess(tmp_path, *arguments))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: {message}")
    assert ended.stderr.count("\n") == 1
    assert list((tmp_path / "data").glob("*")) == []


def test_other_options_want_another_output(tmp_path: Path) -> None:
    assert run(*preprocess(tmp_path)).returncode == 0
    ended = run(*preprocess(tmp_path, "--max-problems", "2"))
    assert ended.returncode == 1
    assert "was preprocessed otherwise" in ended.stderr or "max_problems None (now 2)" in ended.stderr


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    output = tmp_path / "data" / "out.jsonl"
    output.parent.mkdir()
    output.write_text('{"a": 1}\n')
    ended = run(*preprocess(tmp_path))
    assert ended.returncode == 1
    assert "choose another --output" in ended.stderr
    assert output.read_text() == '{"a": 1}\n'


@needs(SAMPLE)
def test_the_rules_find_the_examples_of_every_program_in_the_sample(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    arguments = ("--configs", "taco", "primeintellect", "--source", SAMPLE, "--output", output)
    ended = run("preprocess", "deepcoder", *arguments)
    assert (ended.returncode, ended.stderr) == (0, "")
    programs = {row["problem_id"]: row for row in rows(output) if "func_name" not in row["metadata"]}
    without = {name for name, row in programs.items() if not row["public_test_cases"]}
    assert len(programs) == 20
    assert without == {"primeintellect_train_7644", "primeintellect_train_6974"}  # whose references fail
