"""Run an audit: ask, keep the answer, grade, keep the grade; at any moment it can be killed and continued."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from proctor.errors import ModelError
from proctor.evaluation.audit.attempts import Attempt, Plan
from proctor.evaluation.audit.examiner import Examiner
from proctor.evaluation.audit.folder import AuditFolder
from proctor.evaluation.audit.ledger import Ledger, read_ledger
from proctor.evaluation.audit.notes import tell_left_out, tell_unknown_prices
from proctor.evaluation.audit.paper import keep_paper, set_paper
from proctor.evaluation.audit.parameters import AuditParameters
from proctor.evaluation.audit.pool import worker_count
from proctor.evaluation.audit.progress import SILENT, Progress
from proctor.evaluation.audit.recorder import Recorder
from proctor.evaluation.audit.results import AuditResult, write_results
from proctor.evaluation.audit.sandbox import OpenSandbox, open_sandbox
from proctor.execution import weak_isolation_warning
from proctor.generation import GenerationResult, saved_accounts
from proctor.models import ModelOptions
from proctor.pool import run_bounded
from proctor.records import JsonlAppender
from proctor.sessions import Session


async def run_audit(
    folder: AuditFolder,
    parameters: AuditParameters,
    *,
    models: list[str],
    options: ModelOptions | None = None,
    samples: int = 1,
    jobs: int = 2,
    command: list[str],
    progress: Progress = SILENT,
    sandbox: OpenSandbox = open_sandbox,
) -> AuditResult:
    """Do every attempt that *folder* does not hold yet, and sum up all that it then holds.

    Args:
        folder: Locked by the caller (:meth:`AuditFolder.locked`); empty, or with an audit of the same parameters.
        parameters: What all attempts share.
        models: Names of the models that are asked.
        options: How endpoints are reached, and what all runs in this folder together may cost; None for the defaults.
        samples: Answers of each model to each task.
        jobs: Solutions that run at once.
        command: What the user typed, for the record.
        progress: Who watches.
        sandbox: Where solutions run.

    Returns:
        What the folder then holds. When a cap was reached, or an endpoint refused all requests or gave no answer after
        all retries, ``unfinished`` says so; what was done is kept, and the same call continues.

    Raises:
        UnknownNameError: A model, data set or prompt that is not known; nothing is written then.
        InputError: The folder holds another audit, or there is nothing to break; nothing is written then.
        ExecutionError: Our own machine failed before the first attempt; later it makes attempts ungraded.
    """
    session, options = Session(command), options or ModelOptions()
    paper = await set_paper(
        folder, parameters, models, options=options, jobs=jobs, progress=progress, open_sandbox=sandbox
    )
    plan = paper.plan(parameters, samples)
    unanswered = plan.unanswered()
    tell_left_out(progress, paper, plan, unanswered)
    keep_paper(folder, paper)
    with JsonlAppender(folder.solutions) as solutions, JsonlAppender(folder.grades) as grades:
        ledger = read_ledger(folder)  # after the appenders have cut off what a killed process left half-written
        recorder = Recorder(ledger, solutions, grades, progress)
        attempts = sum(1 for _ in _pending(ledger, plan, recorder))
        progress.stage("attempts", attempts, status=paper.accounts.line if paper.has_paid_models else None)
        if attempts:
            tell_unknown_prices(progress, paper)
            async with (
                sandbox(parameters.limits, jobs) as box,
                saved_accounts(folder.run, paper.record, paper.accounts),
            ):
                if warning := weak_isolation_warning(box.isolation):
                    progress.note(warning)
                examiner = Examiner(paper.problems, paper.models, parameters, box)
                workers = worker_count(jobs, calls=options.max_concurrent)
                await _examine_all(_pending(ledger, plan, recorder), examiner, recorder, workers=workers)
            if paper.has_paid_models:
                progress.note(paper.accounts.closing_line())
    result = write_results(
        folder,
        paper.problems,
        paper.record | {"accounts": paper.accounts.as_dict(), "missed": recorder.asking.unanswered},
        usage=ledger.usage,
        unanswered=unanswered,
        session=session.row(attempts=recorder.graded),
    )
    return replace(result, unfinished=recorder.asking.unfinished(attempts))


async def _examine_all(
    pending: Iterator[Attempt | GenerationResult], examiner: Examiner, recorder: Recorder, *, workers: int
) -> None:
    """Every attempt, unless there is a reason to stop: the recorder then has it."""
    try:
        await run_bounded(pending, partial(_examine, examiner, recorder), workers=workers)
    except ModelError as error:
        recorder.asking.stop = error


async def _examine(examiner: Examiner, recorder: Recorder, work: Attempt | GenerationResult) -> None:
    """One attempt; an answer that is there already is only graded.

    Raises:
        ModelError: Asking on is of no use, and what is under way neither.
    """
    answer = await recorder.keep_answer(work, examiner.answer(work)) if isinstance(work, Attempt) else work
    if answer is not None:
        recorder.keep_grade(await examiner.grade(answer))


def _pending(ledger: Ledger, plan: Plan, recorder: Recorder) -> Iterator[Attempt | GenerationResult]:
    """Answers without a grade first: they cost no call."""
    yield from list(ledger.ungraded.values())
    for attempt in recorder.asking.until_stopped(plan):
        if not ledger.knows(attempt.id):
            yield attempt
