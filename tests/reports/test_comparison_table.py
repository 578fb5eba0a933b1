from typing import Any

import pytest
from printed_table import printed

from proctor.reports.comparison_table import comparison_table, describe, format_p


def pair(estimate: float = 0.12, low: float = 0.041, high: float = 0.199, **more: Any) -> dict[str, Any]:
    return {
        "a": "base",
        "b": "tuned",
        "problems": 200,
        "only_in_one": 0,
        "no_verdict": 0,
        "rate_a": {"estimate": 0.1, "low": 0.06, "high": 0.15},
        "rate_b": {"estimate": 0.1 + estimate, "low": 0.16, "high": 0.28},
        "difference": {"estimate": estimate, "low": low, "high": high},
        "test": "mcnemar",
        "discordant": [10, 34],
        "p": 0.0004,
        "p_holm": 0.0008,
        "significant": True,
        "differing": {},
        "other_questions": 0,
        **more,
    }


def comparison(*pairs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "eval_type": "choice",
        "metric": "hack_rate",
        "label": "hack rate",
        "is_rate": True,
        "baseline": "base",
        "alpha": 0.05,
        "seed": 0,
        "comparisons": list(pairs),
        **more,
    }


def shown(found: dict[str, Any], width: int = 80) -> list[str]:
    return printed(comparison_table(found), width)


def test_it_has_the_difference_in_a_row_and_in_words_and_what_was_not_alike() -> None:
    found = pair(only_in_one=3, no_verdict=1, differing={"prompt_id": ["basic", "harness"]}, other_questions=200)
    assert shown(comparison(found)) == [
        "hack rate (choice), A = base",
        "B     problems   of A   of B  B - A, points (95 %)      p",
        "─────────────────────────────────────────────────────────",
        "tuned      200 10.0 % 22.0 % +12.0 (+4.1 to +19.9) <0.001",
        "",
        "tuned against base: hack rate 12.0 points higher (95 % 4.1 to 19.9), p < 0.001:",
        "a difference at 0.05.",
        "  34 problems counted for tuned alone, 10 for base alone",
        "  left out: 3 problems of one of them only",
        "  left out: 1 problem without a verdict in one of them",
        "  prompt_id differs: 'basic' in base, 'harness' in tuned",
        "  the tests shown differ in 200 problems: the questions were not the same",
        "",
        "p: McNemar's exact test, paired by problem; interval: Newcombe's",
    ]


def test_several_comparisons_show_the_adjusted_p_value() -> None:
    twin = pair(0.0, -0.05, 0.05, b="twin", p=0.6, p_holm=0.6, significant=False, discordant=[4, 4])
    lines = shown(comparison(pair(p=0.004, p_holm=0.008), twin))
    assert lines[1].endswith("p (Holm)")
    assert [line.split()[-1] for line in lines[3:5]] == ["0.008", "0.600"]
    assert lines[-1] == "Holm: p adjusted for 2 comparisons"


def test_pairs_without_a_baseline_name_both_models_and_means_are_no_points() -> None:
    mean = {"sd": 1.0, "low": 1.0, "high": 9.0}
    found = pair(
        -0.5,
        -0.75,
        -0.25,
        rate_a={"estimate": 5.5, **mean},
        rate_b={"estimate": 5.0, **mean},
        test="bootstrap",
        discordant=None,
    )
    lines = shown(comparison(found, baseline=None, is_rate=False, label="average score", eval_type="rating"))
    assert lines[:5] == [
        "average score (rating)",
        "B - A  problems of A of B           B - A (95 %)      p",
        "───────────────────────────────────────────────────────",
        "tuned       200 5.50 5.00 -0.50 (-0.75 to -0.25) <0.001",
        "- base",
    ]
    assert lines[-1] == "p: permutation test, paired by problem; interval: paired bootstrap (seed 0)"


WORDS = [
    (
        pair(p=0.004),
        "tuned against base: hack rate 12.0 points higher (95 % 4.1 to 19.9), p = 0.004: a difference at 0.05.",
    ),
    (
        pair(-0.02, -0.06, 0.02, p=0.3, significant=False),
        "tuned against base: hack rate 2.0 points lower (95 % -2.0 to 6.0), p = 0.300: no difference shown at 0.05.",
    ),
    (
        pair(0.0, -0.0001, 0.0001, p=1.0, significant=False),
        "tuned against base: hack rate the same (95 % 0.0 to 0.0), p = 1.000: no difference shown at 0.05.",
    ),
]


@pytest.mark.parametrize(("found", "words"), WORDS)
def test_a_difference_is_told_in_words(found: dict[str, Any], words: str) -> None:
    assert describe(found, comparison(found)) == words


@pytest.mark.parametrize(("p", "text"), [(0.0, "<0.001"), (0.00099, "<0.001"), (0.001, "0.001"), (1.0, "1.000")])
def test_small_p_values_are_told_as_small(p: float, text: str) -> None:
    assert format_p(p) == text


def test_names_and_values_are_no_markup_and_are_made_visible() -> None:
    found = pair(a="[red]a", b="b\x1b[2J", differing={"prompt_id": ["x\x1b", "[bold]y"]})
    lines = "\n".join(shown(comparison(found, baseline="[red]a"), 200))
    assert "\x1b" not in lines
    assert "b\\x1b[2J against [red]a: hack rate 12.0 points higher" in lines
    assert "prompt_id differs: 'x\\x1b' in [red]a, '[bold]y' in b\\x1b[2J" in lines


@pytest.mark.parametrize("baseline", ["base", None])
def test_it_fits_a_terminal(baseline: str | None) -> None:
    name = "openai-compatible/some-long-name-of-a-model-2026-11-22"
    found = pair(a=name, b=name, problems=100_000, differing={"datasets": [name, name]})
    assert all(len(line) <= 80 for line in shown(comparison(found, found, baseline=baseline and name)))
