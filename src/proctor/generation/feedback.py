"""What a model is told between two turns: whether the shown tests pass, and where they do not."""

from collections.abc import Callable
from typing import Any

from proctor.generation.harness import HarnessRun, run_tests
from proctor.grading import ExposedGrade, Grader, GradingResult, TestGrade
from proctor.problems import CodeProblem, TestCase
from proctor.prompts import render_prompt

MAX_FAILURES = 5  # failed tests that are described; the rest is counted
MAX_VALUE_CHARS = 100  # longest piece of one value, or of one error
MAX_RUN_CHARS = 300  # longest piece of what a whole run says
MAX_MESSAGE_CHARS = 2_000  # longest message: what a program prints must not fill the model's context


async def check_shown_tests(
    grader: Grader, problem: CodeProblem, code: str, tests: list[TestCase], *, feedback_id: str
) -> str | None:
    """Run the shown tests as the model's own environment does, and say what fails; None when nothing does.

    The exposed harness decides whether the model has to go on, for that is the environment that a model lives in;
    which tests failed and how is asked of the isolated one, whose verdicts the solution cannot forge.

    Raises:
        ExecutionError: Our own machine failed.
    """
    run = await run_tests(grader, problem, code, tests, harness="exposed")
    return None if run.passed else await explain_failure(run, grader, problem, code, tests, feedback_id=feedback_id)


async def explain_failure(
    run: HarnessRun,
    grader: Grader,
    problem: CodeProblem,
    code: str,
    tests: list[TestCase],
    *,
    feedback_id: str,
    quote_run: bool = False,
) -> str:
    """The message about a run that did not pass.

    Args:
        run: What the harness said of *tests*.
        grader: Asked which tests fail where the exposed harness does not tell.
        problem: The problem that the solution is for.
        code: The solution.
        tests: What was run.
        feedback_id: The wording.
        quote_run: Whether the exposed run's own words are told beside the failures.

    Raises:
        ExecutionError: Our own machine failed.
    """
    result = run.isolated or await grader.grade(problem, code, tests)
    return write_feedback(feedback_id, tests, result, run.exposed, quote_run=quote_run)


def write_feedback(
    feedback_id: str,
    tests: list[TestCase],
    result: GradingResult,
    exposed: ExposedGrade | None = None,
    *,
    quote_run: bool = False,
) -> str:
    """The message that describes the failed tests of *result*, at most 2,000 characters long.

    A solution can pass every test in isolation and yet not get through the exposed run, for instance by exhausting
    its limits there; then that run's own error is all there is to tell. With *quote_run* it is told in any case.
    """
    rows = failures_of(tests, result.tests)
    not_run = sum(not grade.was_run for grade in result.tests)
    quoted = [_failed_run(tests, exposed)] if exposed is not None and (quote_run or not rows) else []

    def render(described: list[dict[str, Any]], more: int) -> str:
        facts = {"failed": max(1, len(rows)), "total": len(tests), "not_run": not_run}
        return render_prompt("feedback", feedback_id, failures=described + quoted, more=more, **facts)

    return _cut(fit_failures(rows, render), MAX_MESSAGE_CHARS)


def failures_of(tests: list[TestCase], grades: list[TestGrade]) -> list[dict[str, Any]]:
    """The failed tests that were run, as prompts describe them; what a program gave is cut, ``test`` is whole."""
    return [
        _failure(test, grade) for test, grade in zip(tests, grades, strict=True) if not grade.passed and grade.was_run
    ]


def fit_failures(
    failures: list[dict[str, Any]], render: Callable[[list[dict[str, Any]], int], str], *, at_least: int = 0
) -> str:
    """The message that describes as many failures as there is room for, at most 5 of them in 2,000 characters.

    Args:
        failures: All of them, the most important first.
        render: Makes the message of those that are described and the number of the others.
        at_least: How many are described however long it gets.
    """
    for described in range(max(at_least, min(MAX_FAILURES, len(failures))), at_least - 1, -1):
        message = render(failures[:described], len(failures) - described)
        if len(message) <= MAX_MESSAGE_CHARS:
            break
    return message


def _failure(test: TestCase, grade: TestGrade) -> dict[str, Any]:
    is_assertion = test.type == "assertion"
    return {
        "index": grade.index,
        "test": test if test.type == "stdin" else test.as_statement(),
        "input": _cut(test.input, MAX_VALUE_CHARS),
        "expected": None if is_assertion else _cut(test.expected_output, MAX_VALUE_CHARS),
        "got": None if grade.got is None else _cut(grade.got, MAX_VALUE_CHARS),
        "error": None if grade.error is None else _cut(grade.error, MAX_VALUE_CHARS),
    }


def _failed_run(tests: list[TestCase], exposed: ExposedGrade) -> dict[str, Any]:
    error = exposed.error or f"the run of all {len(tests)} tests ended with status {exposed.exit_code}"
    return {
        "index": 0,
        "test": "",
        "input": "all tests in one run",
        "expected": None,
        "got": None,
        "error": _cut_middle(error, MAX_RUN_CHARS),
    }


def _cut_middle(text: str, chars: int) -> str:
    """Without the middle of what is too long: the exposed harness says most at the end."""
    return text if len(text) <= chars else f"{text[: chars // 2 - 1]}…{text[-(chars // 2) :]}"


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1] + "…"
