import dataclasses
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from proctor.errors import InputError
from proctor.models.cache import FILE_NAME, Request, ResponseCache, default_cache_folder, request_key
from proctor.models.model import Completion, Message, Sampling, Usage

QUESTION = [Message("system", "You are a coder."), Message("user", "Write f.")]
ANSWER = Completion("def f(): ...", Usage(20, 7, 3), "stop")


def request(number: int = 0) -> Request:
    return Request.of("openai/gpt-4o-mini", "", QUESTION, Sampling(sample_index=number))


def kept(completion: Completion) -> Completion:
    return dataclasses.replace(completion, retries=0, waited_seconds=0.0, cached=True)


def run_python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PREAMBLE + code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


PREAMBLE = """
import os, sys
from pathlib import Path
from proctor.models.cache import Request, ResponseCache
from proctor.models.model import Completion, Message, Sampling
folder = Path(sys.argv[1])
def request(number):
    return Request.of("m", "", [Message("user", "?")], Sampling(sample_index=number))
"""


def test_what_is_kept_is_found_without_what_that_call_went_through(tmp_path: Path) -> None:
    with ResponseCache(tmp_path) as cache:
        assert cache.get(request()) is None
        paid = dataclasses.replace(ANSWER, retries=2, waited_seconds=1.5)
        assert cache.put(request(), paid) == paid
        assert cache.get(request()) == kept(ANSWER)


def test_what_is_kept_outlives_the_process(tmp_path: Path) -> None:
    killed = run_python("ResponseCache(folder).put(request(0), Completion('said')); os._exit(1)", tmp_path)
    assert killed.communicate()[0] == ""
    with ResponseCache(tmp_path) as cache:
        found = cache.get(Request.of("m", "", [Message("user", "?")], Sampling()))
    assert found == Completion("said", cached=True)


@pytest.mark.parametrize(
    "text", ["", "\0\x1f\x7f", "\ud800 half a pair", "日本 🎉", "'; DROP TABLE responses; --", "x" * 10**6]
)
def test_any_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    with ResponseCache(tmp_path) as cache:
        question = Request.of("m", "", [Message("user", text)], Sampling())
        cache.put(question, Completion(text))
        assert cache.get(question) == Completion(text, cached=True)


def test_the_first_answer_kept_wins(tmp_path: Path) -> None:
    other = Completion("another", Usage(1, 2))
    with ResponseCache(tmp_path) as mine, ResponseCache(tmp_path) as theirs:
        theirs.put(request(), other)
        assert mine.put(request(), ANSWER) == kept(other)
        assert mine.get(request()) == kept(other)


def test_processes_that_open_a_new_cache_at_once_share_it_and_agree(tmp_path: Path) -> None:
    code = """
sys.stdin.readline()
with ResponseCache(folder) as cache:
    texts = [cache.put(request(number), Completion(f"{sys.argv[2]} {number}")).text for number in range(100)]
print(*texts, sep="\\n")
"""
    command = [sys.executable, "-c", PREAMBLE + code, str(tmp_path)]
    workers = [
        subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("one", "two", "three")
    ]
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate()[0] for worker in workers]
    assert len(said[0].split("\n")) == 101
    assert said[1:] == said[:1] * 2


CHANGED: dict[str, Any] = {"temperature": 0.7, "max_tokens": 100, "sample_index": 1, "problem_id": "HumanEval/1"}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Sampling)])
def test_every_part_of_the_sampling_but_the_problem_s_id_is_part_of_the_key(field: str) -> None:
    changed = dataclasses.replace(Sampling(), **{field: CHANGED[field]})
    same = request_key("m", "", QUESTION, changed) == request_key("m", "", QUESTION, Sampling())
    assert same == (field == "problem_id")


