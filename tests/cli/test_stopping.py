"""Ctrl-C while an event loop runs."""

import asyncio
import errno
import gc
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from audit_process import start, wait_until
from sum_problems import problem_file, sums

from proctor.cli.main import main
from proctor.cli.running import run_async

LONG = 60.0  # seconds after which work that nobody stops gives up


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Ctrl-C raises, and afterwards everything is as it was."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    found = signal.signal(signal.SIGINT, before)
    assert found in (signal.default_int_handler, signal.SIG_IGN)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def compute() -> None:
    """Work that never awaits, and that a Ctrl-C comes into."""
    signal.raise_signal(signal.SIGINT)
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        pass


class Resource:
    """Something that is given back over several awaits."""

    returned = False

    async def __aenter__(self) -> None:
        await asyncio.sleep(0)

    async def __aexit__(self, *error: object) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.returned = True


def test_work_that_awaits_is_cancelled_there() -> None:
    resource, seen = Resource(), list[str]()

    async def work() -> None:
        async with resource:
            signal.raise_signal(signal.SIGINT)
            seen.append("what stands before the await is done")
            try:
                await asyncio.sleep(LONG)
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert seen == ["what stands before the await is done", "cancelled"]
    assert resource.returned


def test_work_that_does_not_await_is_broken_off_and_cleans_up() -> None:
    resource = Resource()

    async def work() -> None:
        async with resource:
            compute()

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert resource.returned


def test_what_runs_beside_work_that_is_broken_off_cleans_up_too() -> None:
    resource = Resource()

    async def work() -> None:
        async def beside() -> None:
            compute()

        async with resource:
            await asyncio.gather(beside())

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert resource.returned


def test_a_read_that_blocks_is_broken_off(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDWR)  # its own writer, so that neither opening nor reading comes to an end

    async def work() -> bytes:
        signal.raise_signal(signal.SIGINT)
        return os.read(pipe, 1)

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    os.close(pipe)


def test_a_second_ctrl_c_ends_the_cleaning_up() -> None:
    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(LONG)
        finally:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(LONG)

    with pytest.raises(KeyboardInterrupt):
        run_async(work())


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def work() -> str:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0)
        return "done"

    assert run_async(work()) == "done"


def test_elsewhere_than_in_the_main_thread_a_command_runs_without_ears(tmp_path: Path) -> None:
    problems = problem_file(tmp_path / "problems.jsonl", sums(1))
    arguments = ["sample", str(problems), "--output", str(tmp_path / "out.jsonl"), "--model", "control/honest"]
    with ThreadPoolExecutor(1) as other:
        assert other.submit(main, arguments).result() == 0


@pytest.mark.filterwarnings("error")  # such as of a coroutine that was never awaited
def test_ctrl_c_before_the_work_begins_ends_it_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> asyncio.AbstractEventLoop:
        raise KeyboardInterrupt

    async def work() -> None:
        raise AssertionError("it was begun")

    monkeypatch.setattr("uvloop.new_event_loop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    gc.collect()


def test_work_that_is_done_before_its_next_await_was_stopped_all_the_same() -> None:
    done: list[str] = []

    async def work() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert done == ["all of it"]


def is_being_read(pipe: Path) -> bool:
    try:
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)  # left open: the reader waits for what is never written
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return False
    return True


@pytest.mark.parametrize(
    "command",
    [
        ["audit", "--dataset", "problems.jsonl", "--output", "out"],
        ["sample", "problems.jsonl", "--output", "out.jsonl"],
        ["scrape", "problems.jsonl", "out.jsonl"],
    ],
    ids=lambda command: command[0],
)
def test_a_command_that_reads_its_problems_is_broken_off(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("problems.jsonl")
    process = start(*command, "--model", "control/honest")
    assert wait_until(process, lambda: is_being_read(Path("problems.jsonl")))
    os.killpg(process.pid, signal.SIGINT)
    printed, told = process.communicate()
    assert (process.returncode, printed) == (130, "")
    assert told.splitlines() == ["stopped; what was done is kept, and the same command continues"]
    assert os.listdir() == ["problems.jsonl"]
