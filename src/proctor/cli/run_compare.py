"""Run ``proctor compare`` with its options read, and print what came of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from proctor.cli.printing import print_json, print_tables
from proctor.cli.result_files import StoredResults, find_audits, find_result_files
from proctor.cli.running import watched
from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.audit import AuditFolder
from proctor.evaluation.comparison import compare_results, read_audit
from proctor.evaluation.results import QuestionResult

Results = dict[str, Iterable[QuestionResult]]
"""The rows of each file, or of each model of an audit, by its name."""


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: The results cannot be compared, in one line; or not all files, which was told.
    """
    with watched("nothing was compared") as display:
        audits = find_audits(options["results"])
        found = find_result_files(options["results"], display.note, required=not audits)
        results = _by_name(audits, found.files)
        if options["names"] is not None:
            results = _rename(results, options["names"].split(","))
        if options["baseline"] is not None:
            results = _with_first(results, options["baseline"])
        comparison = compare_results(
            results,
            metric=options["metric"],
            seed=options["seed"],
            all_pairs=options["all_pairs"],
            alpha=options["alpha"],
        )
    if options["as_json"]:
        print_json(comparison)
    else:
        from proctor.reports.comparison_table import comparison_table

        print_tables(comparison_table(comparison))
    found.check_whole()


def _by_name(audits: Mapping[str, AuditFolder], files: Mapping[str, StoredResults]) -> Results:
    """The results by their names; an audit's by its models."""
    results: Results = dict(files)
    for name, folder in audits.items():
        for model, rows in read_audit(folder).items():
            results[model if len(audits) == 1 and not files else f"{name}:{model}"] = rows
    return results


def _with_first(results: Results, name: str) -> Results:
    if name not in results:
        raise UnknownNameError("result", name, results)
    return {name: results[name], **results}


def _rename(results: Results, names: list[str]) -> Results:
    if len(names) != len(results) or len(set(names)) != len(names):
        raise InputError(
            f"--names: expected {len(results)} names that differ, for {', '.join(results)}, found {', '.join(names)}"
        )
    return dict(zip(names, results.values(), strict=True))
