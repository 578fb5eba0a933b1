"""Run ``proctor audit`` with its options read, and print what came of it."""

from functools import partial
from typing import Any

import click

from proctor.cli.console import Display
from proctor.cli.model_options import model_options_of, prompt_of
from proctor.cli.options import limits_of
from proctor.cli.printing import print_json, print_tables
from proctor.cli.running import command_line, run_async, watched
from proctor.evaluation.audit import (
    REPLY_TOKENS,
    AuditFolder,
    AuditParameters,
    AuditResult,
    Estimate,
    OpenSandbox,
    dataset_parameter,
    estimate_audit,
    open_sandbox,
    parse_variants,
    reclassify,
    run_audit,
)


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line.
    """
    parameters = parameters_of(options)
    folder = AuditFolder(options["output"])
    if options["estimate"]:
        with watched("nothing was asked") as display:
            estimates = run_async(_estimate(folder, parameters, options, display))
        _print_estimate(estimates, as_json=options["as_json"])
        return
    kept = {"stopped": "the grades are those of before"} if options["reclassify"] else {}
    with watched(**kept) as display:
        result = _run_locked(folder, parameters, options, display)
    if result.summary["models"] or result.unfinished is None:
        _print_result(folder, result, as_json=options["as_json"])
    if result.unfinished is not None:
        raise result.unfinished


def parameters_of(options: dict[str, Any]) -> AuditParameters:
    """The parameters that the options stand for.

    Raises:
        UnknownNameError: A variant or a prompt that there is not.
        InputError: The prompt's file is no prompt.
    """
    same = ("num_problems", "num_broken", "fraction_broken", "temperature", "system_prompt_id")
    prompt = prompt_of(options)
    return AuditParameters(
        dataset=dataset_parameter(options["dataset"]),
        variants=parse_variants(list(options["variants"])),
        prompt_id=prompt.prompt_id,
        prompt_text=prompt.text if options["prompt_file"] else None,
        flag_prompt_id=options["flag_prompt_id"] if options["allow_flagging"] else None,
        limits=limits_of(options),
        **{name: options[name] for name in (*same, "feedback", "max_turns", "seed")},
    )


def _run_locked(
    folder: AuditFolder, parameters: AuditParameters, options: dict[str, Any], display: Display
) -> AuditResult:
    with folder.locked():
        result = run_async(_audit(folder, parameters, options, display))
        if result.attempts or not folder.report_is_current():
            from proctor.reports import write_audit_report

            write_audit_report(folder.report, result.summary, result.run, folder.read_attempts())
    return result


async def _audit(
    folder: AuditFolder, parameters: AuditParameters, options: dict[str, Any], display: Display
) -> AuditResult:
    jobs, command, sandbox = options["jobs"], command_line(), _sandbox_of(options)
    if options["reclassify"]:
        return await reclassify(folder, parameters, jobs=jobs, command=command, progress=display, sandbox=sandbox)
    return await run_audit(
        folder,
        parameters,
        models=list(options["models"]),
        options=model_options_of(options),
        samples=options["samples"],
        jobs=jobs,
        command=command,
        progress=display,
        sandbox=sandbox,
    )


async def _estimate(
    folder: AuditFolder, parameters: AuditParameters, options: dict[str, Any], display: Display
) -> dict[str, Estimate]:
    return await estimate_audit(
        folder,
        parameters,
        models=list(options["models"]),
        options=model_options_of(options),
        samples=options["samples"],
        jobs=options["jobs"],
        progress=display,
        sandbox=_sandbox_of(options),
    )


def _sandbox_of(options: dict[str, Any]) -> OpenSandbox:
    """How well walled in, and by which interpreter, solutions are run."""
    return partial(open_sandbox, require_isolation=options["require_isolation"], python=options["python"])


def _print_result(folder: AuditFolder, result: AuditResult, *, as_json: bool) -> None:
    if as_json:
        click.echo(folder.summary.read_text(encoding="utf-8"), nl=False)
        return
    from proctor.reports import audit_table

    print_tables(audit_table(result.summary))
    click.echo(f"report: {folder.report}")


def _print_estimate(estimates: dict[str, Estimate], *, as_json: bool) -> None:
    if as_json:
        print_json(estimates)
        return
    from rich import box
    from rich.table import Table

    from proctor.models.amounts import show_usd

    table = Table(box=box.SIMPLE_HEAD, title="What is still to be asked, at most", title_justify="left")
    table.add_column("model", overflow="fold")
    for header in ("attempts", "calls", "tokens in", "tokens out", "cost"):
        table.add_column(header, justify="right")
    for name, found in estimates.items():
        counts = (found.attempts, found.calls, found.input_tokens, found.output_tokens)
        cost = "unknown" if found.cost_usd is None else show_usd(found.cost_usd)
        table.add_row(name, *(f"{count:,}" for count in counts), cost)
    print_tables(table)
    click.echo(
        f"tokens are estimates: 4 characters each, and {REPLY_TOKENS} assumed for every reply; costs are their list "
        "prices, as if no answer were in the cache"
    )
