"""Run ``proctor report`` with its options read."""

from pathlib import Path
from typing import Any

import click

from proctor.cli.printing import print_json, print_tables
from proctor.cli.result_files import StoredResults, find_audits, find_result_files, refuse_to_replace
from proctor.cli.running import watched
from proctor.evaluation.audit import AuditFolder
from proctor.records import read_json
from proctor.reports.survey import Survey, survey_results


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: It cannot be done, in one line; then nothing is written. Or not with all files, which was told.
    """
    paths, output = list(options["results"]), options["output"]
    with watched("nothing was written") as display:
        audits = find_audits(paths)
        display.stage("rows read", None)
        found = find_result_files(paths, display.note, required=not audits, advance=display.advance)
        results = found.files
        if output is not None:
            refuse_to_replace(output, results)
        survey = survey_results(results)
        summaries = {name: read_json(folder.summary) for name, folder in audits.items()}
        if output is not None:
            _write(output, results, audits, summaries, survey)
    if options["as_json"]:
        _print_json(survey, summaries)
    elif output is None:
        _print_survey(survey, summaries)
    if output is not None:
        click.echo(f"report: {output}", err=options["as_json"])
    found.check_whole()


def _write(
    output: Path,
    results: dict[str, StoredResults],
    audits: dict[str, AuditFolder],
    summaries: dict[str, dict[str, Any]],
    survey: Survey,
) -> None:
    if not results and len(audits) == 1:
        from proctor.reports import write_audit_report

        ((name, folder),) = audits.items()
        write_audit_report(output, summaries[name], folder.read_run() or {}, folder.read_attempts())
        return
    from proctor.reports import write_evaluation_report

    write_evaluation_report(output, results, summaries, survey=survey)


def _print_json(survey: Survey, audits: dict[str, dict[str, Any]]) -> None:
    found = {
        "summaries": {name: file.summary for name, file in survey.files.items()},
        "comparisons": survey.comparisons,
        "not_compared": survey.notes,
        "audits": audits,
    }
    print_json(found)


def _print_survey(survey: Survey, audits: dict[str, dict[str, Any]]) -> None:
    from rich.text import Text

    from proctor.reports import audit_table
    from proctor.reports.comparison_table import comparison_table
    from proctor.reports.evaluation_table import evaluation_table
    from proctor.reports.wording import visible

    if survey.files:
        print_tables(evaluation_table({name: file.summary for name, file in survey.files.items()}))
    for comparison in survey.comparisons:
        print_tables("", comparison_table(comparison))
    for note in survey.notes:
        print_tables(Text(visible(note)))
    for name, summary in audits.items():
        print_tables("", Text(visible(f"Audit {name}"), style="bold"), audit_table(summary))
