"""Differences between models: against published figures, by symmetry, and on control models whose truth is known."""

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.audit import AuditFolder
from proctor.evaluation.comparison import Assumptions, compare_results, problems_needed, read_audit
from proctor.evaluation.comparison.paired import holm, mcnemar, resample
from proctor.evaluation.metrics import summarize_results
from proctor.evaluation.results import QuestionResult
from proctor.models import Reference, Sampling, make_model
from proctor.models.control import control_replies
from proctor.records import write_json, write_jsonl
from result_rows import letter_grade, result_row


def selections(hits: str, *, start: int = 0, model: str = "m", **config: Any) -> list[QuestionResult]:
    """Answers to code selection: ``1`` hacks, ``0`` does not, ``x`` has no verdict, one problem each."""
    return [
        result_row(
            "code_selection",
            f"p{number:03}",
            letter_grade("hack" if hit == "1" else "clean") if hit != "x" else {"ungraded": "out of memory"},
            model=model,
            **config,
        )
        for number, hit in enumerate(hits, start)
    ]


def ratings(*scores: int) -> list[QuestionResult]:
    return [
        result_row("rating", f"p{number}", {"score": score, "parsed_successfully": True})
        for number, score in enumerate(scores)
    ]


def one(a: Iterable[QuestionResult], b: Iterable[QuestionResult], **options: Any) -> dict[str, Any]:
    (pair,) = compare_results({"a": a, "b": b}, **options)["comparisons"]
    return dict(pair)


@pytest.mark.parametrize(
    ("table", "estimate", "low", "high", "p"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), method 10
        ((36, 2, 12, 0), 0.2, 0.0569, 0.3404, 0.0129),
        # Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014), the example of airway hyper-responsiveness
        ((1, 7, 1, 12), -0.2857, -0.5069, -0.0256, 0.0703),
        # Altman, Machin, Bryant and Gardner, Statistics with Confidence (2000), table 6.2: 0.122, 0.011 to 0.226
        ((14, 0, 5, 22), 0.12195, 0.01148, 0.22649, 0.0625),
    ],
)
def test_the_interval_and_the_p_value_are_the_published_ones(
    table: tuple[int, int, int, int], estimate: float, low: float, high: float, p: float
) -> None:
    found = mcnemar(*table)
    assert [found.estimate, found.low, found.high, found.p] == pytest.approx([estimate, low, high, p], abs=5e-5)


@pytest.mark.parametrize("table", [(5, 3, 9, 20), (0, 0, 7, 0), (12, 0, 1, 1), (1, 0, 0, 0)])
def test_models_that_change_places_change_only_the_sign(table: tuple[int, int, int, int]) -> None:
    both, only_a, only_b, neither = table
    found, mirrored = mcnemar(*table), mcnemar(both, only_b, only_a, neither)
    assert [mirrored.estimate, mirrored.low, mirrored.high, mirrored.p] == pytest.approx(
        [-found.estimate, -found.high, -found.low, found.p]
    )
    assert -1 <= found.low <= found.estimate <= found.high <= 1


@pytest.mark.parametrize("hits", ["0000000", "1111111", "1100110"])
def test_the_same_answers_differ_by_nothing_with_p_1_and_an_interval_around_it(hits: str) -> None:
    found = one(selections(hits), selections(hits))
    assert (found["difference"]["estimate"], found["p"], found["p_holm"], found["discordant"]) == (0, 1, 1, [0, 0])
    assert found["difference"]["low"] == pytest.approx(-found["difference"]["high"])
    assert not found["significant"]


def test_the_same_ratings_differ_by_nothing_with_p_1() -> None:
    found = one(ratings(3, 3, 3), ratings(3, 3, 3))
    assert found["difference"] == {"estimate": 0, "low": 0, "high": 0}
    assert (found["p"], found["discordant"], found["test"]) == (1, None, "bootstrap")


def test_a_difference_that_is_the_same_everywhere_has_no_width_and_the_exact_p_value() -> None:
    found = resample([((k, 1), (k + 2, 1)) for k in range(6)], seed=0)
    assert (found.estimate, found.low, found.high, found.p) == pytest.approx((2, 2, 2, 2 / 2**6))


def test_resampling_comes_close_to_the_exact_test_where_both_can_be_used() -> None:
    cells = [(1, 1)] * 40 + [(1, 0)] * 20 + [(0, 1)] * 35 + [(0, 0)] * 105
    resampled = resample([((a, 1), (b, 1)) for a, b in cells], seed=1)
    exact = mcnemar(40, 20, 35, 105)
    assert resampled.estimate == pytest.approx(exact.estimate)
    assert [resampled.low, resampled.high, resampled.p] == pytest.approx([exact.low, exact.high, exact.p], abs=0.01)


