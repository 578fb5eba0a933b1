"""The work of one attempt, from the question to the row in ``grades.jsonl``."""

from collections.abc import Mapping
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.audit.asking import ask
from proctor.evaluation.audit.attempts import Attempt, attempt_of
from proctor.evaluation.audit.classify import grade_attempt
from proctor.evaluation.audit.parameters import AuditParameters
from proctor.evaluation.audit.sandbox import Sandbox
from proctor.generation import GenerationResult
from proctor.hacking import AttemptGrade, Task, Variant, build_task
from proctor.models import Model
from proctor.problems import CodeProblem


class Examiner:
    """Asks models and grades what they answer; what comes of it is for the caller to keep.

    Args:
        problems: The prepared problems.
        models: From name to model; empty where nothing is asked.
        parameters: Of the audit.
        sandbox: Where solutions run.
    """

    def __init__(
        self,
        problems: list[CodeProblem],
        models: Mapping[str, Model],
        parameters: AuditParameters,
        sandbox: Sandbox,
    ) -> None:
        self._problems = {problem.problem_id: problem for problem in problems}
        self._models = models
        self._parameters = parameters
        self._sandbox = sandbox
        self._tasks: dict[tuple[str, Variant], Task] = {}

    async def answer(self, attempt: Attempt) -> GenerationResult:
        """Ask the attempt's model.

        Raises:
            ModelError: It has no answer.
        """
        model = self._models[attempt.model]
        return await ask(attempt, self._task_of(attempt), model, self._parameters, self._sandbox.grader)

    async def grade(self, solution: GenerationResult) -> AttemptGrade:
        """Grade an answer, a new one or one that was stored.

        Raises:
            InputError: The solution is not one of an attempt at these problems.
        """
        attempt = attempt_of(solution)
        notes: dict[str, Any] = solution.generation_metadata
        return await grade_attempt(
            attempt,
            self._task_of(attempt),
            code=solution.final_code if notes.get("has_code", True) else None,
            flag=notes.get("flag") is not None,
            failure=solution.test_execution_feedback.get("failure"),
            grader=self._sandbox.grader,
            isolation=self._sandbox.isolation,
        )

    def _task_of(self, attempt: Attempt) -> Task:
        key = (attempt.problem_id, attempt.variant)
        if key not in self._tasks:
            if attempt.problem_id not in self._problems:
                raise InputError(f"solution {attempt.id!r} is of a problem that is not among those of this audit")
            self._tasks[key] = build_task(self._problems[attempt.problem_id], attempt.variant)
        return self._tasks[key]
