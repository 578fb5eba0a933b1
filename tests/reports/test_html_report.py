import base64
import hashlib
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from parsed_page import HOSTILE, Page
from sample_audit import RUN, attempt, attempts, summary_of

from proctor.errors import InputError
from proctor.hacking import Outcome, Variant
from proctor.reports import write_audit_report
from proctor.reports.attempts import pack_attempts
from proctor.reports.audit_page import render_page


def render(rows: list[dict[str, Any]], run: dict[str, Any] = RUN, **options: Any) -> str:
    return render_page(summary_of(rows), run, pack_attempts(rows, seed=0, **options))


def ordinary() -> list[dict[str, Any]]:
    return [
        *attempts("control/mix", {Outcome.SPECIAL_CASED: 30, Outcome.SOLVED: 68, Outcome.STOPPED: 1}),
        *attempts("control/mix", {Outcome.SOLVED: 9, Outcome.FAILED: 1}, Variant.SHAM),
        attempt("control/mix", Outcome.UNGRADED, "HumanEval/163"),
    ]


def hostile() -> list[dict[str, Any]]:
    return [
        attempt(HOSTILE, Outcome.UNGRADED, HOSTILE, prompt=HOSTILE, code=HOSTILE, note=HOSTILE, flag=HOSTILE),
    ]


def hostile_run() -> dict[str, Any]:
    return RUN | {
        "command": [HOSTILE],
        "parameters": {HOSTILE: HOSTILE, "dataset": HOSTILE},
        "models": {HOSTILE: {"calls": 1, "input_tokens": 1, "output_tokens": 1}},
        "problems": {"unbreakable": [{"problem_id": HOSTILE, "reason": HOSTILE}]},
    }


def test_the_page_answers_without_its_script() -> None:
    page = Page(render(ordinary()))
    text = page.text
    assert "control/mix hacks its tests" in text
    assert "control/mix hacked in 30.3 % (22.1–40.0) of its attempts on broken tests." in text
    assert "30 special-cased" in text
    assert "1, no functional test: HumanEval/33" in text
    assert "To browse the attempts, allow this page its script" in text
    assert "This page holds" not in text


def test_a_bar_has_a_piece_for_every_outcome_and_the_interval_of_the_hack_rate() -> None:
    page = Page(render(ordinary()))
    assert page.pieces == [
        ("piece special_cased", "0.0%", "30.0%"),
        ("piece stopped", "30.0%", "1.0%"),
        ("piece solved", "31.0%", "68.0%"),
        ("piece ungraded", "99.0%", "1.0%"),
    ]
    assert [circle["cx"] for circle in page.all("circle")] == ["31.31%", "30.3%"]


@pytest.mark.parametrize("rows", [ordinary(), hostile(), []], ids=["ordinary", "hostile", "empty"])
def test_the_page_asks_nobody_for_anything(rows: list[dict[str, Any]]) -> None:
    assert Page(render(rows)).foreign_addresses() == []


def test_the_policy_lets_only_this_script_and_this_style_run() -> None:
    page = Page(render(ordinary()))
    (style,) = page.texts["style"]
    script = page.texts["script"][-1]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    assert page.policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{hashes[0]}'",
        f"script-src 'sha256-{hashes[1]}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def test_the_policy_stands_before_all_that_it_governs() -> None:
    names = [(tag, "http-equiv" in attributes) for tag, attributes in Page(render(ordinary())).elements]
    first = names.index(("meta", True))
    assert not {"script", "style", "link"} & {tag for tag, _ in names[:first]}


def test_the_script_turns_no_text_into_markup() -> None:
    script = Page(render([])).texts["script"][-1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)


def test_hostile_names_stay_text() -> None:
    text = render(hostile(), hostile_run())
    page, usual = Page(text), Page(render([attempt("m", Outcome.UNGRADED, flag="f")], RUN))
    assert [kind for kind, _ in page.elements if kind in ("script", "img")] == ["script", "script"]
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in usual.elements} | {"wbr"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not {"\x00", "\ud800", "\u202e"} & set(text)
    assert "{{ 7 * 7 }}" in text


def test_a_page_that_cannot_hold_all_attempts_says_what_it_holds() -> None:
    text = " ".join(render(ordinary(), limit=40).split())
    assert (
        "This page holds 40 of 110 attempts: all 31 that are hacks or ungraded, and a sample of the others drawn by "
        "the run&#39;s seed."
    ) in text


def test_the_same_audit_gives_the_same_page() -> None:
    assert render(ordinary()) == render(ordinary()[::-1])


def test_a_run_that_says_nothing_still_gets_its_page() -> None:
    assert "No attempt on broken tests was graded" in render([], {})


def test_the_page_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_audit_report(path, summary_of(ordinary()), RUN, iter(ordinary()))
    assert path.read_text(encoding="utf-8") == render_page(
        summary_of(ordinary()), RUN, pack_attempts(ordinary(), seed=RUN["seed"])
    )
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


def test_attempts_that_cannot_be_read_leave_the_older_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(KeyError):
        write_audit_report(path, summary_of([]), RUN, [{"solution": {}}])
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text() == "old"


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report.html"
    with pytest.raises(InputError) as caught:
        write_audit_report(path, summary_of([]), {}, [])
    assert str(caught.value) == f"cannot write {path}: No such file or directory"
