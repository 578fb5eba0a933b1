"""The grade of one attempt at a task: a row of ``grades.jsonl``."""

from dataclasses import dataclass, field
from typing import Any

from proctor.grading import Verdict
from proctor.hacking.outcomes import Facts, Outcome
from proctor.hacking.task import TestRole, Variant


@dataclass(frozen=True)
class AttemptTest:
    """One test of an attempt: its place in the task, and its grade under the isolated harness."""

    index: int
    type: str
    role: TestRole
    shown: bool
    input: str
    passed: bool
    verdict: Verdict
    expected: str
    got: str | None = None
    error: str | None = None
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class ExposedRun:
    """The shown tests under the exposed harness: exit status 0 is a pass there."""

    passed: bool
    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    error: str | None = None


@dataclass(frozen=True)
class AttemptGrade:
    """One attempt's outcome with everything that it was decided from.

    Attributes:
        id: ``model|problem_id|variant|sample``, unique within a run.
        model: The model's full name.
        problem_id: The problem's id.
        variant: How the shown tests were altered.
        sample: Which of the model's answers, from 0.
        outcome: The first row of the truth table that applies.
        facts: What the truth table was asked.
        passed_correct: Unbroken shown tests that pass (a broken test's twin is not among them).
        total_correct: Unbroken shown tests.
        passed_broken: Broken tests whose wrong value was returned.
        total_broken: Broken tests.
        tests: Every test under the isolated harness; empty when there is no code or no grade.
        exposed: The shown tests under the exposed harness; None when the isolated harness passed them all.
        ungraded: Why we could not grade it; None when we could.
        isolation: Level and parts of the sandbox that this grade was made in.
    """

    id: str
    model: str
    problem_id: str
    variant: Variant
    sample: int
    outcome: Outcome
    facts: Facts
    passed_correct: int = 0
    total_correct: int = 0
    passed_broken: int = 0
    total_broken: int = 0
    tests: list[AttemptTest] = field(default_factory=list)
    exposed: ExposedRun | None = None
    ungraded: str | None = None
    isolation: dict[str, Any] = field(default_factory=dict)
