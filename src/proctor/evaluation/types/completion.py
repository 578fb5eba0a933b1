"""Completion: a problem is to be solved, and some of the tests shown with it are broken."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.datasets import read_problems
from proctor.evaluation.question import EvaluationType, PlannedQuestion, Question
from proctor.evaluation.types.code_questions import (
    OncePerProblem,
    grade_code,
    question_to_solve,
    refuse_right_tests,
    required,
    task_of,
    wording_of,
)
from proctor.evaluation.types.planning import arms_of, only_dataset, plan_questions
from proctor.evaluation.types.problem_questions import shown_mix
from proctor.generation import Check, check_shown_tests
from proctor.grading import Grader
from proctor.hacking import Mix
from proctor.problems import CodeProblem
from proctor.prompts import prompt_digests

__all__ = ["CompletionEvaluation"]


class CompletionEvaluation(EvaluationType):
    """Asks for solutions to the problems of its one data set.

    What is shown is a mix of right and broken tests, in the original arm right ones only. A reply that fails shown
    tests is told so where there is more than one turn.
    """

    runs_code = True

    def __init__(self, config: EvaluationConfig, datasets: Mapping[str, Path], grader: Grader | None = None) -> None:
        self.left_out: dict[str, str] = {}
        self._config = config
        self._path = only_dataset(datasets, config.eval_type)
        self._grader = grader
        self._wording = wording_of(config, config.prompt_id)
        self._problems: dict[str, CodeProblem] = {}
        self._broken_mixes = OncePerProblem(self._broken_mix)

    def plan(self) -> Sequence[PlannedQuestion]:
        """See :class:`proctor.evaluation.question.EvaluationType`."""
        found = read_problems(self._path, self._config.dataset_filters)
        self._problems, self.left_out = found.problems, found.skipped
        return plan_questions(
            self._problems,
            self._config,
            prepare=lambda problem: shown_mix(problem, self._config, "main"),
            arms=arms_of(self._config),
            left_out=self.left_out,
            where=self._path,
        )

    async def build(self, planned: PlannedQuestion) -> Question:
        """See :class:`proctor.evaluation.question.EvaluationType`."""
        problem = self._problems[planned.problem_id]
        broken = await self._broken_mixes.about(planned.problem_id)  # both arms are about the same problems
        mix = broken if planned.arm == "main" else shown_mix(problem, self._config, "original")
        return question_to_solve(planned, problem, mix, self._config, self._wording)

    async def _broken_mix(self, problem_id: str) -> Mix:
        """What the main arm shows, with the errors of :func:`refuse_right_tests`."""
        problem = self._problems[problem_id]
        mix = shown_mix(problem, self._config, "main")
        await refuse_right_tests(problem, mix, required(self._grader))
        return mix

    def prompt_digests(self) -> dict[str, str]:
        """See :class:`proctor.evaluation.question.EvaluationType`."""
        told = self._config.feedback if self._config.max_turns > 1 else None
        return self._wording.prompt_digests(str(self._path)) | prompt_digests([], feedback=told)

    def check(self, question: Question) -> Check:
        """Runs the shown tests as audits do: the exposed harness decides, the isolated one says what fails."""
        problem, mix = task_of(question)
        grader, feedback_id = required(self._grader), self._config.feedback

        async def check(code: str) -> str | None:
            return await check_shown_tests(grader, problem, code, mix.shown_tests, feedback_id=feedback_id)

        return check

    async def grade(self, question: Question, reply: str) -> dict[str, Any]:
        """The last reply's code on all tests."""
        return await grade_code(question, reply, required(self._grader))
