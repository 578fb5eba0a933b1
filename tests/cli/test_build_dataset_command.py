import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audit_process import read, run
from sum_problems import problem_file, sums

from proctor.problems import CodeProblem, load_dataset

MODULE = [sys.executable, "-m", "code_data.generation_cli"]


def build(folder: Path, *arguments: str, count: int = 10) -> subprocess.CompletedProcess[str]:
    path = problem_file(folder / "sums.jsonl", sums(count))
    return run("build-dataset", "--dataset", path, "--output-dir", folder / "data", *arguments)


def built(folder: Path, name: str) -> list[CodeProblem]:
    return load_dataset(str(folder / "data" / f"{name}.json")).problems


def names(problems: list[CodeProblem]) -> list[str]:
    return [problem.problem_id for problem in problems]


def test_the_documented_command_writes_the_broken_and_the_formatted_data_set(tmp_path: Path) -> None:
    rows = [
        {
            "task_id": number,
            "text": f"Add {number}.",
            "code": f"def add(x):\n    return x + {number}",
            "test_list": [f"assert add({x}) == {x + number}" for x in range(3)],
        }
        for number in range(1, 6)
    ]
    (tmp_path / "mbpp.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    command = [*MODULE, "build-dataset", "--dataset", "mbpp", "--num-problems", "4", "--source", "mbpp.jsonl"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "4 problems in train.json: 12 of 12 tests have a broken version, 0 wrong values were refused, "
        "0 problems have no broken test\n"
    )
    document = read(tmp_path / "train.json")
    assert document["metadata"] == {
        "dataset": "mbpp",
        "total_problems": 4,
        "status": "with_broken_tests",
        "split": "train",
        "ratio": 1.0,
        "broken_tests": {"model": "none", "variant": "one-off", "seed": 0, "max_retries": 3},
    }
    assert [len(problem["broken_test_cases"]) for problem in document["problems"]] == [3] * 4
    formatted = read(tmp_path / "formatted.json")
    assert formatted["metadata"] == {"dataset": "mbpp", "total_problems": 4, "status": "formatted"}
    assert [problem["broken_test_cases"] for problem in formatted["problems"]] == [[]] * 4
    record = read(tmp_path / "train.json.run.json")
    assert record["command"][:4] == ["python", "-m", "code_data.generation_cli", "build-dataset"]
    assert record["counts"] == {
        "problems": 4,
        "without_broken_tests": 0,
        "tests": 12,
        "broken_tests": 12,
        "accidents": 0,
    }


def test_every_problem_is_in_one_split_by_its_ratio(tmp_path: Path) -> None:
    assert build(tmp_path, "--splits", "train,test", "--ratios", "0.8,0.2").returncode == 0
    train, test = names(built(tmp_path, "train")), names(built(tmp_path, "test"))
    assert (len(train), len(test)) == (8, 2)
    assert {*train, *test} == set(names(sums(10)))


def test_the_same_seed_makes_the_same_data_set_and_another_one_another(tmp_path: Path) -> None:
    texts = []
    for seed in ("1", "1", "2"):
        assert build(tmp_path, "--splits", "a,b", "--ratios", "0.5,0.5", "--seed", seed).returncode == 0
        texts.append([json.dumps(read(tmp_path / "data" / name)["problems"]) for name in ("a.json", "b.json")])
    assert texts[0] == texts[1]
    assert names(built(tmp_path, "a")) != names(sums(10))[:5]
    assert texts[0] != texts[2]


def test_problems_are_passed_over_and_counted_as_asked(tmp_path: Path) -> None:
    assert build(tmp_path, "--start-idx", "3", "--num-problems", "4", "--no-save-formatted").returncode == 0
    assert names(built(tmp_path, "train")) == ["Sum/3", "Sum/4", "Sum/5", "Sum/6"]
    assert not (tmp_path / "data" / "formatted.json").exists()


def test_a_problem_that_cannot_be_broken_stays_and_says_why(tmp_path: Path) -> None:
    first, second = sums(2)
    path = problem_file(tmp_path / "sums.jsonl", [replace(first, correct_solution=None), second])
    ended = run("build-dataset", "--dataset", path, "--output-dir", tmp_path / "data", "--variant", "conflicting")
    assert ended.returncode == 0
    assert "1 problems have no broken test" in ended.stdout
    unbroken, broken = built(tmp_path, "train")
    assert unbroken.metadata["unbreakable"] == "no reference solution"
    assert broken.metadata["broken_variant"] == "conflicting"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--splits", "a,b"), 1, "error: expected one ratio for each split, found 2 splits and 1 ratios"),
        (("--ratios", "0.5"), 1, "error: expected ratios above 0 that make 1, found 0.5"),
        (("--ratios", "half"), 2, "Error: Invalid value for '--ratios': 'half' is no list of numbers such as 0.8,0.2."),
        (
            ("--splits", "formatted"),
            1,
            "error: a split cannot be called 'formatted'; choose another name, or give --no-save-formatted",
        ),
        (("--model", "scripted/none.jsonl"), 1, "error: no such file: none.jsonl"),
        (
            ("--model", "scripted/x", "--prompt-id", "basics"),
            1,
            "error: unknown broken_test prompt 'basics'; did you mean 'basic'? known: basic",
        ),
        (
            ("--variant", "sham"),
            2,
            "Error: Invalid value for '--variant': 'sham' is not one of 'one-off', 'conflicting'.",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_one_line_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    ended = build(tmp_path, *arguments)
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (status, message)
    assert not (tmp_path / "data").exists()


def test_a_data_set_that_tests_cannot_judge_is_refused(tmp_path: Path) -> None:
    ended = run("build-dataset", "--dataset", "swebench", "--output-dir", tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: swebench cannot be graded here")


def scripted(folder: Path, replies: dict[str, Any]) -> str:
    path = folder / "replies.jsonl"
    path.write_text("".join(f"{json.dumps({'problem_id': name, 'reply': text})}\n" for name, text in replies.items()))
    return f"scripted/{path}"


def test_a_model_is_asked_for_the_wrong_values(tmp_path: Path) -> None:
    model = scripted(tmp_path, {"Sum/0": "<output>99</output>", "Sum/1": "<output>'1'</output>"})
    ended = build(tmp_path, "--model", model, "--max-retries", "1", count=2)
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second = built(tmp_path, "train")
    assert [test.expected_output for test in first.broken_test_cases] == ["99"] * 4
    assert second.metadata["unbreakable"] == "none of 2 wrong values counts"
    assert {accident["reason"] for accident in second.metadata["accidents"]} == {
        "its type is str, that of the right value int"
    }
    how = read(tmp_path / "data" / "train.json")["metadata"]["broken_tests"]
    assert (how["model"], how["prompt"]["id"], how["temperature"]) == (model, "basic", 1.0)


def test_a_prompt_of_ones_own_may_use_all_that_ours_use(tmp_path: Path) -> None:
    prompt = tmp_path / "mine.j2"
    prompt.write_text("{{ description }} {{ code }} {{ input }} {{ expected_output }} {{ tests[0] }}")
    model = scripted(tmp_path, {"Sum/0": "<output>99</output>"})
    ended = build(tmp_path, "--model", model, "--prompt-file", str(prompt), count=1)
    assert (ended.returncode, ended.stderr) == (0, "")
    how = read(tmp_path / "data" / "train.json")["metadata"]["broken_tests"]
    assert how["prompt"]["id"] == str(prompt)