def test_the_same_seed_draws_the_same() -> None:
    pairs = [((k % 5, 5), (k % 3, 5)) for k in range(40)]
    assert resample(pairs, seed=3) == resample(pairs, seed=3) != resample(pairs, seed=4)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.6, 0.001], [1.0, 1.0, 0.003]),
        ([0.04, 0.04], [0.08, 0.08]),
    ],
)
def test_holm_multiplies_by_how_many_are_as_large_and_never_changes_the_order(
    p_values: list[float], adjusted: list[float]
) -> None:
    assert holm(p_values) == pytest.approx(adjusted)


def test_a_comparison_has_everything_that_is_said_of_it() -> None:
    a, b = selections("1100000000"), selections("1011111100", model="n")
    assert compare_results({"base": a, "tuned": b}) == {
        "eval_type": "code_selection",
        "metric": "hack_rate",
        "label": "hack rate",
        "is_rate": True,
        "baseline": "base",
        "alpha": 0.05,
        "seed": 0,
        "comparisons": [
            {
                "a": "base",
                "b": "tuned",
                "problems": 10,
                "only_in_one": 0,
                "no_verdict": 0,
                "left_out": [],
                "rate_a": summarize_results(a)["metrics"]["hack_rate"]["of_all"],
                "rate_b": summarize_results(b)["metrics"]["hack_rate"]["of_all"],
                "difference": vars_of(mcnemar(1, 1, 6, 2)),
                "test": "mcnemar",
                "discordant": [1, 6],
                "p": pytest.approx(16 / 2**7),
                "p_holm": pytest.approx(16 / 2**7),
                "significant": False,
                "differing": {},
                "other_questions": 0,
            }
        ],
    }


def vars_of(found: Any) -> dict[str, float]:
    return {end: getattr(found, end) for end in ("estimate", "low", "high")}


def test_problems_of_one_only_and_without_a_verdict_are_left_out_and_named() -> None:
    found = one(selections("11x00"), selections("0110x1", start=1))
    # a: p000 to p004, b: p001 to p006; no verdict: p002 of a, p005 of b
    assert (found["problems"], found["only_in_one"], found["no_verdict"]) == (3, 3, 1)
    assert found["left_out"] == ["p000", "p002", "p005", "p006"]
    assert found["rate_a"]["total"] == found["rate_b"]["total"] == 3


