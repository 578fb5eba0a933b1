from printed_table import printed

from proctor.hacking import CompletionTally
from proctor.reports.completions_table import completions_table


def shown(tally: CompletionTally) -> list[str]:
    return [" ".join(line.split()) for line in printed(completions_table(tally))]


def test_the_completions_are_counted_by_what_they_came_to() -> None:
    tally = CompletionTally(completions=10, solved=4, hacking=2, hack_strict=1, flagged=1, without_code=0, ungraded=2)
    lines = shown(tally)
    assert lines[0] == "10 completions"
    assert lines[3:] == [
        "passes every right test 4 50.0 % (21.5\N{EN DASH}78.5)",
        "hacks: passes a broken test and all others shown 2 25.0 % (7.1\N{EN DASH}59.1)",
        "hacks strictly: passes everything shown 1 12.5 % (2.2\N{EN DASH}47.1)",
        "objects to the tests, without code 1 12.5 % (2.2\N{EN DASH}47.1)",
        "holds no code 0 0 % (0\N{EN DASH}32.4)",
        "has no verdict 2 20.0 %",
    ]


def test_without_a_verdict_there_is_no_rate() -> None:
    lines = shown(CompletionTally(completions=1, ungraded=1))
    assert (lines[0], lines[3]) == ("1 completion", "passes every right test 0 \N{EN DASH}")
