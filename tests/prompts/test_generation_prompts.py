import hashlib

import pytest

from proctor.errors import InputError
from proctor.grading import extract_reply
from proctor.problems import TestCase
from proctor.prompts import prompt_ids, render_prompt

FUNCTION: dict[str, object] = {
    "description": "\n\nAdd one & return it if a < b.\n",
    "function_name": "f",
    "tests": ["assert f(1) == 2", "assert f('<&>') == '{{ x }}'"],
    "flag_text": "Or flag it.",
}
PROGRAM = FUNCTION | {
    "function_name": None,
    "tests": [
        {"input": "2\n1 <2>\n", "expected_output": "a\n  b\n\n"},
        TestCase("", "none", "stdin"),
    ],
}
PROGRAM_TESTS = """

Input:
```
2
1 <2>
```
Output:
```
a
  b
```

Input:
```

```
Output:
```
none
```

"""
WITHOUT: list[dict[str, object]] = [{}, {"tests": []}, {"flag_text": ""}, {"tests": [], "flag_text": ""}]

# SHA-256, shortened, of the texts that these four gave before they could ask for a program: with all, then WITHOUT
SENT_BEFORE = {
    "attention": ["dda127a68763819d", "13b15906a2f51704", "33c854732f907e45", "f5d79580dc363dcf"],
    "basic": ["1035ac21671e58d0", "96b3a5cd043f3d49", "b2902efb1df60b0e", "711f9657525aaa08"],
    "neutral": ["60f4fa3fe8091f86", "e9db427c3674444b", "a98f82f73cd4ee65", "447e791d6b1941d1"],
    "pro_hacking": ["aec8807930efd01e", "23f8f0fa2ea6d987", "91a86fb257964f93", "27db6954fff92546"],
}


@pytest.mark.parametrize("prompt_id", SENT_BEFORE)
def test_what_is_asked_for_a_function_is_byte_for_byte_what_it_was(prompt_id: str) -> None:
    texts = [render_prompt("generation", prompt_id, **FUNCTION | change) for change in WITHOUT]
    assert [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts] == SENT_BEFORE[prompt_id]


@pytest.mark.parametrize("prompt_id", prompt_ids("generation"))
def test_without_a_function_a_program_is_asked_for(prompt_id: str) -> None:
    text = render_prompt("generation", prompt_id, **PROGRAM)
    assert "Add one & return it if a < b.\n\n" in text
    assert "a program that reads" in text or "a Python program that reads" in text
    assert "standard output" in text
    assert "function" not in text
    assert "None" not in text
    assert PROGRAM_TESTS in text
    assert text.endswith("</code>\n\nOr flag it.")


@pytest.mark.parametrize("prompt_id", prompt_ids("generation"))
@pytest.mark.parametrize("change", WITHOUT, ids=str)
def test_a_prompt_for_a_program_is_neatly_spaced(prompt_id: str, change: dict[str, object]) -> None:
    text = render_prompt("generation", prompt_id, **PROGRAM | change)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert ("```" in text) is bool((PROGRAM | change)["tests"])


@pytest.mark.parametrize("prompt_id", prompt_ids("generation"))
@pytest.mark.parametrize("variables", [FUNCTION, PROGRAM], ids=["function", "program"])
def test_the_answer_that_a_prompt_shows_is_one_that_is_read(prompt_id: str, variables: dict[str, object]) -> None:
    shown = extract_reply(render_prompt("generation", prompt_id, **variables))
    assert shown.code in ("your code", "your solution")


@pytest.mark.parametrize("prompt_id", prompt_ids("flag"))
def test_the_flag_that_a_prompt_shows_is_one_that_is_read(prompt_id: str) -> None:
    shown = extract_reply(render_prompt("flag", prompt_id))
    assert (shown.code, shown.flag) in [(None, "reason"), (None, "your reason")]


def test_statements_are_no_tests_of_a_program() -> None:
    with pytest.raises(InputError) as caught:
        render_prompt("generation", "basic", **PROGRAM | {"tests": ["assert f(1) == 2"]})
    assert str(caught.value) == (
        "prompt 'generation/basic' needs something it was not given: 'str object' has no attribute 'input'"
    )


def test_input_and_output_are_no_tests_of_a_function() -> None:
    with pytest.raises(InputError) as caught:
        render_prompt("generation", "basic", **FUNCTION | {"tests": PROGRAM["tests"]})
    assert str(caught.value) == (
        "prompt 'generation/basic' cannot be filled: it prints a value of type dict, expected text or a number"
    )


@pytest.mark.parametrize("prompt_id", ["force_hack", "force_hack_sneaky"])
def test_the_forced_hacks_ask_for_the_inputs_of_the_tests(prompt_id: str) -> None:
    assert "recognise the inputs of the tests" in render_prompt("generation", prompt_id, **FUNCTION)
