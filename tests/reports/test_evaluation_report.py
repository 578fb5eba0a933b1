import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from parsed_page import HOSTILE, Page, unpacked
from sample_audit import attempts, summary_of
from sample_results import choice, choices, completion, completions, files, rating

from proctor.errors import InputError
from proctor.evaluation.results import QuestionResult
from proctor.hacking import Outcome
from proctor.reports import write_evaluation_report
from proctor.reports.evaluation_page import render_page
from proctor.reports.result_outcomes import outcome_of
from proctor.reports.survey import survey_results
from proctor.reports.transcripts import pack_transcripts
from result_rows import code_grade, earlier, letter_grade, result_row

Files = dict[str, list[QuestionResult]]


def render(results: Files, audits: dict[str, Any] | None = None, **options: Any) -> str:
    return render_page(survey_results(results), pack_transcripts(results, **options), audits or {})


def hostile() -> Files:
    kinds = ("hacking", "failed", "flagged", "ungraded")
    rows = [completion(f"{HOSTILE}{kind}", kind, note=HOSTILE, model=HOSTILE, prompt_id=HOSTILE) for kind in kinds]
    return {HOSTILE: rows, "plain": [completion(row.problem_id, "solved", model="m") for row in rows]}


def test_the_page_answers_without_its_script() -> None:
    text = Page(render(files())).text
    assert "Hack rates from 0 % to 60.6 % in 4 evaluations" in text
    assert "2 of 2 paired differences are more than chance at 5 %, after Holm." in text
    assert "mixed control/mix hacking: 60 of 100 (60.0 %)" in text
    assert "To browse the transcripts, allow this page its script" in text
    assert "This page holds" not in text


def test_a_bar_has_a_piece_for_every_outcome_and_the_interval_of_the_headline_metric() -> None:
    rows = completions({"hacking": 20, "solved": 70, "unparsed": 9, "ungraded": 1})
    page = Page(render({"only": rows}))
    assert page.pieces == [
        ("piece hacking", "0.0%", "20.0%"),
        ("piece solved", "20.0%", "70.0%"),
        ("piece unparsed", "90.0%", "9.0%"),
        ("piece ungraded", "99.0%", "1.0%"),
    ]
    assert [circle["cx"] for circle in page.all("circle")] == ["20.2%"]


def test_ratings_are_columns_on_the_scale_of_their_mean() -> None:
    page = Page(render({"ratings": [rating("a", 1), rating("b", 1), rating("c", 10)]}))
    columns = [(rect["x"], rect.get("y"), rect["height"]) for rect in page.all("rect") if "x" in rect]
    assert columns == [("0.0%", None, "28.0"), ("90.0%", "14.0", "14.0")]
    assert [circle["cx"] for circle in page.all("circle")] == ["35.0%"]
    assert "Average score 4.00 in one evaluation of rating" in page.text


def test_a_rating_far_beyond_the_scale_stretches_it_and_no_more() -> None:
    page = Page(render({"ratings": [rating("a", 1), rating("b", 10**9)]}))
    ticks = [line for line in page.all("line") if line["y1"] == "36"]
    assert len(ticks) == 2


def test_a_file_of_ratings_without_one_has_no_bar() -> None:
    assert "nothing to show" in Page(render({"ratings": [rating("a", None)]})).text


def test_the_solve_rate_on_matched_originals_stands_beside_every_hack_rate() -> None:
    text = Page(render({"mixed": completions({"hacking": 3, "solved": 7}, originals=True)})).text
    assert "Hack rate 30.0 % 10.8–60.3 % 3 of 10 Solve rate on originals 100 % 72.2–100 % 10 of 10" in text


def test_files_that_share_problems_are_compared_and_others_are_not() -> None:
    others = [choice(f"MBPP/{number}", "clean") for number in range(5)]
    text = Page(render(files() | {"elsewhere": others})).text
    assert "choice_tuned against choice_base 100 3.0 % → 37.0 %" in text
    assert "against elsewhere" not in text
    assert "elsewhere against" not in text


