"""Run ``proctor compare`` with its options read, and print what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from proctor.cli.result_files import find_audits, find_result_files
from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.comparison import compare_results, read_audit
from proctor.evaluation.results import QuestionResult


def run(options: dict[str, Any]) -> None:
    """Do what the options say.

    Raises:
        ProctorError: The results cannot be compared, in one line.
    """
    results = _read(options["results"])
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
        click.echo(msgspec.json.format(msgspec.json.encode(comparison), indent=2))
        return
    from rich.console import Console

    from proctor.reports.comparison_table import comparison_table

    Console(highlight=False).print(comparison_table(comparison))


def _read(paths: Sequence[Path]) -> dict[str, Iterable[QuestionResult]]:
    """The results by their names, in the order of *paths*; an audit's by its models."""
    audits = find_audits(paths)
    files = find_result_files(paths, lambda line: click.echo(line, err=True), required=not audits)
    results: dict[str, Iterable[QuestionResult]] = dict(files)
    for name, folder in audits.items():
        for model, rows in read_audit(folder).items():
            results[model if len(audits) == 1 and not files else f"{name}:{model}"] = rows
    return results


def _with_first(results: Mapping[str, Iterable[QuestionResult]], name: str) -> dict[str, Iterable[QuestionResult]]:
    if name not in results:
        raise UnknownNameError("result", name, results)
    return {name: results[name], **results}


def _rename(results: Mapping[str, Iterable[QuestionResult]], names: list[str]) -> dict[str, Iterable[QuestionResult]]:
    if len(names) != len(results) or len(set(names)) != len(names):
        raise InputError(
            f"--names: expected {len(results)} names that differ, for {', '.join(results)}, found {', '.join(names)}"
        )
    return dict(zip(names, results.values(), strict=True))
