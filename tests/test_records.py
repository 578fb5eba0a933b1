import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from proctor.errors import InputError
from proctor.records import (
    JsonlAppender,
    decode_json,
    encode_json,
    read_json,
    read_jsonl,
    read_located_jsonl,
    write_json,
    write_jsonl,
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Row:
    name: str
    number: int = 0
    colours: list[Colour] = field(default_factory=list)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path, name: str) -> None:
    text = b'\xef\xbb\xbf{"name": "a"}\r\n{"name": "b"}\r\n'
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert list(read_jsonl(tmp_path / name, Row)) == [Row("a"), Row("b")]


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [Row("naïve\u2028\n", 10**30, [Colour.RED]), Row("")]
    write_jsonl(tmp_path / "rows.jsonl", rows)
    assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == rows
    assert list(read_jsonl(tmp_path / "rows.jsonl"))[1] == {"name": "", "number": 0, "colours": []}


def test_a_row_is_one_line(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "rows.jsonl", [{"text": "two\nlines"}, {}])
    assert (tmp_path / "rows.jsonl").read_bytes() == b'{"text":"two\\nlines"}\n{}\n'


def test_gzipped_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a":1}\n{"a":2}\n'))
    assert list(read_jsonl(path)) == [{"a": 1}, {"a": 2}]


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a":1}\r\n\n  \n{"a":2}\n[]')
    rows = read_jsonl(path)
    assert [next(rows), next(rows)] == [{"a": 1}, {"a": 2}]
    with pytest.raises(InputError, match=r"rows\.jsonl:5: "):
        next(rows)


def test_each_row_can_be_had_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a":1}\n\n{"a":2}\n')
    assert list(read_located_jsonl(path)) == [(f"{path}:1", {"a": 1}), (f"{path}:3", {"a": 2})]


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a":1}\nnonsense\n')
    assert next(read_jsonl(path)) == {"a": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"name":', "Input data was truncated"),
        (b"{name}", "JSON is malformed: object keys must be strings (byte 1)"),
        (b"[1]", "Expected `object`, got `array`"),
        (b"null", "Expected `object`, got `null`"),
        (b'{"number":1}', "Object missing required field `name`"),
        (b'{"name":"a","number":"1"}', "Expected `int`, got `str` - at `$.number`"),
        (b'{"name":"a","colours":["blue"]}', "Invalid enum value 'blue' - at `$.colours[0]`"),
        (b'{"name":"\xff"}', "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b'{"x":' + b"[" * 10_000, "maximum recursion depth exceeded while deserializing an object"),
    ],
)
def test_a_bad_row_is_named_by_path_and_line(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"name":"good"}\n' + line + b"\n")
    with pytest.raises(InputError) as caught:
        list(read_jsonl(path, Row))
    assert str(caught.value) == f"{path}:2: {message}"


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list(read_jsonl(tmp_path / "none.jsonl"))
    assert str(caught.value) == f"no such file: {tmp_path / 'none.jsonl'}"


def test_a_folder_in_place_of_a_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list(read_jsonl(tmp_path))
    assert str(caught.value) == f"cannot read {tmp_path}: Is a directory"


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b'{"a":1}\n' * 1000, mtime=0)[:-9]])
def test_a_broken_gzip_file_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"rows\.jsonl\.gz:\d+: not a whole gzip file"):
        list(read_jsonl(path))


def test_json_is_written_indented_and_sorted(tmp_path: Path) -> None:
    write_json(tmp_path / "value.json", {"b": [1], "a": Row("x")})
    text = (tmp_path / "value.json").read_text()
    assert text.startswith('{\n  "a": {\n    "colours": [],\n    "name": "x",')
    assert text.endswith("]\n}\n")


def test_json_comes_back_as_the_type_that_is_asked_for(tmp_path: Path) -> None:
    write_json(tmp_path / "value.json", Row("x", 3))
    assert read_json(tmp_path / "value.json", Row) == Row("x", 3)
    assert read_json(tmp_path / "value.json") == {"name": "x", "number": 3, "colours": []}


def test_a_broken_json_file_is_named_by_path(tmp_path: Path) -> None:
    (tmp_path / "value.json").write_text("[]")
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "value.json")
    assert str(caught.value) == f"{tmp_path / 'value.json'}: Expected `object`, got `array`"


def test_a_failing_row_iterator_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield Row("new")
        raise ZeroDivisionError

    path = tmp_path / "rows.jsonl"
    write_jsonl(path, [Row("old")])
    with pytest.raises(ZeroDivisionError):
        write_jsonl(path, rows())
    assert list(read_jsonl(path, Row)) == [Row("old")]
    assert list(tmp_path.iterdir()) == [path]


