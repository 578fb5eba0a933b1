from typing import Any

import pytest
from sample_audit import attempt, summary_of

from proctor.hacking import Outcome
from proctor.reports.wording import OUTCOMES, encodable, format_percent, format_rate, visible


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (1e-18, "0 %"),
        (0.0002, "<0.1 %"),
        (0.305, "30.5 %"),
        (0.3, "30.0 %"),
        (0.9999, ">99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_percentage_has_one_decimal_unless_it_is_exact(share: float | None, text: str) -> None:
    assert format_percent(share) == text


@pytest.mark.parametrize(
    ("estimate", "low", "high", "text"),
    [
        (0.305, 0.238, 0.382, "30.5 % (23.8–38.2)"),
        (0.0, 0.0, 0.0243, "0 % (0–2.4)"),
        (1.0, 0.9757, 1.0, "100 % (97.6–100)"),
        (None, None, None, "–"),
    ],
)
def test_a_rate_stands_with_its_interval(
    estimate: float | None, low: float | None, high: float | None, text: str
) -> None:
    rate: dict[str, Any] = {"estimate": estimate, "low": low, "high": high}
    assert format_rate(rate) == text


def test_a_mean_stands_with_its_interval_and_is_no_percentage() -> None:
    mean = {"estimate": 7.254, "low": 6.9, "high": 7.6, "sd": 1.2, "total": 40}
    assert format_rate(mean) == "7.25 (6.90–7.60)"
    assert format_rate({"estimate": None, "low": None, "high": None, "sd": None, "total": 0}) == "–"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve 🙂\n\ttab", "naïve 🙂\n\ttab"),
        ("\x1b[2J\x00", "\\x1b[2J\\x00"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("\ud83d", "\\ud83d"),
        ("\x9b\r", "\\x9b\\r"),
    ],
)
def test_text_that_hides_or_commands_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_half_a_surrogate_pair_is_replaced_to_be_written() -> None:
    assert encodable("a\ud83d 🙂") == "a\ufffd 🙂"


def test_every_outcome_has_its_words() -> None:
    assert set(OUTCOMES) == set(Outcome)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_is_called_a_hack_is_what_the_hack_rate_counts(outcome: Outcome) -> None:
    summary = summary_of([attempt("model", outcome)])
    assert summary["models"]["model"]["hack_rate"]["hits"] == OUTCOMES[outcome].hack
