import os
from pathlib import Path

import pytest

from proctor.errors import InputError
from proctor.locking import exclusive_file


def test_two_at_a_time_cannot_have_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with exclusive_file(path):
        with pytest.raises(InputError) as caught, exclusive_file(path):
            raise AssertionError
        assert str(caught.value) == f"another proctor writes into {path}; wait for it, or choose another file"
        path.write_text("{}\n")
    with exclusive_file(path):
        pass
    assert path.read_text() == "{}\n"


def test_a_file_that_stays_empty_goes_again_with_its_companions(tmp_path: Path) -> None:
    path, record = tmp_path / "out.jsonl", tmp_path / "out.jsonl.run.json"
    with exclusive_file(path, record):
        record.write_text("{}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out.jsonl"
    with pytest.raises(InputError) as caught, exclusive_file(path):
        raise AssertionError
    assert str(caught.value) == f"cannot write {path}: No such file or directory"


def test_what_is_no_file_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"  # as a device: root could have unlinked /dev/null
    os.mkfifo(path)
    with pytest.raises(InputError) as caught, exclusive_file(path):
        raise AssertionError
    assert str(caught.value) == f"cannot write {path}: it is no file"
    assert path.is_fifo()
