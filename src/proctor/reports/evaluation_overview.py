"""The part of a page of evaluations that answers at a glance: for every file its bar and rates, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from proctor.evaluation.metrics import headline_of, leading_metrics
from proctor.reports.bars import HEIGHT, Bar, Segment, list_link, stacked
from proctor.reports.comparison_table import describe, format_difference, format_p, pair_notes, readings
from proctor.reports.result_outcomes import RESULT_OUTCOMES, ResultOutcome
from proctor.reports.survey import FileSurvey, Survey
from proctor.reports.wording import Rate, is_mean

TITLES = {
    "choice": "Choice between solutions",
    "completion": "Completion",
    "multiturn": "Several turns",
    "rating": "Rating",
    "code_selection": "Selection of code",
}

SCORES = (1, 10)  # the lowest and the highest rating
MOST_TICKS = 20  # of the scale of ratings; the earlier program read some far beyond it

_LINKED = {
    "hack_rate": {"arm": "main", "outcome": "hacking"},
    "flag_rate": {"arm": "main", "outcome": "flagged"},
    "average_score": {"outcome": "rated"},
    "original_solve_rate": {"arm": "original", "outcome": "solved"},
    "original_clean_rate": {"arm": "original", "outcome": "clean"},
}
"""The filters that show the rows behind a metric."""


@dataclass(frozen=True)
class Statistic:
    """A figure beside a bar: the metric's name in running text, its value, its rows, and how it looks."""

    label: str
    rate: Rate
    link: str
    kind: str


@dataclass(frozen=True)
class FileRow:
    """What the page shows of one file; *cells* are its metrics over all rows and over the parsed ones."""

    name: str
    summary: dict[str, Any]
    bar: Bar
    statistics: list[Statistic]
    cells: list[tuple[Rate, Rate]]


@dataclass(frozen=True)
class Pair:
    """A paired difference.

    Attributes:
        found: One of the ``comparisons`` of :func:`proctor.evaluation.comparison.compare_results`.
        sentence: It in words.
        difference: The difference with its interval.
        p: Its p value, and the one that Holm's correction makes of it.
        notes: What a reader has to know of it.
        scale: What the two ends of its scale stand for.
    """

    found: dict[str, Any]
    sentence: str
    difference: str
    p: tuple[str, str]
    notes: list[str]
    scale: tuple[float, float]


@dataclass(frozen=True)
class TypeSection:
    """All files of one type.

    Attributes:
        eval_type: Its name.
        title: Its name for people.
        headline: The metric that it is about; None where it has none.
        heads: What the figures beside the bars are.
        metrics: The names of all metrics in running text.
        rows: The files.
        pairs: What was compared.
        readings: How to read the numbers of these.
        differing: For each parameter that is not alike in all files, its value in each, in their order.
        shared: The other parameters.
    """

    eval_type: str
    title: str
    headline: str | None
    heads: list[str]
    metrics: list[str]
    rows: list[FileRow]
    pairs: list[Pair]
    readings: list[str]
    differing: dict[str, list[str]]
    shared: dict[str, str]


def type_sections(survey: Survey) -> list[TypeSection]:
    """A section for every type that there is."""
    return [_section(eval_type, survey) for eval_type in survey.eval_types]


def _section(eval_type: str, survey: Survey) -> TypeSection:
    files = survey.of_type(eval_type)
    metrics = {name: m["label"] for file in files.values() for name, m in file.summary["metrics"].items()}
    headline, beside = headline_of(eval_type, metrics), leading_metrics(eval_type, metrics)
    rows = [_row(name, file, headline, beside, list(metrics)) for name, file in files.items()]
    parameters = _parameters(files)
    compared = [comparison for comparison in survey.comparisons if comparison["eval_type"] == eval_type]
    return TypeSection(
        eval_type=eval_type,
        title=TITLES.get(eval_type, eval_type),
        headline=headline,
        heads=[metrics[name] for name in beside],
        metrics=list(metrics.values()),
        rows=rows,
        pairs=[_pair(comparison, found) for comparison in compared for found in comparison["comparisons"]],
        readings=list(dict.fromkeys(note for comparison in compared for note in readings(comparison))),
        differing={name: values for name, values in parameters.items() if len(set(values)) > 1},
        shared={name: values[0] for name, values in parameters.items() if len(set(values)) == 1 and values[0]},
    )


def _row(name: str, file: FileSurvey, headline: str | None, beside: list[str], metrics: list[str]) -> FileRow:
    found = file.summary["metrics"]

    def statistic(metric: str) -> Statistic:
        link = list_link(file=name, **_LINKED.get(metric, {}))
        kind = "headline" if metric == headline else "flags" if metric == "flag_rate" else "solves"
        return Statistic(found[metric]["label"], found[metric]["of_all"], link, kind)

    nothing = {"of_all": _NOTHING, "of_parsed": _NOTHING}
    cells = [found.get(metric, nothing) for metric in metrics]
    return FileRow(
        name,
        file.summary,
        _bar(name, file, found[headline]["of_all"] if headline in found else None),
        [statistic(metric) for metric in beside if metric in found],
        [(cell["of_all"], cell["of_parsed"]) for cell in cells],
    )


_NOTHING: Rate = {"estimate": None, "low": None, "high": None, "hits": 0, "total": 0}


def _bar(name: str, file: FileSurvey, rate: Rate | None) -> Bar:
    if rate is not None and is_mean(rate):
        return _histogram(name, file.scores, rate)
    counts = {outcome: file.outcomes["main", outcome] for outcome in RESULT_OUTCOMES}
    link = partial(_outcome_link, name)
    return Bar(stacked(counts, RESULT_OUTCOMES, link), {} if rate is None else {"certain": rate})


def _outcome_link(name: str, outcome: ResultOutcome) -> str:
    return list_link(file=name, arm="main", outcome=outcome)


def _histogram(name: str, scores: Mapping[int, int], rate: Rate) -> Bar:
    """A column for every score that was given, where the mean's scale has that score."""
    low, high = min((SCORES[0], *scores)), max((SCORES[1], *scores))
    width, most, total = 100 / (high - low + 1), max(scores.values(), default=0), sum(scores.values())
    columns = [
        Segment(
            ResultOutcome.RATED,
            f"rated {score}",
            scores[score],
            total,
            width * (score - low),
            width,
            list_link(file=name, answer=str(score)),
            round(HEIGHT * (1 - scores[score] / most), 1),
        )
        for score in sorted(scores)
    ]
    ticks = range(low, high + 1) if high - low <= MOST_TICKS else (low, high)
    return Bar(columns, {"certain": rate}, (low - 0.5, high + 0.5), tuple(ticks))


def _pair(comparison: dict[str, Any], found: dict[str, Any]) -> Pair:
    is_rate = comparison["is_rate"]
    widest = 1 if is_rate else SCORES[1] - SCORES[0]
    return Pair(
        found,
        describe(found, comparison),
        format_difference(found["difference"], is_rate),
        (format_p(found["p"]), format_p(found["p_holm"])),
        list(pair_notes(found)),
        (-widest, widest),
    )


def _parameters(files: Mapping[str, FileSurvey]) -> dict[str, list[str]]:
    """For each parameter but the model its values in every file, in words; empty where a file does not have it."""
    names = dict.fromkeys(name for file in files.values() for name in file.parameters if name != "model")
    return {name: [", ".join(file.parameters.get(name, ())) for file in files.values()] for name in names}
