"""The paper of an audit: the problems with their broken tests, and the models that are to sit it."""

from dataclasses import dataclass
from typing import Any

from proctor.evaluation.audit.attempts import Plan
from proctor.evaluation.audit.folder import AuditFolder
from proctor.evaluation.audit.parameters import AuditParameters
from proctor.evaluation.audit.pool import BoundedModel, make_models
from proctor.evaluation.audit.preparation import break_problems, load_problems, references_of
from proctor.evaluation.audit.progress import Progress
from proctor.evaluation.audit.run_record import new_record
from proctor.evaluation.audit.sandbox import OpenSandbox
from proctor.problems import CodeProblem, problem_to_row
from proctor.records import write_json, write_jsonl


@dataclass(frozen=True)
class Paper:
    """What an audit is about.

    Attributes:
        problems: Prepared: their shown tests chosen and broken.
        models: From name to model.
        record: The content of ``run.json`` so far.
        is_new: Whether the folder does not hold it yet.
    """

    problems: list[CodeProblem]
    models: dict[str, BoundedModel]
    record: dict[str, Any]
    is_new: bool

    def plan(self, parameters: AuditParameters, samples: int) -> Plan:
        """Every attempt at it."""
        return Plan(self.models, self.problems, parameters.variants, samples)


async def set_paper(
    folder: AuditFolder,
    parameters: AuditParameters,
    models: list[str],
    *,
    jobs: int,
    progress: Progress,
    open_sandbox: OpenSandbox,
) -> Paper:
    """The paper that *folder* holds, or a new one; writes nothing.

    Raises:
        UnknownNameError: A model, data set or prompt that is not known.
        InputError: The folder holds another audit, a file is broken, there is nothing to break, or a model has
            nothing to say about any of the problems.
        ExecutionError: Our own machine failed.
    """
    record = folder.read_run()
    if record is not None:
        folder.check_same_audit(record, parameters)
    stored = folder.read_problems() if record is not None else None
    if record is not None and stored is not None:
        return Paper(stored, make_models(models, references_of(stored), parameters.seed), record, is_new=False)
    loaded = load_problems(parameters)
    record = new_record(parameters, loaded)
    made = make_models(models, references_of(loaded.problems), parameters.seed)
    Plan(made, loaded.problems, parameters.variants, samples=1).unanswered()  # stops before anything has run
    async with open_sandbox(parameters.limits, jobs) as sandbox:
        problems = await break_problems(loaded.problems, parameters, sandbox.grader, jobs=jobs, progress=progress)
    return Paper(problems, made, record, is_new=True)


def keep_paper(folder: AuditFolder, paper: Paper) -> None:
    """Write a new paper down. A folder with ``run.json`` alone is one whose paper is still to be set: no harm done."""
    if paper.is_new:
        write_json(folder.run, paper.record)
        write_jsonl(folder.problems, map(problem_to_row, paper.problems))
