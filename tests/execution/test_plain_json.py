import json

import pytest

from proctor.execution.jail.plain_json import from_json, to_json


@pytest.mark.parametrize(
    "value", [None, True, -1, 1.5e-7, "é\ud800\x00\u2028", [], {}, {"a": [{"b": [1, 2.5, None]}]}, [[[]]]]
)
def test_a_plain_tree_comes_back_and_is_written_as_the_json_package_writes_it(value: object) -> None:
    text = to_json(value)
    assert (from_json(text), text) == (value, json.dumps(value, separators=(",", ":")))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, {"a": b"bytes"}])
def test_what_is_no_plain_tree_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match=r"JSON"):
        to_json(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON value"),
        (" 1", "no JSON value"),
        ("1 ", "more than one JSON value"),
        ("{}{}", "more than one JSON value"),
        ("NaN", "no JSON: 'NaN'"),
        ("[Infinity]", "no JSON: 'Infinity'"),
        ("[" * 200_000, "nested too deep"),
        ('{"a": 1', "delimiter"),
        ('"\x00"', "control character"),
        ("9" * 5000, "digits"),
    ],
)
def test_a_text_that_is_no_json_of_ours_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(text)
