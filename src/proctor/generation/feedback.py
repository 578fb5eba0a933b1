"""What a model is told between two turns: whether the shown tests pass, and where they do not."""

from typing import Any

from proctor.grading import ExposedGrade, Grader, GradingResult, TestGrade
from proctor.problems import CodeProblem, TestCase
from proctor.prompts import render_prompt

MAX_FAILURES = 5  # failed tests that are described; the rest is counted
MAX_VALUE_CHARS = 100  # longest piece of one value, or of one error
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
    exposed = await grader.grade_exposed(problem, code, tests)
    if exposed.passed:
        return None
    return write_feedback(feedback_id, tests, await grader.grade(problem, code, tests), exposed)


def write_feedback(feedback_id: str, tests: list[TestCase], result: GradingResult, exposed: ExposedGrade) -> str:
    """The message that describes the failed tests of *result*, at most 2,000 characters long.

    A solution can pass every test in isolation and yet not get through the exposed run, for instance by exhausting
    its limits there; then that run's own error is all there is to tell.
    """
    failed = [(test, grade) for test, grade in zip(tests, result.tests, strict=True) if not grade.passed]
    rows = [_failure(test, grade) for test, grade in failed] or [_failed_run(tests, exposed)]
    for described in range(min(MAX_FAILURES, len(rows)), 0, -1):
        message = render_prompt(
            "feedback",
            feedback_id,
            failed=len(rows),
            total=len(tests),
            failures=rows[:described],
            more=len(rows) - described,
        )
        if len(message) <= MAX_MESSAGE_CHARS:
            break
    return _cut(message, MAX_MESSAGE_CHARS)


def _failure(test: TestCase, grade: TestGrade) -> dict[str, Any]:
    is_assertion = test.type == "assertion"
    return {
        "index": grade.index,
        "input": _cut(test.input, MAX_VALUE_CHARS),
        "expected": None if is_assertion else _cut(test.expected_output, MAX_VALUE_CHARS),
        "got": None if grade.got is None else _cut(grade.got, MAX_VALUE_CHARS),
        "error": None if grade.error is None else _cut(grade.error, MAX_VALUE_CHARS),
    }


def _failed_run(tests: list[TestCase], exposed: ExposedGrade) -> dict[str, Any]:
    error = exposed.error or f"the run of all {len(tests)} tests ended with status {exposed.exit_code}"
    return {
        "index": 0,
        "input": "all tests in one run",
        "expected": None,
        "got": None,
        "error": _cut(error, MAX_VALUE_CHARS),
    }


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1] + "…"
