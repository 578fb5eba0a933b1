"""One evaluation as a command runs it: from the values of its configuration to its rows, its record and its summary."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from proctor.cli.console import Display
from proctor.cli.model_options import model_of, model_options_of
from proctor.cli.options import limits_of
from proctor.cli.running import command_line, open_executor
from proctor.errors import InputError, ModelError
from proctor.evaluation.batch import alias_of
from proctor.evaluation.config import EvaluationConfig
from proctor.evaluation.config_file import parse_datasets
from proctor.evaluation.config_rules import EVALUATION_KEYS, RUN_KEYS, make_config, make_run_options
from proctor.evaluation.evaluator import Evaluator
from proctor.evaluation.packaged import Found, find_data_set
from proctor.evaluation.question import EvaluationType
from proctor.evaluation.result_file import ResultFile
from proctor.evaluation.types import EVALUATION_TYPES, evaluation_type
from proctor.execution import Executor
from proctor.grading import TestExecutionGrader
from proctor.models import CachedModel, Reference
from proctor.models.caps import Spent
from proctor.problems import SkippedProblem
from proctor.steps import file_digest

__all__ = ["Evaluated", "PlannedEvaluation", "evaluate", "given_values", "opened_sandbox", "path_of"]

WAITING = 2  # replies in hand for every program that may run


@dataclass(frozen=True)
class PlannedEvaluation:
    """An evaluation that is going to be run.

    Attributes:
        config: What it is made with.
        datasets: The files of its data sets, by label.
        output: Its result file.
        options: Of the command, with what the configuration says in place of them.
    """

    config: EvaluationConfig
    datasets: Mapping[str, Path]
    output: Path
    options: dict[str, Any]

    @classmethod
    def of(
        cls,
        values: Mapping[str, Any],
        where: str,
        options: Mapping[str, Any],
        *,
        note: Callable[[str], None],
        output: Path | None = None,
    ) -> "PlannedEvaluation":
        """What the values of a configuration ask for.

        Args:
            values: By key, those of the command line among them.
            where: What a complaint about them begins with.
            options: Of the command.
            note: Told of data sets that are taken from the package.
            output: The result file; None for the one that the values name, or one that is named after them.

        Raises:
            InputError: A value does not do, or a data set is not there.
        """
        config, running = make_config(values, where), make_run_options(values, where)
        found = {label: find_data_set(name, config.datasets_base_dir) for label, name in config.datasets.items()}
        stated = {
            "model": config.model,
            "provider": config.provider,
            "seed": config.seed,
            "max_concurrent": running.max_concurrent,
            "no_cache": not running.use_cache,
        }
        default = f"{alias_of(f'{config.eval_type}_{config.source_dataset}_{config.model}')}.jsonl"
        return cls(
            config,
            {label: path_of(one, config.datasets[label], note) for label, one in found.items()},
            output or Path(running.output_path or default),
            {**options, **stated},
        )

    @property
    def runs_code(self) -> bool:
        """Whether it needs a sandbox."""
        return EVALUATION_TYPES[self.config.eval_type].runs_code

    def parameters(self) -> dict[str, Any]:
        """What all its rows share, beside the words of the prompts."""
        digests = {label: file_digest(path) for label, path in self.datasets.items()}
        shared: dict[str, Any] = msgspec.to_builtins(self.config) | {"datasets_sha256": digests}
        if not self.runs_code:
            return shared
        return shared | {"limits": asdict(limits_of(self.options)), "python": self.options["python"]}


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation came to.

    Attributes:
        summary: Of all rows that are in its result file; None where there is none.
        unfinished: Why some rows are missing; None where all are there.
    """

    summary: dict[str, Any] | None
    unfinished: ModelError | None


def given_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a configuration that stand on the command line, by key.

    Raises:
        InputError: The data sets are not given as they should be.
    """
    context = click.get_current_context()
    given = {key for key in options if context.get_parameter_source(key) is ParameterSource.COMMANDLINE}
    known = frozenset.union(*EVALUATION_KEYS.values()) | RUN_KEYS
    values = {key: options[key] for key in given & known}
    datasets = {"datasets": parse_datasets(values["datasets"])} if "datasets" in values else {}
    return values | datasets | ({"use_cache": False} if options["no_cache"] else {})


def path_of(found: Found, name: str, note: Callable[[str], None]) -> Path:
    """Where a file is that was looked for by *name*; that it comes with the package is told."""
    if found.is_packaged:
        note(f"{name} is not in {Path.cwd()}; the packaged example is used")
    return found.path


@asynccontextmanager
async def opened_sandbox(
    options: dict[str, Any], display: Display, *, is_needed: bool
) -> AsyncIterator[Executor | None]:
    """What runs solutions, or None where there are none to run.

    Raises:
        ExecutionError: It does not start, or the machine gives less isolation than is required.
    """
    if not is_needed:
        yield None
        return
    async with open_executor(options, display) as executor:
        yield executor


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
    evaluation = evaluation_type(config, planned.datasets, grader)
    parameters, prompts = planned.parameters(), evaluation.prompt_digests()
    file = ResultFile(planned.output)
    if executor is not None:
        file.facts["isolation"] = executor.isolation
    models, replace = model_options_of(options), options["replace"]
    with file.opened(parameters, prompts, options=models, command=command_line(), replace=replace):
        file.accounts.elsewhere = elsewhere or file.accounts.elsewhere
        try:
            unfinished = await _ask(evaluation, planned, file, display)
        finally:
            summary = file.write_summary()
        if file.accounts.models:
            display.note(file.accounts.closing_line())
    return Evaluated(summary, unfinished)


async def _ask(
    evaluation: EvaluationType, planned: PlannedEvaluation, file: ResultFile, display: Display
) -> ModelError | None:
    """Get the rows that *file* does not hold yet; why some are missing, None when all are there."""
    options, questions = planned.options, evaluation.plan()
    references: dict[str, Reference] = {}
    model = model_of(options, references, file.accounts)
    under_way = options["max_concurrent"] + (WAITING * options["jobs"] if planned.runs_code else 0)
    evaluator = Evaluator(evaluation, planned.config, model, references=references, under_way=under_way)
    left = sum(1 for _ in evaluator.missing(questions, file.done))
    display.stage("replies", left, status=file.accounts.line if isinstance(model, CachedModel) else None)
    if left and (line := file.accounts.unknown_prices_line()):
        display.note(line)
    results = evaluator.evaluate(questions, done=file.done)
    try:
        async with file.accounts_saved(), aclosing(results):
            async for result in results:
                file.keep(result)
                display.advance()
    except ModelError as error:
        return error
    finally:
        left_out = {**evaluation.left_out, **evaluator.left_out}
        told = [SkippedProblem(problem_id, reason) for problem_id, reason in left_out.items()]
        file.facts |= {"left_out": told, "missed": evaluator.misses.reasons}
    _tell_left_out(told, file, display)
    return evaluator.misses.as_error(file.added + len(evaluator.misses.reasons))


def _tell_left_out(left_out: list[SkippedProblem], file: ResultFile, display: Display) -> None:
    if not left_out:
        return
    first, count = left_out[0], len(left_out)
    what = f"{count:,} {'problem is' if count == 1 else 'problems are'} left out"
    line = f"{what}, such as {first.problem_id}: {first.reason}"
    if not (file.tally.results or file.facts["missed"]):
        raise InputError(f"nothing to ask: {line}")
    display.note(line)
