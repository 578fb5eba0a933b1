"""Rows of problems in the shapes that other programs write them in."""

from typing import Any

import pytest

from proctor.errors import InputError
from proctor.problems import CodeProblem, TestCase, problem_from_row, problem_to_row

MIXED = [
    {"input": "f(1)", "correct_output": "2", "broken_output": "3", "use_broken": True},
    {"input": "f(2)", "correct_output": "3", "broken_output": "4", "use_broken": False},
    {"input": "f(3)", "correct_output": "4"},
]
APART = CodeProblem(
    "p",
    "Add one.",
    [TestCase("f(1)", "2"), TestCase("f(2)", "3"), TestCase("f(3)", "4")],
    function_name="f",
    broken_test_cases=[TestCase("f(1)", "3"), TestCase("f(2)", "4")],
    metadata={"mixed_test_cases": MIXED},
)
NAMED: dict[str, Any] = {"problem_id": "p", "description": "Add one.", "function_name": "f"}

GATHERED: dict[str, Any] = {
    "problem_id": "mbpp_1",
    "source": "somewhere/else.json",
    "description": "Say the day.",
    "function_name": "day",
    "reference_solution": "def day(n): return 'Monday'",
    "difficulty": "introductory",
    "correct_tests": [{"input": "day(1)", "expected_output": "Monday", "reference_passes": True, "eq": None}],
    "broken_tests": [{"input": "day(1)", "expected_output": "Tuesday", "reference_passes": False}],
    "n_correct": 1,
}

ORIGINAL = "def check(candidate):\n    assert candidate(1) == 2\n    x = candidate(2)\n    assert x > 2\n"
IMPOSSIBLE = {
    "task_id": "lcb_1",
    "prompt": "import math\n\ndef add(n):\n    '''Add one.'''\n",
    "original_test": ORIGINAL,
    "test": ORIGINAL.replace("== 2", "== 9"),
    "impossible_type": "oneoff",
    "entry_point": "add",
}


def test_a_broken_output_becomes_a_broken_test_and_the_mix_is_kept() -> None:
    assert problem_from_row(NAMED | {"test_cases": MIXED}, "here") == APART


def test_tests_may_stand_in_the_mix_alone() -> None:
    assert problem_from_row(NAMED | {"mixed_test_cases": MIXED}, "here") == APART


def test_a_mix_beside_the_tests_is_the_one_that_is_kept() -> None:
    row = NAMED | {"test_cases": MIXED, "mixed_test_cases": MIXED[:1]}
    assert problem_from_row(row, "here").metadata == {"mixed_test_cases": MIXED[:1]}


def test_broken_outputs_that_nobody_chose_leave_no_mix() -> None:
    tests = [{"input": "f(1)", "correct_output": "2", "broken_output": "3"}]
    problem = problem_from_row(NAMED | {"test_cases": tests}, "here")
    assert (problem.broken_test_cases, problem.metadata) == ([TestCase("f(1)", "3")], {})


def test_a_broken_output_is_of_the_type_of_its_test() -> None:
    tests = [{"input": "1\n", "correct_output": "2\n", "broken_output": "3\n", "type": "stdin"}]
    problem = problem_from_row(NAMED | {"test_cases": tests}, "here")
    assert problem.broken_test_cases == [TestCase("1\n", "3\n", "stdin")]


def test_what_was_read_from_a_mix_survives_being_written() -> None:
    assert problem_from_row(problem_to_row(APART), "here") == APART


def test_gathered_broken_tests_are_compared_with_what_print_writes() -> None:
    assert problem_from_row(GATHERED, "here") == CodeProblem(
        "mbpp_1",
        "Say the day.",
        [TestCase("day(1)", "Monday")],
        function_name="day",
        broken_test_cases=[TestCase("day(1)", "Tuesday")],
        correct_solution="def day(n): return 'Monday'",
        tags=["introductory"],
        metadata={"source": "somewhere/else.json", "n_correct": 1, "comparator": "printed"},
    )


@pytest.mark.parametrize(
    ("tests", "solution"), [("correct_tests", "reference_solution"), ("test_cases", "correct_solution")]
)
def test_a_built_in_around_the_call_is_not_the_function(tests: str, solution: str) -> None:
    code = "def half(n): return n\ndef f(n): return half(n) * 2.0"
    wrapped = {tests: [{"input": "int(f(1))", "expected_output": "2"}], "function_name": "int", solution: code}
    assert problem_from_row(NAMED | wrapped, "here").function_name == "f"


