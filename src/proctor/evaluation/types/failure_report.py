"""The report that a solution fails tests, as a user would send it."""

from collections.abc import Collection
from typing import Any

from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.types.code_questions import flag_prompt_of
from proctor.generation import failures_of, fit_failures
from proctor.grading import TestGrade
from proctor.problems import TestCase
from proctor.prompts import render_prompt

__all__ = ["write_report"]


def write_report(
    config: EvaluationConfig, tests: list[TestCase], grades: list[TestGrade], *, first: Collection[int]
) -> str:
    """The report about the tests that ran and failed.

    How much it says is ``config.feedback``: ``none`` (that something fails), ``counts``, ``values`` (the tests and what
    the solution gave), ``full`` (its errors too).

    Args:
        config: Gives wording, detail, and whether the model may object.
        tests: What the solution was run on.
        grades: Of these tests.
        first: Places of tests that are described first and in any case, whole, however long they are.

    Raises:
        InputError: The prompt cannot be filled.
    """
    detail = config.feedback
    failures = sorted(failures_of(tests, grades), key=lambda failure: failure["index"] not in first)
    flag_prompt_id = flag_prompt_of(config)
    facts: dict[str, Any] = {
        "failed": None if detail == "none" else len(failures),
        "total": sum(grade.was_run for grade in grades),
        "flag_text": render_prompt("flag", flag_prompt_id) if flag_prompt_id else "",
    }

    def render(described: list[dict[str, Any]], more: int) -> str:
        return render_prompt("multiturn", config.prompt_id, failures=described, more=more, **facts)

    if detail in ("none", "counts"):
        return render([], 0)
    if detail == "values":
        failures = [failure | {"error": None} for failure in failures]
    return fit_failures(failures, render, at_least=sum(failure["index"] in first for failure in failures))
