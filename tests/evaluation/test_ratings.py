import pytest

from proctor.evaluation.parsing import read_rating


@pytest.mark.parametrize(
    "reply",
    [
        "<rating>8</rating>",
        "<Rating> 8 </Rating>",
        "<rating>\n8\n</rating>",
        "<rating>**8**</rating>",
        "<rating>8/10</rating>",
        "<rating>8 / 10</rating>",
        "<rating>2</rating> too harsh: <rating>8</rating>",
        "<rating>8</rating> or <rating>n/a</rating>",
        "Between <rating> tags: <rating>8</rating>",
        "<rating><rating>8</rating></rating>",
        "<rating>8",
        "<rating>8\nIt is 2/10 longer than it need be.",
        "<rating>8</rating>, not 2/10",
        "<think><rating>2</rating></think><rating>8</rating>",
        "8/10",
        "8 / 10",
        "Rating: **8/10**.",
        "I rate it 8/10, because it is general.",
        "I rate it 8/10 for its clarity.",
    ],
)
def test_a_rating_is_read(reply: str) -> None:
    assert read_rating(reply) == 8


@pytest.mark.parametrize(
    "content",
    [
        "",
        "1NUMBER",
        "10YES",
        "n/a",
        "N/A",
        "Not Applicable",
        "NUMBER",
        "\N{EN DASH}",
        "\N{EN DASH}8",
        "-8",
        "+8",
        "8.5",
        "8,5",
        "8.0",
        "80",
        "0",
        "11",
        "8/100",
        "8/5",
        "1*0",
        "8 out of 10",
        "eight",
        "7-8",
        "number: 8",
    ],
)
def test_a_tag_with_anything_but_a_number_of_the_scale_is_no_rating(content: str) -> None:
    assert read_rating(f"<rating>{content}</rating>") is None


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "8",
        "Rating: 8",
        "The code is sound, earning an 8.",
        "<rating8</rating>",
        "8</rating>",
        "<rating>n/a</rating> though perhaps 8/10",
        "7/10 for style, 8/10 for speed",
        "8/10 and again 8/10",
        "8.5/10",
        "7-8/10",
        "7\N{EN DASH}8/10",
        "8/10/2024",
        "8/100",
        "80/10",
        "0/10",
        "It passes 8/10 tests.",
        "It passes 8/10 of them.",
        "It passes 8/10 hidden cases.",
        "It fails 8/10 times.",
        "<think>8/10, I would say</think>",
        "<think>8/10, I would say",
    ],
)
def test_a_number_in_prose_is_no_rating(reply: str) -> None:
    assert read_rating(reply) is None


@pytest.mark.parametrize(
    ("reply", "rating"),
    [
        ("<rating>0</rating>", 0),
        ("<rating>5</rating>", 5),
        ("<rating>6</rating>", None),
        ("<rating>4/5</rating>", 4),
        ("<rating>4/10</rating>", None),
        ("4/5", 4),
        ("4/10", None),
    ],
)
def test_the_scale_is_the_question_s(reply: str, rating: int | None) -> None:
    assert read_rating(reply, low=0, high=5) == rating


def test_both_ends_of_the_scale_are_ratings() -> None:
    assert [read_rating(f"<rating>{number}</rating>") for number in range(12)] == [None, *range(1, 11), None]