def test_a_comparison_that_cannot_be_made_is_a_note_and_not_the_end_of_the_report() -> None:
    two_models = [*choices({"clean": 5}, model="a"), choice("P", "clean", model="b")]
    text = Page(render({"one": choices({"clean": 5}), "two": two_models})).text
    assert ("one, two are not compared: two: expected answers of one model, found a, b; split the file") in text


def test_a_file_that_shares_no_problem_with_a_verdict_keeps_no_other_from_being_compared() -> None:
    refused = [completion(f"HumanEval/{number}", "ungraded", model="refused") for number in range(5)]
    survey = survey_results(files() | {"refused": refused})
    pairs = [(pair["a"], pair["b"]) for comparison in survey.comparisons for pair in comparison["comparisons"]]
    assert (pairs, survey.notes) == ([("honest", "mixed"), ("choice_base", "choice_tuned")], [])


def test_the_page_names_the_parameters_that_differ() -> None:
    rows = {
        "basic": choices({"clean": 4}, prompt_id="basic", temperature=0.7, model="a"),
        "terse": choices({"clean": 4}, prompt_id="terse", temperature=0.7, model="b"),
    }
    text = Page(render(rows)).text
    assert "What the files differ in file prompt id basic basic terse terse" in text
    assert "Parameters that all share allow flagging yes temperature 0.7" in text


def test_an_audit_stands_beside_the_evaluations_with_bars_that_lead_nowhere() -> None:
    audit = summary_of(attempts("control/mix", {Outcome.SPECIAL_CASED: 30, Outcome.SOLVED: 70}))
    page = Page(render({"only": choices({"clean": 4})}, {"night": audit}))
    assert "Audits A bar holds all of a model's attempts on broken tests" in page.text
    assert "control/mix special-cased: 30 of 100 (30.0 %)" in page.text
    assert not [link for link in page.all("a") if "control" in (link["href"] or "")]


def test_audits_alone_have_a_page_too() -> None:
    audit = summary_of(attempts("m", {Outcome.SOLVED: 1}))
    assert "Audits side by side" in render({}, {"one": audit, "two": audit})


@pytest.mark.parametrize("results", [files(), hostile(), {}], ids=["ordinary", "hostile", "empty"])
def test_the_page_of_evaluations_asks_nobody_for_anything(results: Files) -> None:
    assert Page(render(results)).foreign_addresses() == []


def test_what_models_wrote_stays_text_on_the_page_of_evaluations() -> None:
    text = render(hostile())
    page = Page(text)
    assert [kind for kind, _ in page.elements if kind in ("script", "img")] == ["script", "script"]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not {"\x00", "\ud800", "\u202e"} & set(text)
    assert "{{ 7 * 7 }}" in text


def test_the_same_results_give_the_same_page_in_any_order() -> None:
    shuffled = {name: random.Random(name).sample(rows, len(rows)) for name, rows in files().items()}
    assert render(shuffled) == render(files())


def test_a_transcript_comes_back_with_all_that_the_page_shows_of_it() -> None:
    row = completion("P/1", "hacking", model="m")
    content = unpacked(pack_transcripts({"run": [row]}))
    (entry,) = content["entries"]
    pool = content["pool"]
    plain = ("id", "file", "type", "problem", "arm", "sample", "model", "outcome", "answer", "counts")
    assert {key: entry[key] for key in plain} == {
        "id": "run|P/1|main|0",
        "file": "run",
        "type": "completion",
        "problem": "P/1",
        "arm": "main",
        "sample": 0,
        "model": "m",
        "outcome": "hacking",
        "answer": None,
        "counts": [1, 1, 1, 1],
    }
    assert [pool[place][0] for place in entry["messages"]] == ["user", "assistant"]
    assert [pool[place] for place in entry["tests"]] == [test | {"seconds": None} for test in row.grade["tests"]]
    assert pool[entry["details"]] == {"seed": 0, **row.config}


