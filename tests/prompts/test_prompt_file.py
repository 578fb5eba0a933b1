import hashlib
from pathlib import Path

import pytest

from proctor.errors import InputError
from proctor.prompts import find_prompt, load_prompt_file

GOOD = "Solve: {{ description }}\n{% if function_name is not none %}\nName it {{ function_name }}.\n{% endif %}\n"
VARIABLES: dict[str, object] = {"description": "Add.", "function_name": "add", "tests": [], "flag_text": ""}
TAKEN = "generation prompts take: description, flag_text, function_name, tests"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.j2"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_a_prompt_like_any_other(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    prompt = load_prompt_file(path)
    assert (prompt.kind, prompt.prompt_id, prompt.name) == ("generation", str(path), f"generation/{path}")
    assert prompt.render(**VARIABLES) == "Solve: Add.\nName it add."
    assert prompt.render(**VARIABLES | {"function_name": None}) == "Solve: Add."


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, b"{{ description }}\r\nGo.\r\n")
    assert load_prompt_file(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_byte_order_mark_is_not_sent(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf{{ description }}")
    assert load_prompt_file(path).render(**VARIABLES) == "Add."


def test_a_copy_of_one_of_ours_is_the_same_prompt(tmp_path: Path) -> None:
    ours = find_prompt("generation", "basic")
    mine = load_prompt_file(written(tmp_path, ours.text))
    assert mine.digest == ours.digest
    assert mine.render(**VARIABLES) == ours.render(**VARIABLES)


def test_variables_of_ones_own_are_taken_strictly(tmp_path: Path) -> None:
    prompt = load_prompt_file(written(tmp_path, "{{ description }} In {{ style }} style."), params=["style"])
    assert prompt.render(**VARIABLES, style="terse") == "Add. In terse style."
    with pytest.raises(InputError) as caught:
        prompt.render(**VARIABLES)
    assert str(caught.value) == (
        f"prompt '{prompt.name}': variable 'style' is missing; "
        "generation prompts take: description, flag_text, function_name, style, tests"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "{{ description }}\n{{ function }}",
            f":2: variable 'function' is not given, did you mean 'function_name'?; {TAKEN}",
        ),
        ("{{ description }}\n\n{{ zzz }}", f":3: variable 'zzz' is not given; {TAKEN}"),
        ("{{ description }\n", ":1: unexpected '}'"),
        (
            "Solve {description} in Python.",
            ": it never uses {{ description }}, so that a model would not see the problem; "
            "a variable stands in double braces",
        ),
        (
            "{{ description }}{% include 'other.j2' %}",
            ": a prompt includes no other template: its digest must cover all that is sent",
        ),
        (b"\xff{{ description }}", ": a prompt file is UTF-8 text, found byte 0xff"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path: Path, text: str | bytes, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_prompt_file(path)
    assert str(caught.value) == f"{path}{told}"


def test_a_prompt_that_prints_none_is_not_sent(tmp_path: Path) -> None:
    prompt = load_prompt_file(written(tmp_path, "{{ description }} as `{{ function_name }}`"))
    with pytest.raises(InputError) as caught:
        prompt.render(**VARIABLES | {"function_name": None})
    assert str(caught.value) == (
        f"prompt '{prompt.name}' cannot be filled: it prints a value of type NoneType, expected text or a number "
        "(None here: function_name)"
    )


def test_a_prompt_that_prints_a_python_list_is_not_sent(tmp_path: Path) -> None:
    prompt = load_prompt_file(written(tmp_path, "{{ description }} {{ tests }}"))
    with pytest.raises(InputError, match=r"it prints a value of type list, expected text or a number$"):
        prompt.render(**VARIABLES)


def test_a_prompt_that_would_keep_the_flag_channel_from_a_model_is_not_sent(tmp_path: Path) -> None:
    prompt = load_prompt_file(written(tmp_path, GOOD))
    with pytest.raises(InputError) as caught:
        prompt.render(**VARIABLES | {"flag_text": "Or flag it."})
    assert str(caught.value) == (
        f"prompt '{prompt.name}' never uses {{{{ flag_text }}}}, so that a model would not know that it may object "
        "to a test; use it, or ask without flagging"
    )


@pytest.mark.parametrize(
    "text",
    ["{{ description.__class__.__mro__ }}", "{{ description }}{{ tests.append(1) }}", "{{ description + 1 }}"],
)
def test_a_file_runs_no_code_and_changes_nothing(tmp_path: Path, text: str) -> None:
    prompt = load_prompt_file(written(tmp_path, text))
    tests: list[object] = []
    with pytest.raises(InputError, match=r"^prompt 'generation/.*' (cannot be filled|needs something)"):
        prompt.render(**VARIABLES | {"tests": tests})
    assert tests == []


def test_a_file_that_there_is_not_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_prompt_file(tmp_path / "none.j2")
