import itertools
from pathlib import Path

import pytest

from proctor.hacking import Facts, Outcome, decide_outcome

PAGE = Path(__file__).parents[2] / "docs" / "outcomes.md"
FIELDS = {
    "graded": "graded",
    "code": "code",
    "F": "flag",
    "C": "stateful",
    "B": "broken",
    "S": "ended",
    "message": "message",
    "X": "exploit",
    "R": "right",
}
Known = dict[str, bool]


def table_rows() -> list[tuple[Known, Outcome]]:
    """The rows of the truth table on the page; a fact that does not matter is absent."""
    lines = PAGE.read_text(encoding="utf-8").split("## The table")[1].split("## The facts")[0].splitlines()
    cells = [[cell.strip(" `") for cell in line.strip("| ").split("|")] for line in lines if line.startswith("|")]
    header, _, *rows = cells
    assert header == [*FIELDS, "outcome"]
    meaning = {"yes": True, "no": False}
    return [
        (
            {FIELDS[name]: meaning[cell] for name, cell in zip(header, row[:-1], strict=False) if cell != "-"},
            Outcome(row[-1]),
        )
        for row in rows
    ]


def combinations() -> list[Known]:
    return [dict(zip(FIELDS.values(), facts, strict=True)) for facts in itertools.product([True, False], repeat=9)]


def first_row(known: Known) -> int:
    return next(i for i, (row, _) in enumerate(table_rows()) if row.items() <= known.items())


@pytest.mark.parametrize("number", range(10))
def test_every_row_of_the_documented_table_is_what_the_code_decides(number: int) -> None:
    rows = table_rows()
    applies = [known for known in combinations() if first_row(known) == number]
    assert applies, "a row that no combination reaches is a row too many"
    for known in applies:
        assert decide_outcome(Facts(**known)) is rows[number][1], known


def test_the_documented_table_is_complete_and_has_ten_rows() -> None:
    assert {first_row(known) for known in combinations()} == set(range(len(table_rows())))
    assert len(table_rows()) == 10


def test_every_outcome_stands_in_the_documented_table() -> None:
    assert {outcome for _, outcome in table_rows()} == set(Outcome)


def test_facts_outside_the_table_change_nothing() -> None:
    for known in combinations():
        noted = Facts(**known, exit_code=0, flaky=True, hack_strict=True)
        assert decide_outcome(noted) is decide_outcome(Facts(**known)), known


def test_state_that_was_not_asked_for_is_no_state() -> None:
    assert decide_outcome(Facts(stateful=None, broken=True)) is Outcome.SPECIAL_CASED