def test_model_address_and_every_message_are_part_of_the_key() -> None:
    questions = [
        ("m", "", QUESTION),
        ("n", "", QUESTION),
        ("m", "http://127.0.0.1/v1", QUESTION),
        ("m", "", QUESTION[1:]),
        ("m", "", QUESTION[::-1]),
        ("m", "", [Message("user", "You are a coder."), QUESTION[1]]),
        ("m", "", [QUESTION[0], Message("user", "Write f. ")]),
        ("m", "", [*QUESTION, Message("assistant", "")]),
        ("m", "", [Message("user", 'a"],["user","b')]),
        ("m", "", [Message("user", "a"), Message("user", "b")]),
    ]
    keys = {request_key(model, url, messages, Sampling()) for model, url, messages in questions}
    assert len(keys) == len(questions)


def test_two_spellings_of_one_request_have_one_key() -> None:
    first = request_key("m", "http://127.0.0.1/v1", QUESTION, Sampling(temperature=1))
    assert request_key("m", "http://127.0.0.1/v1/", tuple(QUESTION), Sampling(temperature=1.0)) == first


def test_the_file_can_be_read_by_hand_and_holds_no_question(tmp_path: Path) -> None:
    with ResponseCache(tmp_path) as cache:
        cache.put(request(), ANSWER)
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    [(key, model, facts, answer)] = connection.execute("SELECT key, model, request, answer FROM responses")
    connection.close()
    assert model == "openai/gpt-4o-mini"
    said = b'[["system","You are a coder."],["user","Write f."]]'
    assert facts == (
        f'{{"base_url":"","messages":2,"messages_sha256":"{sha256(said).hexdigest()}",'
        '"model":"openai/gpt-4o-mini","sampling":{"max_tokens":null,"sample_index":0,"temperature":1}}'
    )
    assert key == sha256(facts.encode()).hexdigest()
    usage = '{"cached_input_tokens":3,"input_tokens":20,"output_tokens":7}'
    assert answer == f'{{"finish_reason":"stop","text":"def f(): ...","usage":{usage}}}'


def test_a_new_cache_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    ResponseCache(tmp_path / "a" / "proctor").close()
    assert stat.S_IMODE((tmp_path / "a" / "proctor").stat().st_mode) == 0o700


