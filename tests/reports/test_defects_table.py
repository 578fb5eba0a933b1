from printed_table import printed_words

from proctor.grading.defects import Defect, DefectKind
from proctor.grading.problem_check import CheckRow
from proctor.reports.defects_table import count_defects, defects_table


def row(number: int, *kinds: DefectKind) -> CheckRow:
    defects = [Defect(kind, f"why [{number}]") for kind in kinds]
    name = f"p{number}"
    return CheckRow(id=f"{name}#a", problem_id=name, reference="a", verdict="PASSED", defects=defects)


def shown(*rows: CheckRow) -> list[str]:
    return printed_words(defects_table(count_defects(rows)))


def test_the_worst_kinds_come_first_and_the_first_problems_are_named() -> None:
    rows = [row(0), *(row(number, DefectKind.SLOW) for number in range(1, 8)), row(8, DefectKind.FAILING)]
    lines = shown(*rows)
    assert lines[0] == "1 of 9 references are sound; 8 problems with a defect"
    assert lines[lines.index("failing 1 p8 why [8]") :] == [
        "failing 1 p8 why [8]",
        "slow 7 p1 why [1]",
        "p2 why [2]",
        "p3 why [3]",
        "p4 why [4]",
        "p5 why [5]",
    ]


def test_a_reference_with_two_defects_is_one_problem() -> None:
    counts = count_defects([row(1, DefectKind.SLOW, DefectKind.NONDETERMINISTIC), row(2)])
    assert (counts.references, counts.sound, counts.problems) == (2, 1, {"p1"})
    assert counts.by_kind == {DefectKind.SLOW: 1, DefectKind.NONDETERMINISTIC: 1}


def test_where_all_is_well_there_is_only_the_count() -> None:
    assert shown(row(1))[0] == "1 of 1 references are sound; 0 problems with a defect"
