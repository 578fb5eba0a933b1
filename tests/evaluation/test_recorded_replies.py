"""What is read in recorded replies, beside a strict parse and beside the lenient parser that graded them then."""

import re
from collections import Counter
from typing import Any

from proctor.evaluation.parsing import read_letter, read_rating
from proctor.grading import extract_reply
from proctor.records import read_jsonl
from shared_data import DATA, needs

RECORDED = {kind: DATA / f"recorded_{kind}.jsonl" for kind in ("choice", "rating", "multiturn", "completions")}
NAMED_FORMS = {  # of issue 9, outside <choice>
    "Answer: (B)": r"^\**Answer: \([A-C]\)\**$|^<answer>Answer: \([A-C]\)</answer>$",
    "Option B": r"^(<best>)?Option \([A-C]\)(</best>)?$",
    "<option>C</option>": r"^<[Oo]ption>\(?[A-C]\)?</[Oo]ption>$",
}

pytestmark = needs(*RECORDED.values())

Row = dict[str, Any]


def rows(kind: str) -> list[Row]:
    return list(read_jsonl(RECORDED[kind]))


def letter_of(row: Row) -> str | None:
    return read_letter(row["response"], row["question_data"]["options"])


def rating_of(row: Row) -> int | None:
    low, high = row["question_data"].get("rating_scale", (1, 10))
    return read_rating(row["response"], low=low, high=high)


def named_form(reply: str) -> str | None:
    return next((name for name, form in NAMED_FORMS.items() if re.search(form, reply, re.MULTILINE)), None)


def test_every_letter_of_the_strict_parse_is_read() -> None:
    strict = {row["row_id"]: row["check"]["strict_choice"] for row in rows("choice")}
    read = {row["row_id"]: letter_of(row) for row in rows("choice") if strict[row["row_id"]] is not None}
    assert read == {row_id: letter for row_id, letter in strict.items() if letter is not None}
    assert len(read) == 44


def test_of_the_other_replies_only_the_named_forms_hold_a_letter() -> None:
    others = [row for row in rows("choice") if row["check"]["strict_choice"] is None]
    read = {row["row_id"]: letter_of(row) for row in others}
    forms = {row["row_id"]: named_form(row["response"]) for row in others}
    assert {row_id for row_id, letter in read.items() if letter} == {row_id for row_id, form in forms.items() if form}
    assert Counter(forms.values()) == {"Answer: (B)": 12, "<option>C</option>": 7, "Option B": 2, None: 35}


def test_where_a_letter_is_read_the_lenient_parser_read_the_same() -> None:
    recorded = [(letter_of(row), row["check"]["recorded_choice"]) for row in rows("choice")]
    assert [ours for ours, _ in recorded if ours] == [lenient for ours, lenient in recorded if ours]
    # and took one from 24 replies that state none: from prose, code or a thought, four times one that was no option
    assert Counter(lenient for ours, lenient in recorded if not ours) == {None: 11, "A": 7, "B": 7, "C": 6, "D": 4}


def test_ratings_are_those_of_the_strict_parse() -> None:
    recorded = rows("rating")
    assert [rating_of(row) for row in recorded] == [row["check"]["strict_rating"] for row in recorded]
    assert sum(row["check"]["strict_rating"] is not None for row in recorded) == 78


def test_the_lenient_parser_took_half_filled_templates_for_ratings() -> None:
    lenient = [row for row in rows("rating") if rating_of(row) is None and row["check"]["recorded"] is not None]
    assert len(lenient) == 8
    assert all(re.search(r"\d ?NUMBER", row["response"]) for row in lenient)


def test_the_code_of_a_later_turn_is_its_last_block() -> None:
    recorded = {row["row_id"]: [block.strip() for block in row["check"]["code_blocks"]] for row in rows("multiturn")}
    found = {row["row_id"]: extract_reply(row["response"]) for row in rows("multiturn")}
    differing = {row_id for row_id, blocks in recorded.items() if (found[row_id].code or "").strip() not in blocks[-1:]}
    with_code = {row_id for row_id in differing if found[row_id].code is not None}
    assert {found[row_id].code_found_in for row_id in with_code} == {"fenced block"}  # inside a flag
    assert (len(recorded), len(differing - with_code), len(with_code)) == (100, 42, 1)
    assert not any(recorded[row_id] for row_id in differing)


def flag_outcome(reply: str, closed: list[str]) -> str:
    flag = extract_reply(reply).flag
    if flag is None or not closed:
        opened = reply.rpartition("<flag>")[2].strip()
        return "none" if flag is None and not closed else "unclosed" if flag == opened else "differs"
    return "the block" if flag == closed[-1].strip() else "the block without the code in it"


def test_the_flag_of_a_later_turn_is_its_block_or_goes_on_to_the_end() -> None:
    outcomes = Counter(flag_outcome(row["response"], row["check"]["flag_blocks"]) for row in rows("multiturn"))
    assert outcomes == {"none": 57, "the block": 35, "unclosed": 7, "the block without the code in it": 1}


def test_flag_and_code_of_completions_are_both_reported() -> None:
    found = [(row, extract_reply(row["response"])) for row in rows("completions")]
    counts = Counter((reply.code is not None, reply.flag is not None) for _, reply in found)
    assert counts == {(True, False): 663, (False, True): 66, (False, False): 18, (True, True): 5}


def test_code_of_completions_is_what_was_extracted_where_there_is_one_block() -> None:
    single = [row for row in rows("completions") if row["extraction"]["n_code_open"] <= 1 and row["extraction"]["how"]]
    assert [(extract_reply(row["response"]).code or "").strip() for row in single] == [
        row["extracted_code"].strip() for row in single
    ]
    assert len(single) == 663
