"""Run ``proctor sample`` with its options read, and print what came of it."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.asking import announce, keep_all
from proctor.cli.console import Display
from proctor.cli.model_options import model_of, model_options_of, own_prompt_of
from proctor.cli.printing import print_tables
from proctor.cli.problems import load_options_of
from proctor.cli.running import command_line, run_async, watched
from proctor.cli.sampled_problems import SampledProblems
from proctor.errors import ModelError
from proctor.generation import SampleFile, SolutionSampler, Wording
from proctor.problems import LoadOptions, dataset_names
from proctor.problems.sources import noting_origins


def run(dataset: str, options: dict[str, Any], *, called: str | None = None) -> None:
    """Do what the options say.

    Args:
        dataset: A data set's name, or the path of a file of problems.
        options: Of the command.
        called: What the output's default name says in place of *dataset*.

    Raises:
        ProctorError: It cannot be done, or not to the end, in one line; what was done is kept.
    """
    load_options, wording = load_options_of(options), _wording_of(options)
    prompts = wording.prompt_digests(dataset)
    parameters = _parameters(dataset, load_options, wording, options)
    with watched() as display, noting_origins() as origins:
        problems = SampledProblems(dataset, load_options, options["model"], origins)
        file = SampleFile(options["output"] or _default_output(called or _stem(dataset), problems, options))
        with file.opened(parameters, prompts, options=model_options_of(options), command=command_line()):
            unfinished = run_async(_draw(file, problems, wording, options, display))
        if file.accounts.models:
            display.note(file.accounts.closing_line())
    _print_result(file)
    if unfinished is not None:
        raise unfinished


async def _draw(
    file: SampleFile, problems: SampledProblems, wording: Wording, options: dict[str, Any], display: Display
) -> ModelError | None:
    """Draw the samples that *file* does not hold yet; why some of them were not drawn, None when all were."""
    model = model_of(options, problems.references, file.accounts)
    total = None if options["streaming"] else problems.count_samples(model, options["samples"], file.done)
    announce("samples", total, model, file, display)
    sampler = SolutionSampler(
        model,
        wording,
        temperature=options["temperature"],
        provider=options["provider"],
        max_concurrent=options["max_concurrent"],
    )
    samples = sampler.sample(problems.askable(model), options["samples"], done=file.done)
    try:
        stopped = await keep_all(samples, file, display)
    finally:
        file.digests, file.facts = problems.digests, {"missed": sampler.asking.unanswered, **problems.facts}
    return stopped or sampler.asking.unfinished(file.added + len(sampler.asking.unanswered))


def _wording_of(options: dict[str, Any]) -> Wording:
    return Wording(
        prompt_id=options["prompt_id"],
        prompt=own_prompt_of(options, params=["hints"]),
        system_prompt_id=options["system_prompt_id"],
        include_hints=options["include_hints"],
    )


def _parameters(dataset: str, load_options: LoadOptions, wording: Wording, options: dict[str, Any]) -> dict[str, Any]:
    """What all samples of an output share, beside the words of the prompts, and how many there are to be."""
    asked = {name: options[name] for name in ("model", "provider", "temperature", "seed", "samples")}
    told = {
        "prompt_id": wording.prompt.prompt_id if wording.prompt else wording.prompt_id,
        "system_prompt_id": wording.system_prompt_id,
        "include_hints": wording.include_hints,
    }
    named = dataset if dataset in dataset_names() else str(Path(dataset).resolve())
    return {"dataset": named} | load_options.as_row() | asked | told


def _default_output(called: str, problems: SampledProblems, options: dict[str, Any]) -> Path:
    """``mbpp_gpt-4o-mini_10problems_5samples.jsonl``."""
    count = (options["max_problems"] or "all") if options["streaming"] else len(problems.ids)
    name = f"{called}_{options['model']}_{count}problems_{options['samples']}samples.jsonl"
    return Path(name.replace("/", "-").replace(":", "-"))


def _stem(dataset: str) -> str:
    return Path(dataset).name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")


def _print_result(file: SampleFile) -> None:
    if not file.tally.samples:
        return
    from proctor.reports.samples_table import samples_table

    print_tables(samples_table(file.tally))
    click.echo(f"samples: {file.path}")
