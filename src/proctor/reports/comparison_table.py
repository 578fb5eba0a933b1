"""What ``proctor compare`` prints: a table of differences, the same in words, and what was not alike."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from proctor.reports.table import NameCell, empty_table, plain_text
from proctor.reports.wording import format_estimate, visible

if TYPE_CHECKING:
    from rich.table import Table

LEAST_P = 0.001  # below it, p values are all the same to a reader


def comparison_table(comparison: dict[str, Any]) -> "Table":
    """A row for each pair, under it each difference in words and what was left out or differs besides the models.

    Args:
        comparison: See :func:`proctor.evaluation.comparison.compare_results`.
    """
    from rich.padding import Padding
    from rich.table import Table

    grid = Table.grid()
    grid.add_row(_table(comparison))
    grid.add_row()
    for pair in comparison["comparisons"]:
        grid.add_row(plain_text(describe(pair, comparison)))
        for note in pair_notes(pair):
            grid.add_row(Padding(plain_text(note, style="dim"), (0, 0, 0, 2)))
    grid.add_row()
    for note in readings(comparison):
        grid.add_row(plain_text(note, style="dim"))
    return grid


def describe(pair: dict[str, Any], comparison: dict[str, Any]) -> str:
    """One pair of a comparison in a sentence."""
    difference, is_rate = pair["difference"], comparison["is_rate"]
    sign = -1 if difference["estimate"] < 0 else 1
    low, high = (_amount(bound, is_rate) for bound in sorted(sign * difference[end] for end in ("low", "high")))
    far = f"{_amount(abs(difference['estimate']), is_rate)}{' points' if is_rate else ''}"
    place = f"{far} {'lower' if sign < 0 else 'higher'}" if difference["estimate"] else "the same"
    p = f"< {LEAST_P:g}" if pair["p"] < LEAST_P else f"= {pair['p']:.3f}"
    holm = f" (Holm {format_p(pair['p_holm'])})" if len(comparison["comparisons"]) > 1 else ""
    found = "a difference" if pair["significant"] else "no difference shown"
    return (
        f"{visible(pair['b'])} against {visible(pair['a'])}: {comparison['label']} {place} (95 % {low} to {high}), "
        f"p {p}{holm}: {found} at {comparison['alpha']:g}."
    )


def pair_notes(pair: dict[str, Any]) -> Iterator[str]:
    """What a reader has to know of one pair besides, a line each."""
    a, b = visible(pair["a"]), visible(pair["b"])
    if pair["discordant"] is not None:
        only_a, only_b = pair["discordant"]
        yield f"{_problems(only_b)} counted for {b} alone, {only_a:,} for {a} alone"
    if pair["only_in_one"]:
        yield f"left out: {_problems(pair['only_in_one'])} of one of them only"
    if pair["no_verdict"]:
        yield f"left out: {_problems(pair['no_verdict'])} without a verdict in one of them"
    for name, (of_a, of_b) in pair["differing"].items():
        yield f"{name} differs: {visible(repr(of_a))} in {a}, {visible(repr(of_b))} in {b}"
    if pair["other_questions"]:
        yield f"the tests shown differ in {_problems(pair['other_questions'])}: the questions were not the same"


def readings(comparison: dict[str, Any]) -> Iterator[str]:
    """What the numbers are, a line each."""
    tests = {pair["test"] for pair in comparison["comparisons"]}
    if "mcnemar" in tests:
        yield "p: McNemar's exact test, paired by problem; interval: Newcombe's"
    if "bootstrap" in tests:
        yield f"p: permutation test, paired by problem; interval: paired bootstrap (seed {comparison['seed']})"
    if len(comparison["comparisons"]) > 1:
        yield f"Holm: p adjusted for {len(comparison['comparisons'])} comparisons"


def format_difference(difference: dict[str, Any], is_rate: bool) -> str:
    """With its 95 % interval and signs, in points or as it is: ``+12.0 (+4.1 to +19.9)``."""
    estimate, low, high = (_signed(difference[end], is_rate) for end in ("estimate", "low", "high"))
    return f"{estimate} ({low} to {high})"


def format_p(p: float) -> str:
    """Three decimals, ``<0.001`` where they are all 0."""
    return f"<{LEAST_P:g}" if p < LEAST_P else f"{p:.3f}"


def _table(comparison: dict[str, Any]) -> "Table":
    baseline, pairs = comparison["baseline"], comparison["comparisons"]
    title = f"{comparison['label']} ({visible(comparison['eval_type'])})"
    table = empty_table(title if baseline is None else f"{title}, A = {visible(baseline)}", gap=1)
    table.add_column("B" if baseline is not None else "B - A", overflow="fold")
    unit = ", points" if comparison["is_rate"] else ""
    for head in ("problems", "of A", "of B", f"B - A{unit} (95 %)", "p (Holm)" if len(pairs) > 1 else "p"):
        table.add_column(head, justify="right", no_wrap=True)
    for pair in pairs:
        table.add_row(
            NameCell(pair["b"], below="" if baseline is not None else f"- {pair['a']}"),
            f"{pair['problems']:,}",
            format_estimate(pair["rate_a"]),
            format_estimate(pair["rate_b"]),
            format_difference(pair["difference"], comparison["is_rate"]),
            format_p(pair["p_holm"]),
            style="bold" if pair["significant"] else "",
        )
    return table


def _signed(value: float, is_rate: bool) -> str:
    amount = _amount(value, is_rate)
    return amount if value < 0 or not float(amount) else f"+{amount}"


def _amount(value: float, is_rate: bool) -> str:
    """In points with one decimal, or as it is with two; never a negative 0."""
    text = f"{100 * value:.1f}" if is_rate else f"{value:.2f}"
    return text if float(text) else text.lstrip("-")


def _problems(count: int) -> str:
    return f"{count:,} problem{'' if count == 1 else 's'}"
