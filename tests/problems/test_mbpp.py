import ast
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub_server import HubServer
from proctor.errors import InputError
from proctor.problems.loaded import SkippedProblem
from proctor.problems.mbpp import DATASET, REVISION, load_mbpp
from proctor.problems.options import LoadOptions
from proctor.problems.problem import CodeProblem, TestCase
from shared_data import DATA, needs

PUBLISHED = DATA / "mbpp.jsonl"
needs_published = needs(PUBLISHED)

FULL = {
    "task_id": 7,
    "text": "Write a function to weigh a tree.",
    "code": "import sys\r\nclass Node:\r\n\tpass\r\ndef weigh(tree):\r\n\treturn sys.getsizeof(tree)\r\n",
    "test_list": [
        "assert weigh(root) == sys.getsizeof(root)",
        "assert weigh(()) == 40",
        "assert (weigh(1)) == 28, 'no'",
    ],
    "test_setup_code": "root = Node()\r\nroot.left = None",
    "challenge_test_list": ["assert weigh([]) == 56\n"],
}
SANITIZED = {
    "source_file": "Problems.jsonl",
    "task_id": 602,
    "prompt": "Write a function to halve a number.",
    "code": "def half(x):\n    return x / 2",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(half(3), 1.5, rel_tol=0.001)", "assert half(4) == 2"],
}
WEIGH = CodeProblem(
    problem_id="mbpp_7",
    description="Write a function to weigh a tree.",
    test_cases=[
        TestCase("assert weigh(root) == sys.getsizeof(root)", "", "assertion"),
        TestCase("weigh(())", "40"),
        TestCase("weigh(1)", "28"),
        TestCase("weigh([])", "56"),
    ],
    dataset="mbpp",
    function_name="weigh",
    correct_solution="import sys\nclass Node:\n\tpass\ndef weigh(tree):\n\treturn sys.getsizeof(tree)\n",
    metadata={
        "config": "full",
        "split": "prompt",
        "prelude": "import sys\n",
        "setup_code": "root = Node()\nroot.left = None",
        "challenge_test_list": ["assert weigh([]) == 56\n"],
    },
)
HALF = CodeProblem(
    problem_id="mbpp_602",
    description="Write a function to halve a number.",
    test_cases=[
        TestCase("assert math.isclose(half(3), 1.5, rel_tol=0.001)", "", "assertion"),
        TestCase("half(4)", "2"),
    ],
    dataset="mbpp",
    function_name="half",
    correct_solution="def half(x):\n    return x / 2",
    metadata={"config": "sanitized", "split": "train", "prelude": "import math\n"},
)


def load(source: Path | None = None, **options: Any) -> list[CodeProblem | SkippedProblem]:
    return list(load_mbpp(LoadOptions(source=source, **options)))


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


# ---- MBPP as it was published


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PUBLISHED.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def problems() -> list[CodeProblem]:
    loaded = load(PUBLISHED)
    assert [problem for problem in loaded if isinstance(problem, SkippedProblem)] == []
    return [problem for problem in loaded if isinstance(problem, CodeProblem)]


@needs_published
def test_all_974_problems_are_there_with_all_their_tests(problems: list[CodeProblem]) -> None:
    assert [problem.problem_id for problem in problems] == [f"mbpp_{number}" for number in range(1, 975)]
    assert Counter(test.type for problem in problems for test in problem.test_cases) == {
        "functional": 2922 + 16 - 6,
        "assertion": 6,
    }
    assert sum(len(problem.metadata.get("challenge_test_list", [])) for problem in problems) == 16
    assert Counter(problem.metadata["split"] for problem in problems) == {
        "prompt": 10,
        "test": 500,
        "validation": 90,
        "train": 374,
    }


@needs_published
def test_no_assertion_is_misread(problems: list[CodeProblem], rows: list[dict[str, Any]]) -> None:
    for problem, row in zip(problems, rows, strict=True):
        published = [*row["test_list"], *row["challenge_test_list"]]
        for test, text in zip(problem.test_cases, published, strict=True):
            assert asserted(test.as_statement()) == asserted(text), problem.problem_id
            assert test.input in text
            assert test.expected_output in text


def asserted(text: str) -> str:
    """What an assertion asserts, whatever its spelling and its message."""
    (statement,) = ast.parse(text).body
    assert isinstance(statement, ast.Assert)
    return ast.dump(statement.test)