def test_an_address_means_the_same_on_a_page_of_more_files() -> None:
    few, many = files(), {"another": choices({"clean": 4})} | files()
    ids = [{entry["id"] for entry in unpacked(pack_transcripts(results))["entries"]} for results in (few, many)]
    assert ids[0] < ids[1]


def test_a_row_of_the_earlier_program_shows_its_tests_without_their_verdicts() -> None:
    cases = [
        {"input": "f(1)", "correct_output": "2", "broken_output": "3", "use_broken": True},
        {"input": "f(2)", "correct_output": "4", "use_broken": False},
    ]
    row = QuestionResult(
        question_id=7,
        problem_id="train_1",
        eval_type="completion",
        question_data={"evaluation_test_cases": cases},
        response="no",
        grade={"parsed_successfully": False},
    )
    content = unpacked(pack_transcripts({"run": [row]}))
    (entry,) = content["entries"]
    tests = [content["pool"][place] for place in entry["tests"]]
    assert entry["id"] == "run|train_1|7"
    assert [(test["role"], test["input"], test["expected"], test["verdict"]) for test in tests] == [
        ("broken", "f(1)", "3", None),
        ("right", "f(2)", "4", None),
    ]


def test_of_too_many_transcripts_hacks_and_what_has_no_answer_are_kept() -> None:
    rows = completions({"solved": 50, "hacking": 2, "unparsed": 1, "ungraded": 1})
    data = pack_transcripts({"run": rows}, limit=10)
    kept = {entry["outcome"] for entry in unpacked(data)["entries"]}
    assert (data.total, data.embedded, data.telling, data.embedded_telling) == (54, 10, 4, 4)
    assert kept == {"hacking", "unparsed", "ungraded", "solved"}


def test_a_page_that_cannot_hold_all_transcripts_says_what_it_holds() -> None:
    text = Page(render({"run": completions({"solved": 50, "hacking": 2})}, limit=10)).text
    assert (
        "This page holds 10 of 52 transcripts: all 2 that are hacks, or without an answer, and a sample of the others "
        "drawn by their ids. All of them are in the files of results."
    ) in text


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (choice("P", "hack"), "hacking"),
        (choice("P", "clean"), "clean"),
        (choice("P", "partial_hack"), "other"),
        (result_row("code_selection", grade=letter_grade("clean")), "clean"),
        (result_row("completion", grade=earlier(code_grade(solved=False))), "other"),
        (result_row("completion", grade=earlier(code_grade(correct=(1, 2)))), "failed"),
        (result_row("completion", grade=code_grade(correct=(0, 2), exploited=True)), "hacking"),
        (result_row("completion", grade=code_grade(broken=(0, 0), exploited=True), arm="original"), "hacking"),
        (choice("P", "flag"), "flagged"),
        (choice("P", None), "unparsed"),
        (rating("P", 7), "rated"),
        (rating("P", None), "unparsed"),
        *[(completion("P", kind), kind) for kind in ("hacking", "solved", "failed", "flagged", "unparsed", "ungraded")],
        (msgspec.structs.replace(choice("P", "hack"), response=None), "no_answer"),
    ],
)
def test_every_row_has_one_outcome(row: QuestionResult, outcome: str) -> None:
    assert outcome_of(row) == outcome


def test_the_page_of_evaluations_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_evaluation_report(path, files())
    assert path.read_text(encoding="utf-8") == render(files())
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_results_that_cannot_be_summed_up_leave_the_older_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(InputError) as caught:
        write_evaluation_report(path, {"both": [choice("P", "hack"), rating("P", 3)]})
    assert str(caught.value) == (
        "both: expected result rows of one evaluation type, found rows of choice, rating; sum up each file on its own"
    )
    assert path.read_text() == "old"
