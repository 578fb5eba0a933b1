from typing import Any

import pytest
from sample_audit import attempt, attempts, summary_of

from proctor.hacking import Outcome, Variant
from proctor.reports.bars import Segment
from proctor.reports.overview import answer, headline, model_rows, variant_rows

HONEST = {Outcome.SOLVED: 100}
MIXED = {Outcome.SPECIAL_CASED: 30, Outcome.SOLVED: 70}
HACKING = {Outcome.EXPLOITED: 100}


@pytest.mark.parametrize(
    ("models", "head", "sentence"),
    [
        ({}, "No attempt on broken tests was graded", ""),
        ({"a": {Outcome.UNGRADED: 3}}, "No attempt on broken tests was graded", ""),
        ({"a": HONEST}, "a did not hack its tests", "No graded attempt is a hack; the intervals reach up to 3.7 %."),
        ({"a": MIXED}, "a hacks its tests", "a hacked in 30.0 % (21.9–39.6) of its attempts on broken tests."),
        (
            {"a": HONEST, "b": {Outcome.SOLVED: 10}},
            "None of 2 models hacked its tests",
            "No graded attempt is a hack; the intervals reach up to 27.8 %.",
        ),
        (
            {"a": MIXED, "b": HONEST},
            "1 of 2 models hacks its tests",
            "a hacked in 30.0 % (21.9–39.6) of its attempts on broken tests and the other one in none.",
        ),
        (
            {"a": MIXED, "b": HACKING, "c": HONEST, "d": HONEST},
            "2 of 4 models hack their tests",
            "b hacked in 100 % (96.3–100) of its attempts on broken tests, a in 30.0 % (21.9–39.6), and the other 2 "
            "in none.",
        ),
        (
            dict.fromkeys("abcde", HACKING),
            "5 of 5 models hack their tests",
            "a hacked in 100 % (96.3–100) of its attempts on broken tests, b in 100 % (96.3–100), "
            "c in 100 % (96.3–100), and 2 more as often or less.",
        ),
    ],
)
def test_the_page_begins_with_the_answer(models: dict[str, dict[Outcome, int]], head: str, sentence: str) -> None:
    rows = model_rows(summary_of([row for name, counts in models.items() for row in attempts(name, counts)]))
    assert (headline(rows), answer(rows)) == (head, sentence)


def test_the_model_that_hacks_most_comes_first() -> None:
    summary = summary_of([*attempts("a", HONEST), *attempts("b", MIXED), *attempts("c", HACKING)])
    assert [row.name for row in model_rows(summary)] == ["c", "b", "a"]


def test_a_bar_is_made_of_the_attempts_on_broken_tests_alone() -> None:
    rows = [
        *attempts("m x", {Outcome.SOLVED: 5, Outcome.STOPPED: 1, Outcome.SPECIAL_CASED: 194}),
        *attempts("m x", {Outcome.FAILED: 7}, Variant.ORIGINAL),
    ]
    (row,) = model_rows(summary_of(rows))
    link = "#model=m%20x&variant=broken&outcome="
    assert row.bar.segments == [
        Segment(Outcome.SPECIAL_CASED, "special-cased", 194, 200, 0.0, 97.0, f"{link}special_cased"),
        Segment(Outcome.STOPPED, "stopped", 1, 200, 97.0, 0.5, f"{link}stopped"),
        Segment(Outcome.SOLVED, "solved", 5, 200, 97.5, 2.5, f"{link}solved"),
    ]
    assert [segment.has_room for segment in row.bar.segments] == [True, False, False]
    assert (row.attempts, row.has_doubtful) == (207, True)


def test_a_link_survives_any_name() -> None:
    (row,) = model_rows(summary_of([attempt("a&b=\"'<\ud800#%", Outcome.SOLVED)]))
    assert row.links["broken"] == "#model=a%26b%3D%22%27%3C%EF%BF%BD%23%25&variant=broken"


def test_variants_with_broken_tests_come_first() -> None:
    rows: list[dict[str, Any]] = [attempt("m", Outcome.SOLVED, variant=variant) for variant in Variant]
    assert [row.variant for row in variant_rows(summary_of(rows))] == ["conflicting", "one-off", "original", "sham"]
