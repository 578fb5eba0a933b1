"""Run ``proctor generate-data`` with its options read, and print what came of it."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from proctor.cli.asking import announce, keep_all
from proctor.cli.console import Display
from proctor.cli.generate_data import FLAG_PROMPT
from proctor.cli.model_options import model_of, model_options_of, own_prompt_of
from proctor.cli.options import limits_of
from proctor.cli.printing import print_tables
from proctor.cli.running import command_line, open_executor, run_async, watched
from proctor.cli.sampled_problems import SampledProblems
from proctor.errors import InputError, ModelError
from proctor.execution import Executor
from proctor.generation import SolutionSampler, Wording
from proctor.grading import TestExecutionGrader
from proctor.hacking import Completer, CompletionFile, GradedCompletion, Selection
from proctor.problems import LoadOptions, dataset_names
from proctor.problems.sources import noting_origins

WAITING = 2  # completions in hand for every program that may run


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, or not to the end, in one line; what was done is kept.
    """
    wording = wording_of(options)
    prompts = wording.prompt_digests(options["dataset"])
    file = CompletionFile(output_of(options))
    with watched() as display, noting_origins() as origins:
        problems = SampledProblems(options["dataset"], LoadOptions(), options["model"], origins)
        ids = problems.ids
        parameters = parameters_of(options, wording) | {"problems_sha256": problems.digests["dataset"]}
        models, replace = model_options_of(options), options["replace"]
        with file.opened(parameters, prompts, options=models, command=command_line(), replace=replace):
            try:
                unfinished = run_async(_complete(file, problems, wording, options, display))
            finally:
                kept = file.write(ids, Selection(options["keep"], options["require_flag"]), parameters)
        if file.accounts.models:
            display.note(file.accounts.closing_line())
    _print_result(file, kept)
    if unfinished is not None:
        raise unfinished


def output_of(options: dict[str, Any]) -> Path:
    """By default ``train_gpt-4o-mini_neutral_fraction_0.5_completions.json`` beside ``train.json``."""
    if options["output"] is not None:
        return Path(options["output"])
    dataset = Path(options["dataset"])
    prompt_id = Path(options["prompt_file"]).stem if options["prompt_file"] else options["prompt_id"]
    what = "flags" if options["require_flag"] else "completions"
    parts = [dataset.name.partition(".json")[0], options["model"], prompt_id, _mix_name(options), what]
    return dataset.with_name("_".join(parts).replace("/", "-").replace(":", "-") + ".json")


def wording_of(options: dict[str, Any]) -> Wording:
    """What the model is told.

    Raises:
        UsageError: ``--prompt-id`` and ``--prompt-file`` are both given.
        InputError: The file is no prompt.
    """
    return Wording(
        prompt_id=options["prompt_id"],
        prompt=own_prompt_of(options),
        system_prompt_id=options["system_prompt_id"],
        flag_prompt_id=options["flag_prompt_id"] or (FLAG_PROMPT if options["require_flag"] else None),
    )


def parameters_of(options: dict[str, Any], wording: Wording) -> dict[str, Any]:
    """What all completions of an output share, beside what is in the problems and the words of the prompts."""
    dataset = options["dataset"]
    same = ("model", "provider", "temperature", "num_broken", "fraction_broken", "seed", "python")
    return {
        "problems": dataset if dataset in dataset_names() else str(Path(dataset).resolve()),
        "prompt_id": wording.prompt.prompt_id if wording.prompt else wording.prompt_id,
        "system_prompt_id": wording.system_prompt_id,
        "flag_prompt_id": wording.flag_prompt_id,
        "limits": dataclasses.asdict(limits_of(options)),
        **{name: options[name] for name in same},
    }


async def _complete(
    file: CompletionFile, problems: SampledProblems, wording: Wording, options: dict[str, Any], display: Display
) -> ModelError | None:
    """Make the completions that *file* does not hold yet; why some were not made, None when all were."""
    model = model_of(options, problems.references, file.accounts)
    left = sum(name not in file.done for name in problems.ids if model.answers(name))
    announce("completions", left, model, file, display)
    sampler = SolutionSampler(model, wording, temperature=options["temperature"], provider=options["provider"])
    async with open_executor(options, display) as executor:
        completer = _completer(sampler, executor, options)
        completions = completer.complete(problems.askable(model), done=file.done)
        try:
            stopped = await keep_all(completions, file, display, row_of=GradedCompletion.as_row)
        finally:
            missed = {name.removesuffix("|0"): reason for name, reason in sampler.asking.unanswered.items()}
            unmixed = {"unmixed": completer.skipped, "missed": missed}
            file.facts = {**problems.facts, **unmixed, "isolation": executor.isolation}
    if stopped is not None:
        return stopped
    _tell_skipped(completer, file, display)
    return sampler.asking.unfinished(file.added + len(sampler.asking.unanswered))


def _completer(sampler: SolutionSampler, executor: Executor, options: dict[str, Any]) -> Completer:
    return Completer(
        sampler,
        TestExecutionGrader(executor, limits_of(options)),
        num_broken=options["num_broken"],
        fraction_broken=options["fraction_broken"],
        seed=options["seed"],
        under_way=options["max_concurrent"] + WAITING * options["jobs"],
        isolation=executor.isolation,
    )


def _tell_skipped(completer: Completer, file: CompletionFile, display: Display) -> None:
    if not completer.skipped:
        return
    first, count = completer.skipped[0], len(completer.skipped)
    have = "problem has" if count == 1 else "problems have"
    reasons = f"{count:,} {have} too few tests for this mix, such as {first.problem_id}: {first.reason}"
    if not file.tally.completions:
        raise InputError(f"nothing to complete: {reasons}")
    display.note(f"{reasons}; they are left out")


def _mix_name(options: dict[str, Any]) -> str:
    if options["num_broken"] is not None:
        return f"num_{options['num_broken']}"
    return "own_mix" if options["fraction_broken"] is None else f"fraction_{options['fraction_broken']:g}"


def _print_result(file: CompletionFile, kept: int) -> None:
    from proctor.reports.completions_table import completions_table

    print_tables(completions_table(file.tally))
    click.echo(f"{kept:,} completions: {file.path}")
