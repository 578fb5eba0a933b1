"""The report of an audit as one page."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from proctor.records import replacing
from proctor.reports.attempts import pack_attempts
from proctor.reports.overview import answer, headline, model_rows, variant_rows
from proctor.reports.packing import Packed
from proctor.reports.page import render
from proctor.reports.particulars import excluded_problems, run_facts, told
from proctor.reports.wording import OUTCOMES


def write_audit_report(
    path: str | Path, summary: dict[str, Any], run: dict[str, Any], attempts: Iterable[dict[str, Any]]
) -> None:
    """Write the report of an audit, or leave what was there before.

    Args:
        path: The page.
        summary: The content of ``summary.json``.
        run: The content of ``run.json``; what it lacks is left out.
        attempts: ``{"grade": row of grades.jsonl, "solution": row of solutions.jsonl}``, read once, one at a time.

    Raises:
        InputError: The folder of *path* is missing or may not be written.
    """
    page = render_page(summary, run, pack_attempts(attempts, seed=run.get("seed")))
    with replacing(Path(path)) as file:
        file.write(page.encode())


def render_page(summary: dict[str, Any], run: dict[str, Any], data: Packed) -> str:
    """The whole page."""
    rows, variants = model_rows(summary), variant_rows(summary)
    return render(
        "audit.html.j2",
        entry="attempt",
        data=data,
        headline=headline(rows),
        answer=answer(rows),
        dataset=told(run.get("parameters", {}).get("dataset")),
        rows=rows,
        variants=variants,
        outcomes=OUTCOMES,
        seen=[outcome for outcome in OUTCOMES if any(row.outcomes[outcome] for row in variants)],
        facts=run_facts(summary, run),
        excluded=excluded_problems(run),
    )
