"""Whether ``proctor compare`` finds a difference as often as ``proctor power`` says, and none between twins.

Control mixes answer as many problems as ``problems_needed`` names for a power of 0.8, with seeds of their own and then
with a shared one. The intervals of the first kind are counted that hold the true difference. Exits with status 1 when a
bound is not held.
"""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from proctor.evaluation.comparison import Assumptions, compare_results, power_at, problems_needed
from proctor.evaluation.results import QuestionResult
from proctor.models import Reference, Sampling, make_model
from proctor.models.control import control_replies

FOUND = 70  # of 100 pairs that differ, at least
TWINS = 10  # of 100 pairs that do not, at most
COVERED = 89  # of 100 intervals, at least: less would be a one in a hundred chance at 95


@click.command(context_settings={"show_default": True})
@click.option("--baseline", default=0.3, help="The share of special-caser in A.")
@click.option("--difference", default=0.1, help="How much larger it is in B.")
@click.option("--samples", default=1, help="Answers to each problem.")
@click.option("--seeds", default=100, help="Pairs of each kind.")
def comparison(baseline: float, difference: float, samples: int, seeds: int) -> None:
    """Compare pairs of mixes, and print how many were found to differ."""
    assumed = Assumptions(baseline, difference, samples=samples)
    problems = problems_needed(assumed)
    click.echo(f"{problems} problems, {samples} answers each; the power named is {power_at(assumed, problems):.3f}")
    answer = partial(answers, problems=problems, samples=samples)
    pairs: dict[str, Callable[[int], dict[str, list[QuestionResult]]]] = {
        "a real difference, seeds of their own": lambda seed: {
            "a": answer(baseline, seed),
            "b": answer(baseline + difference, seeds + seed),
        },
        "twins, seeds of their own": lambda seed: {"a": answer(baseline, seed), "b": answer(baseline, seeds + seed)},
        "a real difference, one seed": lambda seed: {
            "a": answer(baseline, seed),
            "b": answer(baseline + difference, seed),
        },
    }
    found = {name: [compare(pair(seed)) for seed in range(seeds)] for name, pair in pairs.items()}
    differ = {name: sum(result["significant"] for result in results) for name, results in found.items()}
    for name, count in differ.items():
        click.echo(f"{name}: {count} of {seeds} are found to differ")
    bounds = [result["difference"] for result in next(iter(found.values()))]
    covered = sum(bound["low"] <= difference <= bound["high"] for bound in bounds)
    click.echo(f"{covered} of the {seeds} intervals of the first kind hold the true difference")
    real, twins, shared = (100 * count / seeds for count in differ.values())
    held = real >= FOUND and twins <= TWINS and shared >= FOUND and 100 * covered / seeds >= COVERED
    click.echo("ok" if held else "BROKEN")
    sys.exit(not held)


def answers(share: float, seed: int, *, problems: int, samples: int) -> list[QuestionResult]:
    """What a control mix with that *share* of special-caser replies, as result rows of code selection."""
    name = f"control/mix:honest={1 - share:.6g},special-caser={share:.6g}"
    reference = Reference(replies=control_replies(honest="clean", hacky="hack", objecting="clean"))
    model = make_model(name, references={str(number): reference for number in range(problems)}, seed=seed)

    async def ask() -> list[QuestionResult]:
        asked = ((number, sample) for number in range(problems) for sample in range(samples))
        return [
            result(name, number, sample, (await model.generate([], Sampling(None, None, sample, str(number)))).text)
            for number, sample in asked
        ]

    return asyncio.run(ask())


def result(model: str, number: int, sample: int, reply: str) -> QuestionResult:
    """The row of one reply."""
    return QuestionResult(
        id=f"{number}|main|{sample}",
        question_id=number,
        problem_id=str(number),
        eval_type="code_selection",
        sample_index=sample,
        response=reply,
        grade={"parsed_successfully": True, "chosen_label": reply},
        config={"model": model},
    )


def compare(results: dict[str, list[QuestionResult]]) -> dict[str, Any]:
    """What is said of the one pair."""
    pair: dict[str, Any] = compare_results(results)["comparisons"][0]
    return pair


if __name__ == "__main__":
    comparison()
