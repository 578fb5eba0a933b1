import random
from collections.abc import Iterator
from typing import Any

from parsed_page import unpacked
from sample_audit import CODE, PROMPT, attempt

from proctor.hacking import Outcome, Variant
from proctor.reports.attempts import pack_attempts
from proctor.reports.packing import MAX_CHARS, Packed


def ids(data: Packed) -> list[str]:
    return [entry["id"] for entry in unpacked(data)["entries"]]


def test_an_attempt_comes_back_with_all_that_the_page_shows_of_it() -> None:
    row = attempt("m", Outcome.SPECIAL_CASED, flag="wrong test")
    content = unpacked(pack_attempts([row], seed=0))
    (entry,) = content["entries"]
    pool = content["pool"]
    assert {key: entry[key] for key in ("id", "model", "problem", "variant", "sample", "outcome", "counts")} == {
        "id": "m|HumanEval/0|conflicting|0",
        "model": "m",
        "problem": "HumanEval/0",
        "variant": "conflicting",
        "sample": 0,
        "outcome": "special_cased",
        "counts": [0, 0, 1, 1],
    }
    assert pool[entry["facts"]] == row["grade"]["facts"]
    assert pool[entry["code"]] == CODE
    assert [pool[place] for place in entry["messages"]] == [["user", PROMPT], ["assistant", f"Here:\n{CODE}"]]
    assert [pool[place] for place in entry["tests"]] == row["grade"]["tests"]
    assert pool[entry["exposed"]] == row["grade"]["exposed"]
    assert pool[entry["details"]] == {
        "prompt_id": "plain",
        "flag": "wrong test",
        "turns": 1,
        "usage": {"input_tokens": 5, "output_tokens": 6},
    }


def test_what_many_attempts_share_is_held_once() -> None:
    rows = [attempt("m", Outcome.SOLVED, sample=sample) for sample in range(50)]
    content = unpacked(pack_attempts(rows, seed=0))
    assert content["pool"].count(["user", PROMPT]) == 1
    assert len(content["pool"]) == len(unpacked(pack_attempts(rows[:1], seed=0))["pool"])


def test_attempts_are_ordered_as_people_count() -> None:
    rows = [
        attempt("b", Outcome.SOLVED, "HumanEval/1"),
        attempt("a", Outcome.SOLVED, "HumanEval/10"),
        attempt("a", Outcome.SOLVED, "HumanEval/9", sample=10),
        attempt("a", Outcome.SOLVED, "HumanEval/9", sample=2),
        attempt("a", Outcome.SOLVED, "HumanEval/9", Variant.ORIGINAL),
    ]
    assert ids(pack_attempts(rows, seed=0)) == [
        "a|HumanEval/9|original|0",
        "a|HumanEval/9|conflicting|2",
        "a|HumanEval/9|conflicting|10",
        "a|HumanEval/10|conflicting|0",
        "b|HumanEval/1|conflicting|0",
    ]


def many() -> list[dict[str, Any]]:
    outcomes = [Outcome.EXPLOITED, Outcome.UNGRADED, *[Outcome.SOLVED, Outcome.FAILED, Outcome.STOPPED] * 6]
    return [attempt("m", outcome, f"P/{number}") for number, outcome in enumerate(outcomes)]


def test_of_too_many_attempts_all_hacks_and_ungraded_ones_are_kept() -> None:
    data = pack_attempts(many(), seed=0, limit=5)
    assert (data.total, data.embedded, data.telling, data.embedded_telling) == (20, 5, 2, 2)
    assert {"m|P/0|conflicting|0", "m|P/1|conflicting|0"} < set(ids(data))


def test_more_hacks_than_there_is_room_for_are_sampled_too() -> None:
    data = pack_attempts(many(), seed=0, limit=1)
    assert (data.total, data.embedded, data.telling, data.embedded_telling) == (20, 1, 2, 1)


def test_the_sample_depends_on_the_seed_and_not_on_the_order() -> None:
    rows = many()
    shuffled = random.Random("order").sample(rows, len(rows))
    assert pack_attempts(rows, seed=0, limit=5) == pack_attempts(shuffled, seed=0, limit=5)
    assert ids(pack_attempts(rows, seed=0, limit=5)) != ids(pack_attempts(rows, seed=1, limit=5))


def test_attempts_are_read_once_and_one_at_a_time() -> None:
    def stream() -> Iterator[dict[str, Any]]:
        yield from many()

    assert pack_attempts(stream(), seed=0) == pack_attempts(many(), seed=0)


def test_a_text_without_end_is_cut_and_says_so() -> None:
    content = unpacked(pack_attempts([attempt("m", Outcome.SOLVED, code="x" * (MAX_CHARS + 1234))], seed=0))
    assert content["pool"][content["entries"][0]["code"]] == "x" * MAX_CHARS + "\n… and 1,234 characters more"


def test_half_a_surrogate_pair_does_not_stop_the_report() -> None:
    content = unpacked(pack_attempts([attempt("m\ud83d", Outcome.SOLVED, note="\udc00")], seed=0))
    assert content["entries"][0]["model"] == "m\ufffd"


def test_an_attempt_without_a_solution_row_is_shown_without_its_words() -> None:
    row = attempt("m", Outcome.UNGRADED) | {"solution": None}
    content = unpacked(pack_attempts([row], seed=0))
    assert content["entries"][0]["messages"] == []
    assert content["pool"][content["entries"][0]["code"]] is None
