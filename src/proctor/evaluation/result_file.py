"""The file that an evaluation writes its rows to, and the summary beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proctor.evaluation.configuration import EXTENT
from proctor.evaluation.metrics import summarize_results
from proctor.evaluation.results import QuestionResult, read_results
from proctor.generation import OutputFile, RowFile
from proctor.records import write_json

__all__ = ["ResultFile", "ResultTally"]


@dataclass
class ResultTally:
    """Counts of result rows.

    Attributes:
        results: All of them.
        refused: Those whose question the endpoint refused.
        unparsed: Those in whose reply no answer could be read.
        ungraded: Those with a reply that our own machine could not grade.
    """

    results: int = 0
    refused: int = 0
    unparsed: int = 0
    ungraded: int = 0

    def add(self, row: QuestionResult) -> None:
        """Count one more."""
        self.results += 1
        if row.response is None:
            self.refused += 1
        elif row.ungraded is not None:
            self.ungraded += 1
        else:
            self.unparsed += not row.is_parsed


class ResultFile(RowFile[ResultTally]):
    """Where results go, each a :class:`proctor.evaluation.results.QuestionResult`.

    Attributes:
        summary: What they come to: ``PATH.summary.json``.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(OutputFile(path, "results", extent=EXTENT), stored=QuestionResult, tally=ResultTally)
        self.summary = path.with_name(f"{path.name}.summary.json")

    def write_summary(self) -> dict[str, Any] | None:
        """Sum up all rows that are there, from the file alone; None where there is none."""
        if not self.tally.results:
            self.summary.unlink(missing_ok=True)  # of what was replaced
            return None
        summary = summarize_results(read_results(self.path))
        write_json(self.summary, summary)
        return summary
