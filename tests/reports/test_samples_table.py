from printed_table import printed_words

from proctor.generation import SampleTally
from proctor.reports.samples_table import samples_table


def shown(tally: SampleTally) -> list[list[str]]:
    return [line.split() for line in printed_words(samples_table(tally))]


def test_samples_stand_by_what_their_replies_hold() -> None:
    assert shown(SampleTally(samples=1200, with_code=900, without_code=299, refused=1)) == [
        ["1,200", "samples"],
        ["the", "reply", "samples", "share"],
        ["holds", "a", "solution", "900", "75.0", "%"],
        ["holds", "none", "299", "24.9", "%"],
        ["was", "refused", "by", "the", "endpoint", "1", "0.1", "%"],
    ]


def test_what_does_not_occur_has_no_line() -> None:
    assert shown(SampleTally(samples=1, with_code=1)) == [
        ["1", "sample"],
        ["the", "reply", "samples", "share"],
        ["holds", "a", "solution", "1", "100", "%"],
    ]
