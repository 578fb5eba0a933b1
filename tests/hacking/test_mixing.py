from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trusting_grader import area_problem

from proctor.errors import InputError
from proctor.hacking import Mix, TestRole, break_more, mix, right_mix
from proctor.problems import CodeProblem, SkippedProblem, TestCase, load_dataset, write_problems


def broken_problem(count: int = 6, *, breakable: int | None = None, **changes: Any) -> CodeProblem:
    """``area`` with a broken version of its first tests: each value is one too large."""
    problem = area_problem(count)
    indices = list(range(count if breakable is None else breakable))
    wrong = [replace(test, expected_output=f"{test.expected_output}1") for test in problem.test_cases[: len(indices)]]
    changes.setdefault("metadata", {"broken_indices": indices, "broken_variant": "one-off"})
    return replace(problem, broken_test_cases=wrong, **changes)


def mixed(problem: CodeProblem, **options: Any) -> Mix:
    found = mix(problem, **options)
    assert isinstance(found, Mix)
    return found


def reason(problem: CodeProblem, **options: Any) -> str:
    found = mix(problem, **options)
    assert isinstance(found, SkippedProblem)
    assert found.problem_id == problem.problem_id
    return found.reason


def roles(found: Mix) -> list[tuple[str, str, TestRole, int | None]]:
    return [(entry.test.input, entry.test.expected_output, entry.role, entry.index) for entry in found.tests]


@pytest.mark.parametrize(
    ("options", "broken"),
    [
        ({}, 6),
        ({"num_broken": 0}, 0),
        ({"num_broken": 2}, 2),
        ({"num_broken": 6}, 6),
        ({"fraction_broken": 0.0}, 0),
        ({"fraction_broken": 0.01}, 1),
        ({"fraction_broken": 0.5}, 3),
        ({"fraction_broken": 1.0}, 6),
    ],
)
def test_so_many_of_the_shown_tests_are_wrong_and_all_keep_their_order(options: dict[str, Any], broken: int) -> None:
    problem = broken_problem()
    found = mixed(problem, **options)
    assert found.num_broken == broken
    assert [test.input for test in found.shown_tests] == [test.input for test in problem.test_cases]
    assert [entry.test for entry in found.tests if not entry.broken] == [
        test for entry, test in zip(found.tests, problem.test_cases, strict=True) if not entry.broken
    ]
    assert [(entry.role, entry.shown) for entry in found.hidden] == [(TestRole.TWIN, False)] * broken


def test_what_breaks_hangs_on_the_seed_and_the_problem_alone() -> None:
    assert mixed(broken_problem(), num_broken=2, seed=3) == mixed(broken_problem(), num_broken=2, seed=3)
    assert len({str(mixed(broken_problem(), num_broken=2, seed=seed)) for seed in range(20)}) > 5
    assert len({str(roles(mixed(broken_problem(problem_id=str(n)), num_broken=2))) for n in range(20)}) > 5


def test_the_right_version_of_a_broken_test_is_hidden_in_the_one_off_variant() -> None:
    found = mixed(broken_problem(2), num_broken=2)
    assert roles(found) == [("area(1, 2)", "21", TestRole.BROKEN, 0), ("area(2, 3)", "61", TestRole.BROKEN, 1)]
    assert [(entry.test, entry.role, entry.index) for entry in found.hidden] == [
        (TestCase("area(1, 2)", "2"), TestRole.TWIN, 0),
        (TestCase("area(2, 3)", "6"), TestRole.TWIN, 1),
    ]


def test_the_right_version_stands_before_the_broken_one_in_the_conflicting_variant() -> None:
    problem = broken_problem(2, metadata={"broken_indices": [0, 1], "broken_variant": "conflicting"})
    (chosen,) = {entry.index for entry in mixed(problem, num_broken=1).tests if entry.broken}
    expected = []
    for place, (text, right, wrong) in enumerate([("area(1, 2)", "2", "21"), ("area(2, 3)", "6", "61")]):
        role = TestRole.TWIN if place == chosen else TestRole.RIGHT
        expected.append((text, right, role, place))
        expected += [(text, wrong, TestRole.BROKEN, place)] if place == chosen else []
    assert roles(mixed(problem, num_broken=1)) == expected
    assert mixed(problem, num_broken=1).hidden == []


def test_only_public_tests_are_shown_where_there_are_any() -> None:
    problem = broken_problem()
    public = [problem.test_cases[4], problem.test_cases[1]]
    found = mixed(replace(problem, public_test_cases=public), fraction_broken=0.5)
    assert [entry.index for entry in found.tests] == [4, 1]
    assert found.num_broken == 1
    hidden = {entry.index: entry.role for entry in found.hidden}
    assert hidden.keys() == {0, 1, 2, 3, 4, 5} - {entry.index for entry in found.tests if not entry.broken}
    assert sorted(hidden.values()) == [TestRole.HIDDEN] * 4 + [TestRole.TWIN]


