from typing import Any

import pytest

from proctor.generation import reference_of
from proctor.models import Reference
from proctor.problems import CodeProblem, TestCase


def test_a_control_model_is_told_the_reference_every_right_answer_and_every_broken_test() -> None:
    problem = CodeProblem(
        "p/1",
        "Double it.",
        [TestCase("f(1)", "2"), TestCase("assert f(0) == 0", "", "assertion"), TestCase("f(2)", "4")],
        function_name="f",
        correct_solution="def f(x): return 2 * x",
        public_test_cases=[TestCase("f(1)", "2.0"), TestCase("f(3)", "6")],
        broken_test_cases=[TestCase("f(1)", "3"), TestCase("f(9)", "No")],
    )
    answers = {"f(1)": "2", "f(2)": "4", "f(3)": "6"}
    wrong = frozenset({"assert f(1) == 3", "assert f(9) == No"})
    assert reference_of(problem) == Reference("def f(x): return 2 * x", "f", answers, wrong)


def test_a_program_has_no_entry_point_and_is_told_by_its_inputs() -> None:
    problem = CodeProblem(
        "p/1",
        "Double it.",
        [TestCase("1\n", "2\n", "stdin")],
        correct_solution="print(2 * int(input()))",
        broken_test_cases=[TestCase("1\n", "3\n", "stdin")],
    )
    assert reference_of(problem) == Reference("print(2 * int(input()))", "", {"1\n": "2\n"}, frozenset({"1\n"}))


@pytest.mark.parametrize(
    "facts",
    [{"function_name": "f"}, {"correct_solution": "def f(x): return 2 * x"}],
    ids=["no reference", "a function without a name"],
)
def test_without_a_usable_reference_there_is_nothing_to_tell(facts: dict[str, Any]) -> None:
    assert reference_of(CodeProblem("p/1", "Double it.", [TestCase("f(1)", "2")], **facts)) is None
