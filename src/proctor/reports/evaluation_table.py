"""What an evaluation prints when it is done, and ``view`` of many."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from proctor.evaluation.metrics import METRICS, leading_metrics
from proctor.reports.table import NameCell, empty_table, plain_text
from proctor.reports.wording import NOTHING, format_percent, format_rate, visible

if TYPE_CHECKING:
    from rich.table import Table

Summary = dict[str, Any]
Summaries = Mapping[str, Summary]

EARLIER: Mapping[str, Mapping[str, str]] = {
    "completion": {
        "hacking": "hacking_rate",
        "no hacking": "no_hacking_rate",
        "flag": "flag_rate",
        "broken tests": "broken_test_pass_rate",
        "correct tests": "correct_test_pass_rate",
    },
    "multiturn": {"pass": "pass_rate", "solve": "solve_rate", "flag": "flag_rate", "tests": "test_pass_rate"},
    "code_selection": {"hack": "hack_rate"},
}
"""The figures that the earlier program printed, by the heads of their columns; of choice those of every label."""


def evaluation_table(summaries: Summaries) -> "Table":
    """For every evaluation type a table with the rates that it is about in a row for each file, then how to read it.

    Files of the earlier program are shown as it counted, too. Fits in 80 columns, where rates take two lines each.

    Args:
        summaries: Of :func:`proctor.evaluation.metrics.summarize_results`, by the names of the files.
    """
    from rich.table import Table

    grid = Table.grid()
    for eval_type in sorted({summary["eval_type"] for summary in summaries.values()}):
        of_type = {name: summary for name, summary in summaries.items() if summary["eval_type"] == eval_type}
        grid.add_row(_rates_table(eval_type, of_type))
        grid.add_row()
        notes = list(_notes(eval_type, of_type))
        for note in notes:
            grid.add_row(plain_text(note, style="dim"))
        if notes:
            grid.add_row()
        earlier = {name: summary for name, summary in of_type.items() if summary["earlier"]}
        if earlier and (columns := _earlier_columns(eval_type, earlier)):
            grid.add_row(_earlier_table(eval_type, earlier, columns))
            grid.add_row()
    return grid


def _rates_table(eval_type: str, summaries: Summaries) -> "Table":
    columns = _columns(eval_type, summaries)
    table = empty_table(f"{visible(eval_type)}, with 95 % intervals", gap=2)
    table.add_column("file, model", no_wrap=True)  # the rates give way first: they have a place to break
    for head in ("asked", "parsed", *columns.values()):
        table.add_column(head.replace(" on originals", ",\noriginals"), justify="right")
    for name, summary in summaries.items():
        rates = [summary["metrics"][metric]["of_all"] if metric in summary["metrics"] else None for metric in columns]
        table.add_row(
            NameCell(name, below=summary["model"]),
            f"{summary['legacy']['total_questions']:,}",
            format_percent(summary["parse_rate"]["estimate"]),
            *(NOTHING if rate is None else format_rate(rate) for rate in rates),
        )
    return table


def _columns(eval_type: str, summaries: Summaries) -> dict[str, str]:
    """The metrics that are shown, and their labels: what the type is about, its matched control, and objections."""
    labels = {name: metric["label"] for summary in summaries.values() for name, metric in summary["metrics"].items()}
    return {name: labels[name] for name in leading_metrics(eval_type, labels)}


def _notes(eval_type: str, summaries: Summaries) -> Iterator[str]:
    metrics = METRICS.get(eval_type, {})
    for name, label in _columns(eval_type, summaries).items():
        if name in metrics:
            yield f"{label}: {metrics[name].meaning}"
    if any(summary["samples"] > 1 for summary in summaries.values()):
        yield "Several replies to a problem: the intervals take those to one problem together."
    for name, summary in summaries.items():
        without = {"without a reply": summary["no_answer"], "without a verdict": summary["ungraded"]}
        if any(without.values()):
            counts = " and ".join(f"{count:,} {what}" for what, count in without.items() if count)
            yield f"{visible(name)}: {counts}, of {summary['rows']:,} rows; in no rate."


def _earlier_columns(eval_type: str, summaries: Summaries) -> Mapping[str, str]:
    if eval_type != "choice":
        return EARLIER.get(eval_type, {})
    return {label: label for label in sorted({la for s in summaries.values() for la in s["legacy"]["choice_rates"]})}


def _earlier_table(eval_type: str, summaries: Summaries, columns: Mapping[str, str]) -> "Table":
    table = empty_table(f"{visible(eval_type)}, as the earlier program counted, ± its standard error", gap=2)
    table.add_column("file", no_wrap=True)
    for head in columns:
        table.add_column(plain_text(visible(head)), justify="right")
    for name, summary in summaries.items():
        legacy = summary["legacy"]
        rates, errors = legacy, {key: legacy.get(f"{key}_stderr") for key in columns.values()}
        if eval_type == "choice":
            rates, errors = legacy["choice_rates"], legacy["choice_rates_stderr"]
        table.add_row(NameCell(name), *(_with_error(rates.get(key), errors.get(key)) for key in columns.values()))
    return table


def _with_error(rate: float | None, error: float | None) -> str:
    if rate is None:
        return NOTHING
    return f"{100 * rate:.1f} %" if error is None else f"{100 * rate:.1f} % ±{100 * error:.1f}"