def test_a_value_that_json_cannot_hold_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_json(tmp_path / "value.json", {"a": 1j})
    assert list(tmp_path.iterdir()) == []


def test_writing_into_a_missing_folder_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "none" / "rows.jsonl"
    for write in (write_jsonl, write_json):
        with pytest.raises(InputError) as caught:
            write(path, [])
        assert str(caught.value) == f"cannot write {path}: No such file or directory"
    with pytest.raises(InputError) as caught:
        JsonlAppender(path)
    assert str(caught.value) == f"cannot write {path}: No such file or directory"


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    path = tmp_path / "pipe"  # as a device: root could have replaced /dev/null
    os.mkfifo(path)
    with pytest.raises(InputError) as caught:
        write_jsonl(path, [])
    assert str(caught.value) == f"cannot write {path}: it is no file"
    assert path.is_fifo()


def test_half_a_surrogate_pair_is_replaced_rather_than_fatal(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "rows.jsonl", [Row("é\ud800", 1, [Colour.RED])])
    assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == [Row("é?", 1, [Colour.RED])]


def test_half_a_surrogate_pair_in_a_foreign_file_is_replaced_too(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b'{"name": "\\ud800 and \\ud83d\\ude00"}\n')
    assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == [Row("? and \U0001f600")]
    (tmp_path / "torn.jsonl").write_bytes(b'{"name": "\\ud800", \n')
    with pytest.raises(InputError, match=r"torn\.jsonl:1: "):
        list(read_jsonl(tmp_path / "torn.jsonl", Row))


def test_a_gzipped_document_that_breaks_off_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "rows.json.gz"
    path.write_bytes(gzip.compress(encode_json([str(number) for number in range(5000)]))[:-9])
    with pytest.raises(InputError, match=r"rows\.json\.gz:\d+: not a whole gzip file"):
        read_json(path, list[str])


def test_half_a_surrogate_pair_at_the_end_of_a_row_is_no_row_that_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a":"\\ud800"}\n')
    assert list(read_jsonl(tmp_path / "rows.jsonl")) == [{"a": "?"}]


@pytest.mark.parametrize("half", ["\\ud800", "\\ud800 ", "\\udc00"])
def test_half_a_surrogate_pair_in_a_field_that_nobody_reads_is_passed_over(tmp_path: Path, half: str) -> None:
    (tmp_path / "rows.jsonl").write_text(f'{{"more": ["{half}"], "name": "a"}}\n')
    assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == [Row("a")]


def test_a_part_of_a_row_is_read_like_a_row() -> None:
    assert decode_json(encode_json(Row("é\ud800", 1)), "rows.jsonl:1: part", Row) == Row("é?", 1)
    with pytest.raises(InputError, match=r"^rows\.jsonl:1: part: Expected `str`, got `int` - at `\$\.name`$"):
        decode_json(b'{"name": 1}', "rows.jsonl:1: part", Row)


def test_appended_rows_follow_those_of_an_earlier_process(tmp_path: Path) -> None:
    for name in ("first", "second"):
        with JsonlAppender(tmp_path / "rows.jsonl") as appender:
            appender.append(Row(name))
    assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == [Row("first"), Row("second")]


def test_an_appended_row_is_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    with JsonlAppender(tmp_path / "rows.jsonl") as appender:
        appender.append(Row("x"))
        assert list(read_jsonl(tmp_path / "rows.jsonl", Row)) == [Row("x")]


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (b'{"a":1}\n{"a":2', b'{"a":1}\n'),
        (b'{"a":1}\n{"a":"\xc3', b'{"a":1}\n'),
        (b'{"a"', b""),
        (b'{"a":1}\n{"a":"' + b"x" * 200_000, b'{"a":1}\n'),
        (b'{"a":1}\n{"a":2}', b'{"a":1}\n{"a":2}\n'),
        (b'{"a":1}\n', b'{"a":1}\n'),
        (b"", b""),
    ],
    ids=["torn", "torn inside a character", "torn first row", "torn long row", "only the line break", "whole", "empty"],
)
def test_the_torn_last_row_of_a_killed_process_is_cut_off(tmp_path: Path, found: bytes, left: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(found)
    with JsonlAppender(path) as appender:
        assert path.read_bytes() == left
        appender.append({"a": 3})
    assert path.read_bytes() == left + b'{"a":3}\n'


def test_an_appender_can_be_closed_twice(tmp_path: Path) -> None:
    appender = JsonlAppender(tmp_path / "rows.jsonl")
    appender.close()
    appender.close()
