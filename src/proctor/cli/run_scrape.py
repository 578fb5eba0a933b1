"""Run ``proctor scrape`` with its options read, and print what came of it."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.model_options import model_of, model_options_of, prompt_of
from proctor.cli.options import limits_of
from proctor.cli.printing import print_tables
from proctor.cli.running import command_line, open_executor, run_async, watched
from proctor.generation import noting_references
from proctor.generation.profiling import Profile
from proctor.generation.scraping import Criteria, ProblemDone, ScrapeFiles, ScrapeParameters, Scraper, ScrapeTotals
from proctor.grading import Leaks, TestExecutionGrader
from proctor.models import CachedModel, Reference
from proctor.problems import stream_dataset
from proctor.records import count_rows


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, or not to the end, in one line; what was done is kept.
    """
    files = ScrapeFiles(options["output"], options["error_log_path"], force=options["force_regenerate"])
    with watched() as display:
        totals = _scrape_locked(files, options, display)
    _print_results(files, totals, options["profile_output"])
    if totals.unfinished is not None:
        raise totals.unfinished


def parameters_of(options: dict[str, Any]) -> ScrapeParameters:
    """The parameters that the options stand for.

    Raises:
        UnknownNameError: A prompt that there is not.
        InputError: The prompt's file is no prompt, or what is to be leaked is not there to be.
    """
    same = ("model", "temperature", "max_turns", "max_retries", "harness", "feedback", "num_private", "seed")
    further = ("system_prompt_id", "python")
    prompt = prompt_of(options)
    return ScrapeParameters(
        criteria=_criteria_of(options),
        leaks=Leaks(expected_info=options["leak_expected_info"], exit_info=options["leak_exit_info"]),
        prompt_id=prompt.prompt_id,
        prompt_text=prompt.text if options["prompt_file"] else None,
        limits=limits_of(options),
        **{name: options[name] for name in (*same, *further)},
    )


def _criteria_of(options: dict[str, Any]) -> Criteria:
    must_include = options["solution_must_include"]
    if options["should_pass_private"]:
        return Criteria("pass", must_include)
    return Criteria("fail" if options["should_not_pass_private"] else None, must_include)


def _scrape_locked(files: ScrapeFiles, options: dict[str, Any], display: Display) -> ScrapeTotals:
    parameters, model_options = parameters_of(options), model_options_of(options)
    with files.opened(parameters, command=command_line(), options=model_options):
        return run_async(_scrape(files, parameters, options, display))


async def _scrape(
    files: ScrapeFiles, parameters: ScrapeParameters, options: dict[str, Any], display: Display
) -> ScrapeTotals:
    references: dict[str, Reference] = {}
    model = model_of(options, references, files.accounts)
    status = files.accounts.line if isinstance(model, CachedModel) else None
    problems = stream_dataset(options["problems"])
    if parameters.model.startswith("control/"):
        problems = noting_references(problems, references)
    if line := files.accounts.unknown_prices_line():
        display.note(line)
    async with open_executor(options, display) as executor:
        scraper = Scraper(
            model,
            TestExecutionGrader(executor, parameters.limits),
            parameters,
            max_concurrent=options["max_concurrent"],
            isolation=executor.isolation,
            on_event=lambda event: _show(event, display),
        )
        display.stage("problems", _left(options["problems"], files), status)
        totals = await scraper.run(problems, files)
    if totals.skipped:
        first = totals.skipped[0]
        display.note(f"{len(totals.skipped):,} problems were skipped, such as {first.problem_id}: {first.reason}")
    if files.accounts.models:
        display.note(files.accounts.closing_line())
    return totals


def _show(event: ProblemDone, display: Display) -> None:
    if event.outcome != "done":
        display.advance()


def _left(name: str, files: ScrapeFiles) -> int | None:
    """About how many problems are still to be done; None where only loading them would tell."""
    if not name.endswith((".jsonl", ".jsonl.gz")):
        return None
    counts = files.counts()
    return max(0, count_rows(name) - counts["solved"] - counts["exhausted"])


def _print_results(files: ScrapeFiles, totals: ScrapeTotals, profile_output: Path | None) -> None:
    from proctor.reports.profile_table import profile_table
    from proctor.reports.scrape_table import scrape_table

    print_tables(scrape_table(totals))
    if profile_output is not None and files.profile.exists():
        profile = Profile.read(files.profile)
        profile.write(profile_output)
        print_tables("", profile_table(profile), "")
        click.echo(f"profile: {profile_output}")
    click.echo(f"solutions: {files.output}")
