"""What several files of results come to together: each file's summary, and the differences between comparable ones."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.comparison import compare_results
from proctor.evaluation.comparison.compare import LEAST_PROBLEMS
from proctor.evaluation.metrics import counted, headline_of, metrics_of, summarize_results
from proctor.evaluation.question import Arm
from proctor.evaluation.results import QuestionResult
from proctor.reports.particulars import told
from proctor.reports.result_outcomes import ResultOutcome, outcome_of

Results = Mapping[str, Iterable[QuestionResult]]
"""The rows of each file by its name; read several times, one at a time."""


@dataclass
class FileSurvey:
    """What stands in one file.

    Attributes:
        summary: See :func:`proctor.evaluation.metrics.summarize_results`.
        outcomes: Rows by arm and outcome.
        scores: Ratings that were given, with how often.
        parameters: What the rows were made with: every value of each parameter, in words.
        problems: Ids of the problems that count in what the type is about.
    """

    summary: dict[str, Any] = field(default_factory=dict)
    outcomes: Counter[tuple[Arm, ResultOutcome]] = field(default_factory=Counter)
    scores: Counter[int] = field(default_factory=Counter)
    parameters: dict[str, list[str]] = field(default_factory=dict)
    problems: set[str] = field(default_factory=set)

    def counting(self, rows: Iterable[QuestionResult]) -> Iterator[QuestionResult]:
        """The same rows, counted as they pass."""
        for row in rows:
            self._add(row)
            yield row

    def _add(self, row: QuestionResult) -> None:
        outcome = outcome_of(row)
        self.outcomes[row.arm, outcome] += 1
        if outcome is ResultOutcome.RATED:
            self.scores[row.grade["score"]] += 1
        if _counts(row):
            self.problems.add(row.problem_id)
        for name, value in row.config.items():
            values = self.parameters.setdefault(name, [])
            if (text := told(value)) not in values:
                values.append(text)


@dataclass(frozen=True)
class Survey:
    """Files of results, and what can be said of them.

    Attributes:
        files: By their names.
        comparisons: What :func:`proctor.evaluation.comparison.compare_results` says of those that share a type and
            problems; the first of them is the baseline.
        notes: Why files that share both are not compared.
    """

    files: dict[str, FileSurvey]
    comparisons: list[dict[str, Any]]
    notes: list[str]

    def of_type(self, eval_type: str) -> dict[str, FileSurvey]:
        """The files of a type."""
        return {name: file for name, file in self.files.items() if file.summary["eval_type"] == eval_type}

    @property
    def eval_types(self) -> list[str]:
        """The types that there are, as they come."""
        return list(dict.fromkeys(file.summary["eval_type"] for file in self.files.values()))


def survey_results(results: Results) -> Survey:
    """Sum up every file, and compare those that can be compared.

    Raises:
        InputError: A row is none, or a file has none, rows of several types, or one twice.
    """
    files = {name: _survey_file(name, rows) for name, rows in results.items()}
    comparisons, notes = [], []
    for names in _comparable(files):
        try:
            comparisons.append(compare_results({name: results[name] for name in names}))
        except InputError as error:
            notes.append(f"{', '.join(names)} are not compared: {error}")
    return Survey(files, comparisons, notes)


def _survey_file(name: str, rows: Iterable[QuestionResult]) -> FileSurvey:
    survey = FileSurvey()
    survey.summary = summarize_results(survey.counting(rows), where=name)
    return survey


def _counts(row: QuestionResult) -> bool:
    """Whether it counts in the metric that files are compared by."""
    metrics = metrics_of(row.eval_type, [row])
    name = headline_of(row.eval_type, metrics)
    return name is not None and any(counted(metrics[name], [row]))


def _comparable(files: Mapping[str, FileSurvey]) -> list[list[str]]:
    """The names of the files that share a type and problems with the first of their group, where there are several."""
    groups: list[list[str]] = []
    for name, file in files.items():
        for group in groups:
            first = files[group[0]]
            if first.summary["eval_type"] == file.summary["eval_type"] and (
                len(first.problems & file.problems) >= LEAST_PROBLEMS
            ):
                group.append(name)
                break
        else:
            groups.append([name])
    return [group for group in groups if len(group) > 1]
