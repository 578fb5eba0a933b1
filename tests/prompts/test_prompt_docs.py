import re
from pathlib import Path

import pytest

from proctor.prompts import PROMPT_KINDS, example_variables, load_prompt_file, prompt_ids

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```jinja\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("kind", PROMPT_KINDS)
def test_the_page_names_every_kind_and_id(kind: str) -> None:
    assert f"**{kind}**" in PAGE
    assert [name for name in prompt_ids(kind) if f"`{name}`" not in PAGE] == []


def test_the_page_explains_every_variable() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert frozenset[str]().union(*PROMPT_KINDS.values()) - explained == set()


@pytest.mark.parametrize(
    ("stdin", "text"),
    [
        (
            False,
            """\
Write a function `add` that returns the sum of two numbers.

Write the Python function add.
assert add(1, 2) == 3
assert add(2, 2) == 5

Put it between <code> and </code>.""",
        ),
        (
            True,
            """\
Read two numbers, each on a line of its own, and print their sum.

Write a Python program for this.
Input:
1
2
Output:
3
Input:
2
2
Output:
5

Put it between <code> and </code>.""",
        ),
    ],
    ids=["function", "program"],
)
def test_the_file_that_the_page_shows_is_one_that_works(tmp_path: Path, stdin: bool, text: str) -> None:
    assert EXAMPLE
    path = tmp_path / "mine.j2"
    path.write_text(EXAMPLE.group(1), encoding="utf-8")
    variables = example_variables("generation", stdin=stdin) | {"flag_text": ""}
    assert load_prompt_file(path).render(**variables) == text