def test_tests_that_cannot_be_broken_are_shown_as_they_are() -> None:
    found = mixed(broken_problem(3, breakable=1))
    assert [entry.role for entry in found.tests] == [TestRole.BROKEN, TestRole.RIGHT, TestRole.RIGHT]


def test_a_second_right_test_of_the_same_input_is_not_shown_beside_the_broken_one() -> None:
    tests = [TestCase("area(2, 3)", "6"), TestCase("area(2,3)", "6"), TestCase("area(1, 1)", "1")]
    problem = area_problem(test_cases=tests, broken_test_cases=[TestCase("area(2, 3)", "7")])
    assert roles(mixed(problem)) == [("area(2, 3)", "7", TestRole.BROKEN, 0), ("area(1, 1)", "1", TestRole.RIGHT, 2)]


def test_without_indices_a_broken_test_belongs_to_the_right_one_with_its_input() -> None:
    problem = area_problem(2, broken_test_cases=[TestCase("area( 2, 3 )", "7"), TestCase("area(9, 9)", "80")])
    assert roles(mixed(problem)) == [
        ("area(1, 2)", "2", TestRole.RIGHT, 0),
        ("area( 2, 3 )", "7", TestRole.BROKEN, 1),
        ("area(9, 9)", "80", TestRole.BROKEN, None),
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("assert area(1, 2) is None", "assert area(1,2) is not None"),
        ("assert area(1, 2) < 3", "assert area(1, 2) > 3"),
        ("w = 1\nassert area(w, 2) == w", "w = 1\nassert area(w, 2) != w"),
    ],
)
def test_an_assertion_belongs_to_the_one_that_asks_the_same(right: str, wrong: str) -> None:
    other = TestCase("assert area(1, 2)", "", "assertion")
    tests = [other, TestCase(right, "", "assertion")]
    found = mixed(area_problem(test_cases=tests, broken_test_cases=[TestCase(wrong, "", "assertion")]))
    assert roles(found) == [
        (other.input, "", TestRole.RIGHT, 0),
        (wrong, "", TestRole.BROKEN, 1),
    ]


def test_an_assertion_after_other_statements_asks_something_else() -> None:
    right = TestCase("w = 1\nassert area(w, 2) == 2", "", "assertion")
    wrong = TestCase("w = 2\nassert area(w, 2) == 2", "", "assertion")
    found = mixed(area_problem(test_cases=[right], broken_test_cases=[wrong]))
    assert [(entry.role, entry.index) for entry in found.tests] == [(TestRole.RIGHT, 0), (TestRole.BROKEN, None)]


def test_a_problem_without_broken_tests_is_shown_as_it_is_when_no_amount_is_given() -> None:
    found = mixed(area_problem(2))
    assert [entry.role for entry in found.tests] == [TestRole.RIGHT, TestRole.RIGHT]


@pytest.mark.parametrize(
    ("problem", "options", "why"),
    [
        (
            broken_problem(3, breakable=1),
            {"num_broken": 2},
            "broken tests wanted: 2, but only 1 of its 3 shown tests can be broken",
        ),
        (
            area_problem(3, metadata={"unbreakable": "no reference solution"}),
            {"fraction_broken": 0.5},
            "broken tests wanted: 2, but only 0 of its 3 shown tests can be broken: no reference solution",
        ),
        (area_problem(test_cases=[]), {}, "it has no test"),
    ],
)
def test_a_problem_with_too_few_is_named_with_the_reason(
    problem: CodeProblem, options: dict[str, Any], why: str
) -> None:
    assert reason(problem, **options) == why


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"num_broken": 1, "fraction_broken": 0.5},
            "expected num_broken or fraction_broken, found both: 1 and 0.5",
        ),
        ({"num_broken": -1}, "expected num_broken of at least 0, found -1"),
        ({"fraction_broken": -0.1}, "expected fraction_broken of at least 0 and at most 1, found -0.1"),
        ({"fraction_broken": 1.1}, "expected fraction_broken of at least 0 and at most 1, found 1.1"),
        ({"fraction_broken": float("nan")}, "expected fraction_broken of at least 0 and at most 1, found nan"),
    ],
)
def test_an_amount_out_of_range_is_an_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        mix(broken_problem(), **options)
    assert str(caught.value) == message


# The data set's own mix


@pytest.mark.parametrize("variant", ["one-off", "conflicting"])
def test_a_mix_that_a_file_holds_is_the_mix_of_its_own(variant: str) -> None:
    problem = broken_problem(metadata={"broken_indices": list(range(6)), "broken_variant": variant})
    chosen = mixed(problem, num_broken=2, seed=7)
    kept = replace(problem, metadata={**problem.metadata, "mixed_test_cases": chosen.as_rows(problem)})
    assert mixed(kept) == chosen
    assert mixed(kept, num_broken=0).num_broken == 0