@needs_published
@pytest.mark.parametrize(
    ("number", "name", "tests"),
    [
        (313, "pos_nos", [("pos_nos([-1,-2,1,2])", "1"), ("pos_nos([3,4,-5])", "3"), ("pos_nos([-2,-3,1])", "1")]),
        (486, "binomial_probability", [
            ("binomial_probability(10, 5, 1.0/3)", "0.13656454808718185"),
            ("binomial_probability(11, 6, 2.0/4)", "0.2255859375"),
            ("binomial_probability(12, 7, 3.0/5)", "0.227030335488"),
        ]),
        (533, "remove_datatype", [
            ("remove_datatype((4, 5, 4, 7.7, 1.2), int)", "[7.7, 1.2]"),
            ('remove_datatype((7, 8, 9, "SR"), str)', "[7, 8, 9]"),
            ("remove_datatype((7, 1.1, 2, 2.2), float)", "[7, 2]"),
        ]),
        (769, "Diff", [
            ("Diff([10, 15, 20, 25, 30, 35, 40], [25, 40, 35])", "[10, 20, 30, 15]"),
            ("Diff([1,2,3,4,5], [6,7,1])", "[2,3,4,5,6,7]"),
            ("Diff([1,2,3], [6,7,1])", "[2,3,6,7]"),
        ]),
        (927, "max_height", [("max_height(root)", "3"), ("max_height(root1)", "5"), ("max_height(root2)", "4")]),
    ],
)  # fmt: skip
def test_an_unusual_form_is_read_right(
    problems: list[CodeProblem], number: int, name: str, tests: Sequence[tuple[str, str]]
) -> None:
    problem = problems[number - 1]
    assert problem.function_name == name
    assert problem.test_cases == [TestCase(call, expected) for call, expected in tests]


@needs_published
def test_assertions_around_the_call_stay_whole(problems: list[CodeProblem], rows: list[dict[str, Any]]) -> None:
    whole = {problem.problem_id: problem for problem in problems if problem.test_cases[0].type == "assertion"}
    assert {key: problem.function_name for key, problem in whole.items()} == {
        "mbpp_596": "tuple_size",
        "mbpp_912": "lobb_num",
    }
    assert [test.input for test in whole["mbpp_912"].test_cases] == rows[911]["test_list"]
    assert whole["mbpp_596"].metadata["prelude"] == "import sys\n"


@needs_published
def test_only_what_needs_set_up_has_it(problems: list[CodeProblem]) -> None:
    with_setup = {problem.problem_id for problem in problems if "setup_code" in problem.metadata}
    with_prelude = {problem.problem_id for problem in problems if "prelude" in problem.metadata}
    assert (with_setup, with_prelude) == ({"mbpp_367", "mbpp_927"}, {"mbpp_596"})


@needs_published
def test_the_hub_gives_the_same_problems(
    hub: HubServer, problems: list[CodeProblem], rows: list[dict[str, Any]]
) -> None:
    split_of = {problem.problem_id: problem.metadata["split"] for problem in problems}
    files: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        split = split_of[f"mbpp_{row['task_id']}"]
        files.setdefault(f"full/{split}-00000-of-00001.parquet", []).append(row)
    hub.add(DATASET, files, commit=REVISION)
    assert load() == problems


# ---- rows of our own


def test_a_row_of_the_full_config_is_read_whole(tmp_path: Path) -> None:
    assert load(write(tmp_path / "mbpp.jsonl", FULL)) == [WEIGH]


def test_a_row_of_the_sanitized_config_is_told_by_its_columns(tmp_path: Path) -> None:
    assert load(write(tmp_path / "mbpp.jsonl", SANITIZED)) == [HALF]


def test_the_published_sanitized_file_is_a_json_list(tmp_path: Path) -> None:
    path = tmp_path / "sanitized-mbpp.json"
    path.write_text(json.dumps([SANITIZED, FULL]))
    assert load(path) == [HALF, WEIGH]


@pytest.mark.parametrize(
    ("config", "problem"),
    [((), WEIGH), (("full",), WEIGH), (("sanitized",), HALF)],
    ids=["default", "full", "sanitized"],
)
def test_either_config_comes_from_the_hub_at_the_pinned_revision(
    hub: HubServer, config: tuple[str, ...], problem: CodeProblem
) -> None:
    files = {"full/prompt.parquet": [FULL], "sanitized/train.parquet": [SANITIZED]}
    files |= {f"full/{split}.parquet": [FULL | {"task_id": 1000}] for split in ("test", "validation", "train")}
    files |= {
        f"sanitized/{split}.parquet": [SANITIZED | {"task_id": 1000}] for split in ("prompt", "test", "validation")
    }
    hub.add(DATASET, files, commit=REVISION, branches=[])
    loaded = load(configs=config)
    assert problem in loaded
    assert len(loaded) == 4