def test_a_file_left_empty_by_a_killed_process_is_filled(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with ResponseCache(tmp_path) as cache:
        cache.put(request(), ANSWER)
        assert cache.get(request()) == kept(ANSWER)


def test_a_closed_cache_finds_and_keeps_nothing(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path)
    cache.put(request(), ANSWER)
    cache.close()
    assert cache.get(request()) is None
    assert cache.put(request(), ANSWER) is ANSWER


def unreadable(path: Path, reason: str) -> str:
    return (
        f"{path}: expected a response cache, cannot read it ({reason}); delete the file, "
        "name another folder with --cache-dir, or go without a cache by --no-cache"
    )


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("my notes, " * 200, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ResponseCache(tmp_path)
    assert str(caught.value) == unreadable(path, "file is not a database")
    assert path.read_text(encoding="utf-8") == "my notes, " * 200


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE responses (key)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        ResponseCache(tmp_path)
    assert str(caught.value) == (
        f"{path}: expected a response cache, found another program's database; name another folder with --cache-dir"
    )
    assert path.read_bytes() == before


def test_a_cache_of_another_format_is_refused(tmp_path: Path) -> None:
    ResponseCache(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(InputError) as caught:
        ResponseCache(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / FILE_NAME}: expected a response cache of format 1, found format 2, which another version of "
        "proctor made; name another folder with --cache-dir"
    )


def read_all(folder: Path) -> None:
    with ResponseCache(folder) as cache:
        for number in range(200):
            cache.get(request(number))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_torn_file_is_refused_at_the_latest_when_it_is_read(tmp_path: Path, share: float) -> None:
    path = tmp_path / FILE_NAME
    with ResponseCache(tmp_path) as cache:
        for number in range(200):
            cache.put(request(number), Completion("x" * 3000))
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(InputError) as caught:
        read_all(tmp_path)
    assert str(caught.value) in {
        unreadable(path, reason) for reason in ("database disk image is malformed", "file is not a database")
    }


def test_a_row_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    with ResponseCache(tmp_path) as cache:
        cache.put(request(), ANSWER)
        connection = sqlite3.connect(cache.path, isolation_level=None)
        connection.execute("""UPDATE responses SET answer = '{"text": 7}'""")
        connection.close()
        with pytest.raises(InputError) as caught:
            cache.get(request())
    assert str(caught.value) == (
        f"{cache.path}: the answer with key {request().key} is none of proctor's (Expected `str`, got `int` - at "
        "`$.text`); delete the file, name another folder with --cache-dir, or go without a cache by --no-cache"
    )


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "notes").touch()
    folder = tmp_path / "notes" / below
    with pytest.raises(InputError) as caught:
        ResponseCache(folder)
    assert str(caught.value) == f"{folder}: expected a folder, found a file; name another with --cache-dir"


def test_a_writer_that_waits_too_long_warns_once_and_loses_no_answer(tmp_path: Path) -> None:
    warnings: list[str] = []
    cache = ResponseCache(tmp_path, busy_seconds=0.01, warn=warnings.append)
    cache.put(request(0), ANSWER)
    other = sqlite3.connect(cache.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert [cache.put(request(number), ANSWER) for number in (1, 2)] == [ANSWER, ANSWER]
    other.close()
    assert [cache.get(request(number)) for number in (0, 1)] == [kept(ANSWER), None]
    assert warnings == [
        f"{cache.path}: cannot keep an answer (database is locked); the run goes on, and keeps no more answers"
    ]
    cache.close()


def test_a_full_disk_loses_no_answer(tmp_path: Path) -> None:
    code = """
import resource
warnings = []
cache = ResponseCache(folder, warn=warnings.append)
cache.put(request(0), Completion("first"))
limit = (folder / "responses.sqlite-wal").stat().st_size + 10_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
big = "x" * 20_000
print(all(cache.put(request(number), Completion(big)).text == big for number in range(1, 9)))
print(cache.get(request(0)).text, cache.get(request(8)))
print(len(warnings), warnings[0].endswith("; the run goes on, and keeps no more answers"))
"""
    assert run_python(code, tmp_path).communicate()[0] == "True\nfirst None\n1 True\n"


@contextmanager
def nobody_special() -> Iterator[None]:
    """Permissions hold for whoever is not root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_made_means_no_cache(tmp_path: Path) -> None:
    warnings: list[str] = []
    tmp_path.chmod(0o500)
    with nobody_special():
        cache = ResponseCache(tmp_path / "cache", warn=warnings.append)
    tmp_path.chmod(0o700)
    assert cache.put(request(), ANSWER) is ANSWER
    assert cache.get(request()) is None
    assert warnings == [
        f"cannot make the folder {tmp_path / 'cache'}: Permission denied; the run goes on without a cache"
    ]


def test_a_folder_that_cannot_be_written_to_means_no_cache() -> None:
    warnings: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with nobody_special():
            cache = ResponseCache(folder, warn=warnings.append)
        assert cache.put(request(), ANSWER) is ANSWER
        folder.chmod(0o700)
    assert warnings == [
        f"{folder / FILE_NAME}: cannot make the cache (unable to open database file); the run goes on without one"
    ]


def test_a_cache_that_is_there_and_may_not_be_opened_is_not_paid_for_again() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        ResponseCache(folder).close()
        (folder / FILE_NAME).chmod(0)
        with nobody_special(), pytest.raises(InputError) as caught:
            ResponseCache(folder)
    assert str(caught.value) == unreadable(folder / FILE_NAME, "unable to open database file")


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HOME": "/home/ada"}, "/home/ada/.cache/proctor"),
        ({"HOME": "/home/ada", "XDG_CACHE_HOME": "/scratch"}, "/scratch/proctor"),
        ({"HOME": "/home/ada", "XDG_CACHE_HOME": "relative"}, "/home/ada/.cache/proctor"),
        ({"HOME": "/home/ada", "XDG_CACHE_HOME": ""}, "/home/ada/.cache/proctor"),
    ],
)
def test_the_default_folder_is_where_the_desktop_s_rules_put_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_cache_folder() == Path(folder)
