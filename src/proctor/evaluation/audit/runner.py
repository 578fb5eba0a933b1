"""Run an audit: ask, keep the answer, grade, keep the grade; at any moment it can be killed and continued."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from proctor.evaluation.audit.attempts import Attempt, Plan
from proctor.evaluation.audit.examiner import Examiner
from proctor.evaluation.audit.folder import AuditFolder
from proctor.evaluation.audit.ledger import Ledger, read_ledger
from proctor.evaluation.audit.paper import Paper, keep_paper, set_paper
from proctor.evaluation.audit.parameters import AuditParameters
from proctor.evaluation.audit.pool import run_bounded, worker_count
from proctor.evaluation.audit.preparation import unbreakable
from proctor.evaluation.audit.progress import SILENT, Progress
from proctor.evaluation.audit.results import AuditResult, write_results
from proctor.evaluation.audit.run_record import Stopwatch
from proctor.evaluation.audit.sandbox import OpenSandbox, open_sandbox
from proctor.generation import GenerationResult
from proctor.hacking import Variant
from proctor.records import JsonlAppender

NAMED = 12  # problems that a note names before it only counts them; run.json names all


async def run_audit(
    folder: AuditFolder,
    parameters: AuditParameters,
    *,
    models: list[str],
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
        samples: Answers of each model to each task.
        jobs: Solutions that run at once.
        command: What the user typed, for the record.
        progress: Who watches.
        sandbox: Where solutions run.

    Raises:
        UnknownNameError: A model, data set or prompt that is not known; nothing is written then.
        InputError: The folder holds another audit, or there is nothing to break; nothing is written then.
        ModelError: A model has no answer. What was done is kept, and the same call continues.
        ExecutionError: Our own machine failed before the first attempt; later it makes attempts ungraded.
    """
    watch = Stopwatch()
    paper = await set_paper(folder, parameters, models, jobs=jobs, progress=progress, open_sandbox=sandbox)
    plan = paper.plan(parameters, samples)
    unanswered = plan.unanswered()
    _tell(progress, paper, plan, unanswered)
    keep_paper(folder, paper)
    with JsonlAppender(folder.solutions) as solutions, JsonlAppender(folder.grades) as grades:
        ledger = read_ledger(folder)  # after the appenders have cut off what a killed process left half-written
        attempts = sum(1 for _ in _pending(ledger, plan))
        progress.stage("attempts", attempts)
        if attempts:
            async with sandbox(parameters.limits, jobs) as box:
                _warn_of_weak_isolation(progress, box.isolation)
                recorder = _Recorder(ledger, solutions, grades, progress)
                examiner = Examiner(paper.problems, paper.models, parameters, box)
                work = partial(_examine, examiner, recorder)
                await run_bounded(_pending(ledger, plan), work, workers=worker_count(jobs))
    return write_results(
        folder,
        paper.problems,
        paper.record,
        usage=ledger.usage,
        unanswered=unanswered,
        session=watch.session(command, attempts=attempts),
    )


@dataclass(frozen=True)
class _Recorder:
    """Where the work of an attempt goes, piece by piece."""

    ledger: Ledger
    solutions: JsonlAppender
    grades: JsonlAppender
    progress: Progress


async def _examine(examiner: Examiner, recorder: _Recorder, work: Attempt | GenerationResult) -> None:
    """One attempt; an answer that is there already is only graded."""
    if isinstance(work, Attempt):
        work = await examiner.answer(work)
        recorder.solutions.append(work)
        recorder.ledger.count(work)
    recorder.grades.append(await examiner.grade(work))
    recorder.progress.advance()


def _pending(ledger: Ledger, plan: Plan) -> Iterator[Attempt | GenerationResult]:
    """Answers without a grade first: they cost no call."""
    return chain(ledger.ungraded.values(), (attempt for attempt in plan if not ledger.knows(attempt.id)))


def _warn_of_weak_isolation(progress: Progress, isolation: dict[str, Any]) -> None:
    if isolation.get("level", 0) >= 3:
        progress.note(
            "WARNING: isolation level 3: without Landlock and seccomp, solutions can read your files and use the "
            "network; run models that you do not trust on Linux (docs/sandbox.md)"
        )


def _tell(progress: Progress, paper: Paper, plan: Plan, unanswered: dict[str, list[str]]) -> None:
    total = len(paper.problems)
    left_out = [row["problem_id"] for row in unbreakable(paper.problems)]
    if left_out:
        what = "only their original is set" if Variant.ORIGINAL in plan.variants else "they are left out"
        has = "has" if len(left_out) == 1 else "have"
        progress.note(f"{len(left_out)} of {total} problems {has} no test to break; {what}: {_named(left_out)}")
    ids = {problem.problem_id for problem in paper.problems}
    for name, script in paper.models.items():
        idle = sorted(script.problem_ids - ids)
        if idle:
            progress.note(f"{name}: {len(idle)} of its problems are not set here: {_named(idle)}")
    for model, missing in unanswered.items():
        progress.note(f"{model} answers {total - len(missing)} of {total} problems; skipped: {_named(missing)}")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more (see run.json)" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
