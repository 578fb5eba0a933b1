"""One evaluation as a command runs it: its replies, as far as they are missing, its record and its summary."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from proctor.cli.asking import announce, keep_all
from proctor.cli.console import Display
from proctor.cli.model_options import model_of, model_options_of
from proctor.cli.options import limits_of
from proctor.cli.planned_evaluation import PlannedEvaluation
from proctor.cli.running import command_line, open_executor
from proctor.errors import InputError, ModelError
from proctor.evaluation.evaluator import Evaluator
from proctor.evaluation.question import EvaluationType, PlannedQuestion
from proctor.evaluation.result_file import ResultFile
from proctor.evaluation.types import EVALUATION_TYPES
from proctor.execution import Executor
from proctor.grading import TestExecutionGrader
from proctor.models import Reference
from proctor.models.caps import Spent
from proctor.problems import SkippedProblem

__all__ = ["Evaluated", "evaluate", "opened_sandbox"]

WAITING = 2  # replies in hand for every program that may run


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation came to.

    Attributes:
        summary: Of all rows that are in its result file; None where there is none.
        unfinished: Why some rows are missing; None where all are there.
    """

    summary: dict[str, Any] | None
    unfinished: ModelError | None


def opened_sandbox(
    options: dict[str, Any], display: Display, *, is_needed: bool
) -> AbstractAsyncContextManager[Executor | None]:
    """What runs solutions, with the errors of :func:`open_executor`; or None where there are none to run."""
    return open_executor(options, display) if is_needed else nullcontext()


async def evaluate(
    planned: PlannedEvaluation, executor: Executor | None, display: Display, *, elsewhere: Spent | None = None
) -> Evaluated:
    """Get the replies that the result file does not hold yet, and sum up all of them.

    Args:
        planned: What is to be run.
        executor: Runs solutions; needed where the evaluation runs any.
        display: Told how far it is.
        elsewhere: What other evaluations have taken under the same caps.

    Raises:
        InputError: It cannot be run, or there is nothing to ask.
        ExecutionError: Our own machine failed.
    """
    config, options = planned.config, planned.options
    grader = None if executor is None else TestExecutionGrader(executor, limits_of(options))
    evaluation = EVALUATION_TYPES[config.eval_type](config, planned.datasets, grader)
    parameters, prompts = planned.parameters(), evaluation.prompt_digests()
    file = ResultFile(planned.output)
    if executor is not None:
        file.facts["isolation"] = executor.isolation
    models, replace = model_options_of(options), options["replace"]
    display.stage("planning", None)
    questions = evaluation.plan()
    with file.opened(parameters, prompts, options=models, command=command_line(), replace=replace):
        file.accounts.elsewhere = elsewhere or file.accounts.elsewhere
        try:
            unfinished = await _ask(evaluation, questions, planned, file, display)
        finally:
            summary = file.write_summary()
        if file.accounts.models:
            display.note(file.accounts.closing_line())
    return Evaluated(summary, unfinished)


async def _ask(
    evaluation: EvaluationType,
    questions: Sequence[PlannedQuestion],
    planned: PlannedEvaluation,
    file: ResultFile,
    display: Display,
) -> ModelError | None:
    """Get the rows that *file* does not hold yet; why some are missing, None when all are there."""
    options = planned.options
    references: dict[str, Reference] = {}
    model = model_of(options, references, file.accounts)
    under_way = options["max_concurrent"] + (WAITING * options["jobs"] if planned.runs_code else 0)
    evaluator = Evaluator(evaluation, planned.config, model, references=references, under_way=under_way)
    left = sum(1 for _ in evaluator.missing(questions, file.done))
    if more := file.tally.results - (len(questions) * planned.config.epochs - left):
        rows = "result" if more == 1 else "results"
        display.note(f"{file.path} holds {more:,} {rows} more than are asked for now; they stay, and they count")
    announce("replies", left, model, file, display)
    try:
        stopped = await keep_all(evaluator.evaluate(questions, done=file.done), file, display)
    finally:
        left_out = {**evaluation.left_out, **evaluator.left_out}
        told = [SkippedProblem(problem_id, reason) for problem_id, reason in left_out.items()]
        file.facts |= {"left_out": told, "missed": evaluator.asking.unanswered}
    if stopped is not None:
        return stopped
    _tell_left_out(told, file, display)
    return evaluator.asking.unfinished(file.added + len(evaluator.asking.unanswered))


def _tell_left_out(left_out: list[SkippedProblem], file: ResultFile, display: Display) -> None:
    if not left_out:
        return
    first, count = left_out[0], len(left_out)
    what = f"{count:,} {'problem is' if count == 1 else 'problems are'} left out"
    line = f"{what}, such as {first.problem_id}: {first.reason}"
    if not (file.tally.results or file.facts["missed"]):
        raise InputError(f"nothing to ask: {line}")
    display.note(line)