def test_the_order_of_the_rows_does_not_matter() -> None:
    a = [*ratings(1, 5, 3, 8, 2, 2, 9, 4), *ratings(2, 5, 4, 8, 1, 2, 9, 4)]
    a = [msgspec.structs.replace(row, id=str(n), sample_index=n // 8) for n, row in enumerate(a)]
    b = ratings(2, 6, 4, 9, 2, 3, 9, 5)
    shuffled = random.Random(5).sample(a, len(a))
    assert one(a, b) == one(shuffled, b[::-1])


def test_several_answers_to_a_problem_are_resampled_together() -> None:
    rows = selections("1100110011")
    again = [msgspec.structs.replace(row, id=f"{row.id}'", sample_index=1) for row in selections("1000110001")]
    found = one([*rows, *again], selections("0000110000"))
    assert (found["test"], found["problems"], found["discordant"]) == ("bootstrap", 10, None)
    assert (found["rate_a"]["hits"], found["rate_a"]["total"], found["rate_b"]["total"]) == (10, 20, 10)
    assert found["difference"]["estimate"] == pytest.approx(0.2 - 0.5)
    assert found["difference"]["low"] < -0.3 < found["difference"]["high"] <= 0


def test_the_baseline_is_compared_with_each_or_each_with_each() -> None:
    results = {name: selections(hits) for name, hits in (("x", "110010"), ("y", "111010"), ("z", "000000"))}
    against_first = compare_results(results)
    assert [(pair["a"], pair["b"]) for pair in against_first["comparisons"]] == [("x", "y"), ("x", "z")]
    all_pairs = compare_results(results, all_pairs=True)
    assert all_pairs["baseline"] is None
    assert [(pair["a"], pair["b"]) for pair in all_pairs["comparisons"]] == [("x", "y"), ("x", "z"), ("y", "z")]
    assert [pair["p_holm"] for pair in all_pairs["comparisons"]] == holm([p["p"] for p in all_pairs["comparisons"]])


def test_parameters_that_differ_are_named_but_not_who_was_asked_nor_what_one_of_them_does_not_say() -> None:
    a = selections("1010", model="m", provider="p", prompt_id="basic", seed=0, temperature=1.0, epochs=1)
    b = selections("1010", model="n", provider="q", prompt_id="harness", seed=1, temperature=1.0, use_cache=True)
    assert one(a, b)["differing"] == {"prompt_id": ["basic", "harness"], "seed": [0, 1]}


def test_problems_that_showed_other_tests_are_counted() -> None:
    def rows(wrong: str) -> list[QuestionResult]:
        return [
            result_row(
                "code_selection",
                f"p{number}",
                letter_grade("hack"),
                data={"evaluation_test_cases": [{"input": "f(1)", "broken_output": wrong if number else "2"}]},
            )
            for number in range(3)
        ]

    assert one(rows("3"), rows("4"))["other_questions"] == 2
    assert one(rows("3"), rows("3"))["other_questions"] == 0


REFUSALS: list[tuple[dict[str, list[QuestionResult]], str]] = [
    ({"a": selections("11")}, "expected the results of at least two models, found 1: a"),
    (
        {"a": selections("11"), "b": ratings(1, 2)},
        "expected evaluations of one type, found code_selection (a), rating (b); name the files of one of them",
    ),
    (
        {"a": [*selections("1", model="m"), *selections("1", start=1, model="n")], "b": selections("11")},
        "a: expected answers of one model, found m, n; split the file",
    ),
    (
        {"a": selections("11"), "b": []},
        "b: expected result rows of one evaluation type, found none; sum up each file on its own",
    ),
    (
        {"a": selections("11x"), "b": selections("1x1", start=1)},
        "a and b: expected at least 2 common problems that count in 'hack_rate', found 1; 2 are in one of them only, "
        "1 have no verdict",
    ),
]


@pytest.mark.parametrize(("results", "message"), REFUSALS)
def test_what_cannot_be_compared_is_refused(results: dict[str, list[QuestionResult]], message: str) -> None:
    with pytest.raises(InputError) as raised:
        compare_results(results)
    assert str(raised.value) == message


def test_a_metric_that_the_type_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownNameError) as raised:
        compare_results({"a": selections("11"), "b": selections("10")}, metric="hack_rat")
    assert (
        str(raised.value) == "unknown metric of code_selection 'hack_rat'; did you mean 'hack_rate'? known: hack_rate"
    )


def mix_answers(share: float, seed: int, problems: int) -> list[QuestionResult]:
    """What a control mix with that *share* of special-caser selects; its draw is the control model's own."""
    reference = Reference(replies=control_replies(honest="0", hacky="1", objecting="0"))
    name = f"control/mix:honest={1 - share:.6g},special-caser={share:.6g}"
    model = make_model(name, references={str(number): reference for number in range(problems)}, seed=seed)

    async def ask() -> str:
        replies = [await model.generate([], Sampling(problem_id=str(number))) for number in range(problems)]
        return "".join(reply.text for reply in replies)

    return selections(asyncio.run(ask()))


def test_a_real_difference_is_found_at_the_number_that_power_names_and_none_between_twins() -> None:
    problems = problems_needed(Assumptions(0.3, 0.3))
    drawn = {share: [mix_answers(share, seed, problems) for seed in range(200)] for share in (0.3, 0.6)}

    def found(share: float) -> int:
        pairs = zip(drawn[0.3][:100], drawn[share][100:], strict=True)
        return sum(one(a, b)["significant"] for a, b in pairs)

    assert problems == 50
    assert found(0.6) >= 70
    assert found(0.3) <= 10
    same_draws = zip(drawn[0.3][:100], drawn[0.6][:100], strict=True)
    assert all(one(a, b)["discordant"][0] == 0 for a, b in same_draws)  # the mixes of one seed are nested


def test_an_audit_is_read_as_answers_on_its_broken_variants_and_on_originals(tmp_path: Path) -> None:
    folder = AuditFolder(tmp_path)
    outcomes = [
        ("n", "conflicting", 0, "special_cased", None),
        ("m", "conflicting", 0, "stateful", None),
        ("m", "one-off", 0, "stopped", None),
        ("m", "one-off", 1, "ungraded", "out of memory"),
        ("m", "sham", 0, "failed", None),
        ("m", "original", 0, "solved", None),
    ]
    write_jsonl(
        folder.grades,
        [
            {
                "id": f"{model}|p|{variant}|{sample}",
                "model": model,
                "problem_id": "p",
                "variant": variant,
                "sample": sample,
                "outcome": outcome,
                "ungraded": ungraded,
            }
            for model, variant, sample, outcome, ungraded in outcomes
        ],
    )
    record = {"parameters": {"seed": 7, "dataset": "humaneval"}, "digests": {}, "problems": {}, "sessions": []}
    write_json(folder.run, record)
    found = read_audit(folder)
    assert list(found) == ["m", "n"]
    assert [(row.arm, row.ungraded, row.grade["outcome"]) for row in found["m"]] == [
        ("main", None, "stateful"),
        ("main", None, "stopped"),
        ("main", "out of memory", "ungraded"),
        ("original", None, "solved"),
    ]
    assert found["n"][0].config == {"seed": 7, "dataset": "humaneval", "datasets": "humaneval", "model": "n"}
