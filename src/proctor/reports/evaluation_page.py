"""The report of evaluations as one page: any mix of result files, and audits beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proctor.records import replacing
from proctor.reports.evaluation_headline import answer, headline
from proctor.reports.evaluation_overview import type_sections
from proctor.reports.overview import model_rows
from proctor.reports.packing import MAX_ENTRIES, Packed
from proctor.reports.page import render
from proctor.reports.result_outcomes import RESULT_OUTCOMES
from proctor.reports.survey import Results, Survey, survey_results
from proctor.reports.transcripts import pack_transcripts


def write_evaluation_report(
    path: str | Path,
    results: Results,
    audits: Mapping[str, dict[str, Any]] | None = None,
    *,
    survey: Survey | None = None,
    limit: int = MAX_ENTRIES,
) -> None:
    """Write the report of evaluations, or leave what was there before.

    Args:
        path: The page.
        results: The rows of each file by its name; read several times, one at a time.
        audits: The content of the ``summary.json`` of each audit that stands beside them, by its name.
        survey: What :func:`proctor.reports.survey.survey_results` says of *results*, where it is known already.
        limit: Transcripts that the page holds; of more, a sample.

    Raises:
        InputError: The folder of *path* is missing or may not be written, or *results* cannot be summed up.
    """
    page = render_page(survey or survey_results(results), pack_transcripts(results, limit=limit), audits or {})
    with replacing(Path(path)) as file:
        file.write(page.encode())


def render_page(survey: Survey, data: Packed, audits: Mapping[str, dict[str, Any]]) -> str:
    """The whole page."""
    sections = type_sections(survey)
    return render(
        "evaluation.html.j2",
        entry="transcript",
        data=data,
        headline=headline(sections),
        answer=answer(sections),
        types=sections,
        notes=survey.notes,
        audits={name: model_rows(summary, linked=False) for name, summary in audits.items()},
        outcomes=RESULT_OUTCOMES,
    )