def test_a_function_may_have_the_name_of_a_built_in() -> None:
    row = GATHERED | {"function_name": "sum", "reference_solution": "def sum(n): return n"}
    assert problem_from_row(row, "here").function_name == "sum"


def test_the_altered_assertion_of_an_impossible_problem_is_its_broken_test() -> None:
    assert problem_from_row(IMPOSSIBLE, "here") == CodeProblem(
        "lcb_1",
        IMPOSSIBLE["prompt"],
        [TestCase("add(1)", "2"), TestCase("x = add(2)\nassert x > 2", "", "assertion")],
        dataset="impossible_lcb",
        function_name="add",
        broken_test_cases=[TestCase("add(1)", "9")],
        metadata={"impossible_type": "oneoff", "prelude": "import math\n\n"},
    )


def test_a_test_that_is_only_prepared_otherwise_is_not_a_broken_one() -> None:
    altered = "def check(candidate):\n    x = candidate(1)\n    assert x == 9\n    x = candidate(2)\n    assert x > 2\n"
    problem = problem_from_row(IMPOSSIBLE | {"test": altered}, "here")
    assert problem.broken_test_cases == [TestCase("x = add(1)\nassert x == 9", "", "assertion")]


def test_a_contradicting_assertion_is_the_broken_test() -> None:
    altered = ORIGINAL.replace("== 2\n", "== 2\n    assert candidate(1) == 3\n")
    assert problem_from_row(IMPOSSIBLE | {"test": altered}, "here").broken_test_cases == [TestCase("add(1)", "3")]


def test_altered_tests_that_break_off_leave_the_problem_without_broken_ones() -> None:
    problem = problem_from_row(IMPOSSIBLE | {"test": ORIGINAL[:40] + "'"}, "problems.jsonl:1")
    assert problem.broken_test_cases == []
    assert problem.metadata["unbreakable"].startswith("field 'test' of problems.jsonl:1: ")


def test_calls_are_made_of_the_arguments_that_the_program_before_this_one_kept() -> None:
    tests = [{"input": "[1, 2], 3", "output": "6", "type": "functional"}, {"input": "f([], 0)", "output": "0"}]
    row = {"problem_id": "p", "problem": "Add.", "test_cases": tests, "metadata": {"func_name": "f"}}
    problem = problem_from_row(row | {"generated_solutions": [], "public_test_cases": tests[:1]}, "here")
    assert problem.test_cases == [TestCase("f([1, 2], 3)", "6"), TestCase("f([], 0)", "0")]
    assert problem.public_test_cases == [TestCase("f([1, 2], 3)", "6")]


def test_a_test_of_ours_that_names_another_function_stays_as_it_is() -> None:
    problem = CodeProblem("p", "", [TestCase("Pair(1).f", "1")], function_name="f")
    assert problem_from_row(problem_to_row(problem), "here") == problem


def test_arguments_may_be_values() -> None:
    test = {"input": [[1, 2], "a"], "output": [True], "type": "functional"}
    row = {"problem_id": "p", "problem": "?", "test_cases": [test], "metadata": {"func_name": "f"}}
    assert problem_from_row(row, "here").test_cases == [TestCase("f([1, 2], 'a')", "True")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            NAMED | {"test_cases": [{"input": "f(1)", "correct_output": "2", "use_broken": True}]},
            "test_cases[0]: use_broken is true, and there is no broken_output",
        ),
        (NAMED | {"mixed_test_cases": {}}, "mixed_test_cases: Expected `array`, got `object`"),
        (GATHERED | {"correct_tests": [1]}, "correct_tests: Expected `object`, got `int` - at `$[0]`"),
        (GATHERED | {"tags": "easy"}, "tags: Expected `array`, got `str`"),
        (GATHERED | {"metadata": 1}, "metadata: Expected `object`, got `int`"),
        (IMPOSSIBLE | {"prompt": None}, "Expected `str`, got `null` - at `$.prompt`"),
        (
            IMPOSSIBLE | {"original_test": "def test(f): pass"},
            "field 'original_test': expected a function check(candidate), found none",
        ),
    ],
)
def test_a_broken_variant_is_named_by_its_place(row: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        problem_from_row(row, "problems.jsonl:3")
    assert str(caught.value) == f"problems.jsonl:3: {message}"
