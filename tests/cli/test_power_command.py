import json
from typing import Any

import pytest

from proctor.cli.main import main


def power(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["power", "--json", *arguments]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_it_names_the_problems_that_a_difference_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert power(capsys, "--difference", "0.1") == {
        "alpha": 0.05,
        "samples": 1,
        "wanted": 0.8,
        "rows": [
            {
                "difference": 0.1,
                "rate_a": 0.3,
                "rate_b": 0.4,
                "discordance": pytest.approx(0.46),
                "correlation": 0.0,
                "problems": 377,
                "power": pytest.approx(0.80096, abs=1e-5),
            }
        ],
    }


def test_it_names_the_difference_that_problems_show_or_their_power(capsys: pytest.CaptureFixture[str]) -> None:
    (shows,) = power(capsys, "--problems", "200")["rows"]
    assert (shows["difference"], shows["problems"]) == (pytest.approx(0.14), 200)
    (has,) = power(capsys, "--problems", "200", "--difference", "0.1")["rows"]
    assert (has["difference"], has["power"]) == (0.1, pytest.approx(0.513, abs=1e-3))


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        (("--discordance", "0.1"), 78),
        (("--correlation", "0.5"), 195),
        (("--samples", "5"), 77),
        (("--baseline", "0.5"), 408),
        (("--power", "0.5"), 195),
        (("--alpha", "0.01"), 550),
    ],
)
def test_what_is_assumed_changes_the_number(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], problems: int
) -> None:
    assert power(capsys, "--difference", "0.1", *arguments)["rows"][0]["problems"] == problems


def test_without_a_difference_there_is_a_table_of_those_that_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert [row["difference"] for row in power(capsys, "--baseline", "0.7")["rows"]] == [
        0.02,
        0.05,
        0.1,
        0.15,
        0.2,
        0.3,
    ]


@pytest.mark.parametrize(
    ("arguments", "assumed"),
    [
        ((), "Power of McNemar's exact test, for independent answers; it takes fewer where two models are alike."),
        (
            ("--discordance", "0.2"),
            "Power of McNemar's exact test, where one answer of each model differs on 0.2 of the problems.",
        ),
        (
            ("--samples", "3", "--correlation", "0.25"),
            "Power of the paired t-test on the means of 3 answers, where answers to a problem correlate by 0.25.",
        ),
    ],
)
def test_the_table_ends_with_what_is_assumed(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], assumed: str
) -> None:
    assert main(["power", "--difference", "0.2", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "Problems that show a difference, at 0.05, two-sided"
    assert lines[1].split() == ["difference,", "points", "A", "B", "discordant", "problems", "power"]
    assert lines[3].split()[:4] == ["20.0", "30.0", "%", "50.0"]
    assert lines[-1] == assumed


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ("--discordance", "0.2", "--correlation", "0.1"),
            2,
            "Error: --discordance and --correlation say the same: give one of them.",
        ),
        (
            ("--difference", "0.8"),
            1,
            "error: expected a baseline from 0 and a difference above 0 that make at most 1 together, found 0.3 and "
            "0.8; the baseline is the lower one of the two rates",
        ),
        (
            ("--baseline", "0.99"),
            1,
            "error: none of the usual differences is possible with these rates; say which one by --difference",
        ),
        (("--problems", "4"), 1, "error: 4 problems show no difference with a power of 0.8; take more"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, message: str
) -> None:
    assert main(["power", *arguments]) == status
    assert capsys.readouterr().err.splitlines()[-1] == message
