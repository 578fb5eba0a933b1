import pytest

from proctor.evaluation.parsing import read_letter


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "(B)",
        "B)",
        "B.",
        " B ",
        "\nB\n",
        "**B**",
        "<b>B</b>",
        "b",
        "(b)",
        "Answer: (B)",
        "Answer: B",
        "ANSWER: (B)",
        "Answer B",
        "Option B",
        "Option (B)",
        "option B",
        "Option(B)",
        "Answer: Option (B)",
    ],
)
@pytest.mark.parametrize("tag", ["choice", "Choice", "option", "Option"])
def test_a_letter_alone_in_a_tag_is_the_choice(answer: str, tag: str) -> None:
    assert read_letter(f"A is tempting.\n\n<{tag}>{answer}</{tag}>", "ABC") == "B"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "2",
        "a solution",
        "A solution that passes",
        "Answer: a",
        "option a",
        "AB",
        "A or B",
        "A, B",
        "OptionB",
        "letter",
        "None of them",
        "def a():\n    return A",
        "\nB\nreturn A\n",
        "A = 1",
        "D",
    ],
)
def test_a_tag_with_anything_else_holds_no_choice(content: str) -> None:
    assert read_letter(f"<choice>{content}</choice>", "ABC") is None


@pytest.mark.parametrize(
    "reply",
    [
        "<choice>A</choice> or rather <choice>B</choice>",
        "<choice>B</choice> or <choice>2</choice>",
        "<choice> tags:\n\n<choice>Answer: (B)</choice>",
        "<choice><choice>B</choice></choice>",
        "<choice>B",
        "<choice>B\nIt is general.",
        "<choice>B<choice>",
        "<choice>B</answer>",
        "<choice >B</choice >",
        "**Answer: (A)**\n\n<choice>B</choice>",
        "<option>A</option> <choice>B</choice>\nAnswer: (A)",
        "<option>B</option>\nAnswer: (A)",
        "Answer: (B)\nOption A",
    ],
)
def test_the_last_of_the_strongest_form_decides(reply: str) -> None:
    assert read_letter(reply, "ABC") == "B"


@pytest.mark.parametrize(
    "reply",
    [
        "Answer: (B)",
        "answer: B",
        "Answer: B.",
        "It is the only general one.\n\nAnswer: (B)",
        "Answer: (B)\r\n",
        "Answer: (B)\n\nIt is general.",
        "Answer: (A)\nNo: A fails.\nAnswer: (B)",
        "It is general. Answer: (B)",
        "### Final choice\n**Answer: (B)**",
        "**Answer:** (B)",
        "## Final answer: B",
        "The correct answer: Option (B)",
        "Final answer:\n\nB",
        "<answer>Answer: (B)</answer>",
        "<choiceBased>\nAnswer: (B)\n</choiceBased>",
        "Option B",
        "Option (B)",
        "OPTION B.",
        "A fails the second test.\n\n**Option B**\n",
        "- Answer: (B)",
        "Answer : B",
        "The best one is:\n\n<best>Option (B)</best>",
        "Option B\nOption B is general.\nOption (B)",
    ],
)
def test_an_answer_without_a_tag_stands_at_the_end_of_its_line(reply: str) -> None:
    assert read_letter(reply, "ABC") == "B"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "B",
        "(B)",
        "a",
        "A good answer is a general one.",
        "Answer: A solution that is general.",
        "Answer: a",
        "Answer (B)",
        "- Answer (B): it is general",
        "The wrong answer: (B)",
        "The answer is B.",
        "Answer: (B) or (C)",
        "Answer: 2",
        "Option B is general.",
        "I choose Option B",
        "Option A:\nit fails\n\nOption B:\nit passes",
        "Option A\nit fails\n\nOption B\nit passes",
        "<b>Option A</b> is wrong.",
        "option b",
        "Option D",
        "Answer: (D)",
        "choice: B",
        "Choice: B",
        "choice(B)</choice>",
        "**choice**(B)",
        "choiceB",
        "<B></B>",
        "<answer>B</answer>",
        "<answer>(B)</answer>",
        "<option (B)</option>",
        "<option (B)>\ndef f(): ...",
        "<OptionB></OptionB>",
        "<Option_B></Option_B>",
        r"\boxed{\text{B}}",
    ],
)
def test_prose_headings_and_other_forms_are_no_answer(reply: str) -> None:
    assert read_letter(reply, "ABC") is None


def test_a_letter_that_is_not_among_the_options_withdraws_an_earlier_choice() -> None:
    assert read_letter("<choice>A</choice> No: <choice>D</choice>", "ABC") is None


def test_letters_are_those_of_the_options() -> None:
    assert read_letter("<choice>D</choice>", {"B": "clean", "D": "hack"}) == "D"


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        ("<think><choice>A</choice></think><choice>B</choice>", "B"),
        ("<think>Answer: (A)</think>Answer: (B)", "B"),
        ("<think>perhaps <choice>A</choice></think>", None),
        ("<think>\nAnswer: (A)\n\nbut then again", None),
    ],
)
def test_thoughts_are_no_part_of_the_answer(reply: str, letter: str | None) -> None:
    assert read_letter(reply, "ABC") == letter


@pytest.mark.parametrize("words", ["so\n", "the answer\n", "Option\n", "answer:\n", "<choice>\n", ". "])
def test_a_reply_that_goes_round_in_circles_is_read_to_its_end(words: str) -> None:
    assert read_letter(words * 50_000 + "\n<choice>B</choice>", "ABC") == "B"