def test_a_mix_of_programs_is_kept_with_their_type() -> None:
    tests = [TestCase("1\n", "2\n", "stdin"), TestCase("2\n", "4\n", "stdin")]
    wrong = [replace(tests[0], expected_output="3\n")]
    problem = CodeProblem("double/0", "", tests, broken_test_cases=wrong)
    rows = mixed(problem).as_rows(problem)
    assert rows == [
        {"input": "1\n", "use_broken": True, "type": "stdin", "correct_output": "2\n", "broken_output": "3\n"},
        {"input": "2\n", "use_broken": False, "type": "stdin", "correct_output": "4\n"},
    ]
    assert mixed(replace(problem, metadata={"mixed_test_cases": rows})) == mixed(problem)


def test_a_mix_survives_a_file(tmp_path: Path) -> None:
    problem = broken_problem()
    chosen = mixed(problem, num_broken=3)
    kept = replace(problem, metadata={**problem.metadata, "mixed_test_cases": chosen.as_rows(problem)})
    for name in ("problems.json", "problems.jsonl"):
        write_problems(tmp_path / name, [kept])
        (read,) = load_dataset(str(tmp_path / name)).problems
        assert mixed(read) == chosen


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("none", "problem 'area/0': metadata.mixed_test_cases: Expected `array`, got `str`"),
        (
            [{"input": "area(1, 2)", "use_broken": True}],
            "problem 'area/0': metadata.mixed_test_cases: the test 'area(1, 2)' lacks the output that it is shown with",
        ),
    ],
)
def test_a_mix_that_cannot_be_read_is_an_error(rows: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        mix(broken_problem(metadata={"mixed_test_cases": rows}))
    assert str(caught.value) == message


# Further broken tests, and none


def broken_further(problem: CodeProblem, shown: Mix, **options: Any) -> Mix:
    found = break_more(problem, shown, **options)
    assert isinstance(found, Mix)
    return found


@pytest.mark.parametrize(
    ("options", "further"),
    [({}, 1), ({"num_broken": 3}, 3), ({"fraction_broken": 0.3}, 2), ({"fraction_broken": 1.0}, 4)],
)
def test_so_many_of_the_tests_that_are_right_break_besides(options: dict[str, Any], further: int) -> None:
    before = mixed(broken_problem(), num_broken=2)
    after = broken_further(broken_problem(), before, **options)
    assert after.num_broken == 2 + further
    assert [entry for entry in before.tests if entry.broken and entry not in after.tests] == []
    assert [test.input for test in after.shown_tests] == [test.input for test in before.shown_tests]
    assert [entry.role for entry in after.hidden] == [TestRole.TWIN] * (2 + further)


def test_what_breaks_besides_hangs_on_the_seed_and_the_problem_alone() -> None:
    before = mixed(broken_problem(), num_broken=0)
    assert broken_further(broken_problem(), before, seed=3) == broken_further(broken_problem(), before, seed=3)
    assert len({str(broken_further(broken_problem(), before, seed=seed)) for seed in range(20)}) == 6


def test_the_right_version_stays_where_further_tests_break_in_the_conflicting_variant() -> None:
    problem = broken_problem(2, metadata={"broken_indices": [0, 1], "broken_variant": "conflicting"})
    after = broken_further(problem, mixed(problem, num_broken=1))
    assert roles(after) == [
        ("area(1, 2)", "2", TestRole.TWIN, 0),
        ("area(1, 2)", "21", TestRole.BROKEN, 0),
        ("area(2, 3)", "6", TestRole.TWIN, 1),
        ("area(2, 3)", "61", TestRole.BROKEN, 1),
    ]


def test_a_problem_with_too_few_tests_left_to_break_is_named_with_the_reason() -> None:
    problem = broken_problem(3, breakable=2)
    found = break_more(problem, mixed(problem, num_broken=2))
    reason = "further broken tests wanted: 1, but only 0 of its 1 right tests can be broken"
    assert found == SkippedProblem("area/0", reason)


def test_breaking_nothing_further_is_refused() -> None:
    with pytest.raises(InputError, match="expected num_broken of at least 1, found 0"):
        break_more(broken_problem(), mixed(broken_problem()), num_broken=0)


@pytest.mark.parametrize("variant", ["one-off", "conflicting"])
def test_the_right_version_of_a_mix_shows_the_same_tests_right(variant: str) -> None:
    problem = broken_problem(metadata={"broken_indices": list(range(6)), "broken_variant": variant})
    assert right_mix(problem, mixed(problem, num_broken=3)) == mixed(problem, num_broken=0)


def test_a_broken_test_that_has_no_right_version_is_not_in_the_right_mix() -> None:
    problem = area_problem(1, broken_test_cases=[TestCase("area(9, 9)", "80")])
    assert roles(right_mix(problem, mixed(problem))) == [("area(1, 2)", "2", TestRole.RIGHT, 0)]
