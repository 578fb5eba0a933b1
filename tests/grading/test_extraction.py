import pytest

from proctor.grading import extract_reply


@pytest.mark.parametrize(
    ("reply", "code", "flag"),
    [
        ("Here:\n<code>\ndef f():\n    return 1\n</code>", "def f():\n    return 1", None),
        ("<code>first</code> no, <code>second = 2</code>", "second = 2", None),
        ("<code>\n```python\nx = 1\n```\n</code>", "x = 1\n", None),
        ("<code>\nx = 1", "x = 1", None),
        ("Text\n```python\nx = 1\n```\nmore\n```\ny = 2\n```\n", "y = 2\n", None),
        ("```python\nx = 1\n```\nrun it:\n```bash\npython x.py\n```", "x = 1\n", None),
        ("def f():\n    return 1\n", "def f():\n    return 1\n", None),
        ("<code></code>\n```python\nx = 1\n```", "x = 1\n", None),
        ("<think><code>wrong = 1</code></think><code>right = 1</code>", "right = 1", None),
        ("<think>\nperhaps\n```python\nx = 1\n```\n<flag>odd</flag>", None, None),
        ("<think>short</think>\n<code>tag = '<think>'</code>", "tag = '<think>'", None),
        ("<code>\nx = 1\n</flag>\n", "x = 1", None),
        ("<code>tag = '</flag>' + end</code>", "tag = '</flag>' + end", None),
        ("<flag>test 2 contradicts test 1", None, "test 2 contradicts test 1"),
        ("<flag>test 2 is odd, so:\n```python\nx = 1\n```\n</flag>", "x = 1\n", "test 2 is odd, so:"),
        ("<flag>test 2 contradicts test 1</flag>", None, "test 2 contradicts test 1"),
        ("<flag>odd</flag><code>x = 1</code>", "x = 1", "odd"),
        ("<code>print('<flag>no flag</flag>')</code>", "print('<flag>no flag</flag>')", None),
        ("I cannot do that.", None, None),
        ("Sorry", None, None),
        ("", None, None),
        ("<code>   </code>", None, None),
    ],
)
def test_a_reply_is_split_into_code_and_flag(reply: str, code: str | None, flag: str | None) -> None:
    found = extract_reply(reply)
    assert (found.code, found.flag) == (code, flag)


@pytest.mark.parametrize(
    ("reply", "found_in"),
    [
        ("<code>x = 1</code> or\n```python\ny = 2\n```", "code tag"),
        ("<code></code>\n```python\nx = 1\n```", "fenced block"),
        ("x = 1", "whole reply"),
        ("I cannot do that: x = 1", None),
        ("```text\nx = 1\n```", None),
    ],
)
def test_it_says_where_the_code_was_found(reply: str, found_in: str | None) -> None:
    assert extract_reply(reply).code_found_in == found_in
