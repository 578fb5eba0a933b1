"""Run ``proctor compare`` with its options read, and print what came of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from proctor.cli.console import Display
from proctor.cli.printing import print_json, print_tables
from proctor.cli.result_files import find_audits, find_result_files
from proctor.cli.running import watched
from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.comparison import compare_results, read_audit
from proctor.evaluation.results import QuestionResult

Results = dict[str, Iterable[QuestionResult]]
"""The rows of each file, or of each model of an audit, by its name."""


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: The results cannot be compared, in one line.
    """
    with watched("nothing was compared") as display:
        results = _read(options["results"], display)
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
        return
    from proctor.reports.comparison_table import comparison_table

    print_tables(comparison_table(comparison))


def _read(paths: Sequence[Path], display: Display) -> Results:
    """The results by their names, in the order of *paths*; an audit's by its models."""
    audits = find_audits(paths)
    files = find_result_files(paths, display.note, required=not audits)
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