def test_the_hubs_splits_come_in_the_order_of_their_ids(hub: HubServer) -> None:
    ids = {"train": 601, "test": 11, "validation": 511, "prompt": 1}
    files = {f"full/{split}.jsonl": [FULL | {"task_id": number}] for split, number in ids.items()}
    hub.add(DATASET, files, commit=REVISION)
    assert [problem.problem_id for problem in load()] == ["mbpp_1", "mbpp_11", "mbpp_511", "mbpp_601"]
    assert [problem.problem_id for problem in load(splits=("validation",))] == ["mbpp_511"]


def test_a_local_file_has_splits_by_its_ids(tmp_path: Path) -> None:
    numbers = (10, 11, 510, 511, 600, 601, 974, 975)
    path = write(tmp_path / "mbpp.jsonl", *(FULL | {"task_id": number} for number in numbers))
    assert [problem.problem_id for problem in load(path, splits=("test", "train"))] == [
        "mbpp_11", "mbpp_510", "mbpp_601", "mbpp_974",
    ]  # fmt: skip
    assert len(load(path)) == len(numbers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"configs": ("fulll",)}, "unknown config of mbpp 'fulll'; did you mean 'full'? known: full, sanitized"),
        ({"splits": ("dev",)}, "unknown split of mbpp 'dev'; known: prompt, test, train, validation"),
    ],
)
def test_an_unknown_config_or_split_is_told_before_anything_is_read(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        load(Path("none.jsonl"), **options)
    assert str(caught.value) == message


def test_a_file_of_another_shape_is_an_input_error(tmp_path: Path) -> None:
    path = write(tmp_path / "mbpp.jsonl", {"task_id": "HumanEval/0", "prompt": "", "test": ""})
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path}:1: column 'code' is missing (found: task_id, prompt, test); expected task_id, code, test_list"
    )


def test_a_file_of_the_other_config_is_an_input_error(tmp_path: Path) -> None:
    path = write(tmp_path / "mbpp.jsonl", FULL)
    with pytest.raises(InputError, match=f"^{path}:1: column 'prompt' is missing "):
        load(path, configs=("sanitized",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": None}, "expected a statement in 'text' or 'prompt' (found: task_id, text, code, test_list, "
         "test_setup_code, challenge_test_list)"),
        ({"code": 5}, "Expected `str`, got `int` - at `$.code`"),
        ({"test_list": "assert weigh(1) == 1"}, "Expected `array`, got `str` - at `$.test_list`"),
        ({"test_list": ["weigh(1"]}, "test 'weigh(1' is no Python: '(' was never closed (<unknown>, line 1)"),
        ({"challenge_test_list": ["="]}, "test '=' is no Python: invalid syntax (<unknown>, line 1)"),
        ({"code": "def weigh(:"}, "code is no Python: invalid syntax (<unknown>, line 1)"),
        ({"test_setup_code": "root = ("}, "test_setup_code is no Python: '(' was never closed (<unknown>, line 1)"),
        ({"test_imports": ["import"]}, "test_imports is no Python: invalid syntax (<unknown>, line 1)"),
        ({"test_list": [], "challenge_test_list": []},
         "expected tests that call what the code defines (Node, weigh), found none"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_skipped_with_its_place_and_the_others_are_kept(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = write(tmp_path / "mbpp.jsonl", FULL, FULL | {"task_id": 8} | change, FULL | {"task_id": 9})
    assert load(path) == [
        WEIGH,
        SkippedProblem("mbpp_8", f"{path}:2: {reason}"),
        replace(WEIGH, problem_id="mbpp_9"),
    ]


@pytest.mark.parametrize("number", ["7", True, None, 7.5, [7]])
def test_a_row_without_a_number_is_skipped(tmp_path: Path, number: object) -> None:
    path = write(tmp_path / "mbpp.jsonl", FULL | {"task_id": number})
    (skipped,) = load(path)
    assert isinstance(skipped, SkippedProblem)
    assert skipped.reason.startswith(f"{path}:1: Expected `int`, got `")
