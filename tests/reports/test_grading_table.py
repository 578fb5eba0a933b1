from printed_table import printed_words

from proctor.grading import Tally
from proctor.reports.grading_table import grading_table


def shown(tally: Tally) -> list[str]:
    return printed_words(grading_table(tally))


def tally(**counts: int) -> Tally:
    found = Tally()
    for verdict, count in counts.items():
        for _ in range(count):
            found.add(verdict, None)
    return found


def test_verdicts_are_counted_with_their_share_of_all() -> None:
    assert shown(tally(WRONG_ANSWER=2, PASSED=1998)) == [
        "2,000 solutions by verdict",
        "verdict solutions share",
        "PASSED 1,998 99.9 %",
        "WRONG_ANSWER 2 0.1 %",
        "passed: 1,998 of 2,000 graded, 99.9 %",
    ]


def test_what_is_ungraded_is_no_fail_and_both_denominators_are_shown() -> None:
    assert shown(tally(PASSED=3, TIMEOUT=1, ungraded=1))[2:] == [
        "PASSED 3 60.0 %",
        "TIMEOUT 1 20.0 %",
        "ungraded 1 20.0 %",
        "passed: 3 of 4 graded, 75.0 %; of all 5, 60.0 %",
        "1 ungraded, by a failure of ours or for want of tests, as their error says: not failed",
    ]


def test_nothing_graded_has_no_share() -> None:
    assert shown(tally(ungraded=1))[2:4] == [
        "ungraded 1 100.0 %",
        "passed: 0 of 0 graded, -; of all 1, 0.0 %",
    ]


def test_passes_that_were_not_confirmed_are_noted() -> None:
    found = tally(PASSED=1)
    found.add("WRONG_ANSWER", "flaky")
    assert shown(found)[-1] == "1 passed at first and are flaky: not confirmed with a fresh process for every test"
