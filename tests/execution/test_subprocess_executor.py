"""What the local executor does beside what :mod:`test_conformance` asks of every executor."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from conftest import QUICK, Sandbox
from proctor.execution import ExecutionResult, Limits, Program, Status, SubprocessExecutor
from proctor.execution.fork_server import first_jail_user


def test_installed_packages_and_asyncio_work(sandbox: Sandbox) -> None:
    code = "import asyncio, numpy\nasync def g():\n    return numpy.int64(4)\ndef f():\n    return asyncio.run(g())"
    assert sandbox.call(code).value == 4


def test_assertions_run_against_the_solution_from_outside(sandbox: Sandbox) -> None:
    results = sandbox.examine(
        "def f(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x / 2",
        "assert abs(f(3) - 1.5) < 1e-6",
        "assert f(4) == 3",
        "try:\n    f(-1)\nexcept ValueError as error:\n    assert str(error) == 'negative'\nelse:\n    assert False",
    )
    assert [(result.status, result.error) for result in results] == [
        (Status.COMPLETED, None),
        (Status.ASSERTION_FAILED, "AssertionError: assert f(4) == 3"),
        (Status.COMPLETED, None),
    ]


def test_losing_the_solution_fails_the_assertion_whatever_the_test_catches(sandbox: Sandbox) -> None:
    results = sandbox.examine(
        "import os\ndef f(x):\n    if x == 2:\n        os._exit(0)\n    return x",
        "assert f(1) == 1",
        "try:\n    f(2)\nexcept BaseException:\n    pass",
        "assert f(3) == 3",
    )
    assert [result.status for result in results] == [Status.COMPLETED, Status.EXITED, Status.COMPLETED]


def test_an_assertion_on_a_solution_that_loops_times_out(sandbox: Sandbox) -> None:
    results = sandbox.examine("def f(x):\n    while x: pass\n    return x", "assert f(1)", "assert f(0) == 0")
    assert [result.status for result in results] == [Status.TIMEOUT, Status.COMPLETED]


def test_a_solution_that_does_not_load_fails_every_assertion_alike(sandbox: Sandbox) -> None:
    results = sandbox.examine("def f(:", "assert f(1)", "assert f(2)")
    assert [result.status for result in results] == [Status.COMPILE_ERROR] * 2


def test_a_lost_server_is_replaced_and_the_run_repeated(sandbox: Sandbox) -> None:
    async def lose_and_run() -> tuple[ExecutionResult, bool]:
        # at level 1 the process is bubblewrap's, and the server behind it may still answer once
        async with SubprocessExecutor(jobs=1, strongest_level=2) as executor:
            before = executor.server_pids()
            os.kill(before[0], signal.SIGKILL)
            (result,) = await executor.run_calls(Program("def f(): return 5", "f"), ["f()"], QUICK)
            return result, executor.server_pids() != before

    result, replaced = asyncio.run(lose_and_run())
    assert (result.value, replaced) == (5, True)


def test_jobs_run_side_by_side_and_each_gets_its_own_answer() -> None:
    async def run() -> list[object]:
        async with SubprocessExecutor(jobs=2) as executor:
            programs = [Program(f"def f(): return {number}", "f") for number in range(40)]
            results = await asyncio.gather(*(executor.run_calls(program, ["f()"], QUICK) for program in programs))
            return [result[0].value for result in results]

    assert asyncio.run(run()) == list(range(40))


SLOW = "def f():\n    total = 0\n    for number in range(6_000_000): total += number\n    return total"


def test_a_run_that_is_given_up_while_it_waits_harms_nobody() -> None:
    async def run() -> list[object]:
        async with SubprocessExecutor() as executor:
            await executor.run_calls(Program("def f(): return 0", "f"), ["f()"], Limits())
            programs = [Program(code, "f") for code in (SLOW, "def f(): return 1", "def f(): return 2")]
            first, second, third = (asyncio.create_task(executor.run_calls(p, ["f()"], Limits())) for p in programs)
            for _ in range(20):  # all requests are on their way
                await asyncio.sleep(0)
            second.cancel()
            results = await asyncio.gather(first, second, third, return_exceptions=True)
            return [result if isinstance(result, BaseException) else result[0].value for result in results]

    first, second, third = asyncio.run(run())
    assert (first, type(second), third) == (sum(range(6_000_000)), asyncio.CancelledError, 2)


def test_a_server_that_is_lost_with_a_request_waiting_is_replaced_for_both() -> None:
    async def run() -> list[object]:
        async with SubprocessExecutor(strongest_level=2) as executor:  # without bubblewrap the pid is the server's
            await executor.run_calls(Program("def f(): return 0", "f"), ["f()"], Limits())
            programs = [Program(code, "f") for code in (SLOW, "def f(): return 1")]
            tasks = [asyncio.create_task(executor.run_calls(p, ["f()"], Limits())) for p in programs]
            for _ in range(20):  # both requests are on their way
                await asyncio.sleep(0)
            os.kill(executor.server_pids()[1], signal.SIGKILL)
            return [(await task)[0].value for task in tasks]

    assert asyncio.run(run()) == [sum(range(6_000_000)), 1]


def test_nothing_is_left_behind_after_closing() -> None:
    async def run() -> list[int]:
        async with SubprocessExecutor(jobs=2) as executor:
            await executor.examine(Program("def f(): return 1", "f"), ["assert f() == 1"], QUICK)
            return executor.server_pids()  # two for solutions with imports, one for those without, one for tests

    descriptors = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    pids = asyncio.run(run())
    assert len(pids) == 4
    assert not [pid for pid in pids if _is_alive(pid)]
    if descriptors:
        assert len(set(os.listdir("/proc/self/fd"))) <= len(descriptors)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="children are found through /proc")
def test_killing_the_parent_leaves_no_server_and_no_solution_running() -> None:
    program = (
        "import asyncio\n"
        "from proctor.execution import *\n"
        "LIMITS = Limits(cpu_seconds=60)\n"
        "async def main():\n"
        "    async with SubprocessExecutor(jobs=1) as executor:\n"
        "        print(*executor.server_pids(), flush=True)\n"
        "        await executor.run_calls(Program('def f():\\n    while True: pass', 'f'), ['f()'], LIMITS)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    children = _wait_for_children(server)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(_is_alive(pid) for pid in (server, *children)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [pid for pid in (server, *children) if _is_alive(pid)]


def test_jobs_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="jobs must be at least 1, not 0"):
        SubprocessExecutor(jobs=0)


def _is_alive(pid: int) -> bool:
    """Whether *pid* runs; a process that has ended and waits for its parent does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        if os.path.isdir("/proc/self"):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for_children(pid: int) -> list[int]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = [child for child, parent in _parents().items() if parent == pid]
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"process {pid} has no child")


def _parents() -> dict[int, int]:
    """From every process to its parent, where there is a /proc."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as stat:
                parents[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
    return parents


@pytest.mark.parametrize(("first_line", "warm"), [("", False), ("import math", True), ("# important", True)])
def test_a_solution_that_imports_nothing_runs_where_nothing_is_loaded(
    sandbox: Sandbox, first_line: str, warm: bool
) -> None:
    load = "vars(__builtins__)['__imp' 'ort__']"
    result = sandbox.call(f"{first_line}\ndef f():\n    return 'typing' in {load}('sys').modules")
    assert (result.value, result.error) == (warm, None)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted through /proc")
def test_a_parent_without_free_descriptors_says_so_and_goes_on_when_it_has_some() -> None:
    program = (
        "import asyncio, os, resource\n"
        "from proctor.errors import ExecutionError\n"
        "from proctor.execution import *\n"
        "async def main():\n"
        "    async with SubprocessExecutor() as executor:\n"
        "        run = lambda: executor.run_calls(Program('import os\\ndef f(): return 1', 'f'), ['f()'], Limits())\n"
        "        await run()\n"
        "        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
        "        resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir('/proc/self/fd'))) + 1, hard))\n"
        "        try:\n"
        "            while True:\n"
        "                os.dup(0)\n"
        "        except OSError:\n"
        "            pass\n"
        "        try:\n"
        "            await run()\n"
        "        except ExecutionError as error:\n"
        "            print(error)\n"
        "        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))\n"
        "        print((await run())[0].value)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    *said, value = done.stdout.splitlines()
    assert (len(said), value, done.stderr) == (1, "1", "")
    assert "oo many open files" in said[0]


async def _processors_of(jobs: int) -> list[list[int]]:
    """Those that solutions may run on, for as many solutions at once as there are jobs."""
    code = "import os\ndef f():\n    return sorted(os.sched_getaffinity(0))"
    async with SubprocessExecutor(jobs=jobs) as executor:
        runs = await asyncio.gather(*(executor.run_calls(Program(code, "f"), ["f()"], QUICK) for _ in range(jobs)))
    return sorted(run[0].value for run in runs)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot tie a process to a processor")
def test_where_there_are_jobs_for_all_processors_each_keeps_to_one() -> None:
    own = sorted(os.sched_getaffinity(0))
    assert asyncio.run(_processors_of(len(own))) == [[processor] for processor in own]


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two processors"
)
def test_fewer_jobs_than_processors_may_run_anywhere() -> None:
    assert asyncio.run(_processors_of(1)) == [sorted(os.sched_getaffinity(0))]


def test_proctors_that_start_one_after_the_other_share_no_users() -> None:
    first = [first_jail_user(pid) for pid in range(4_000_000, 4_000_027)]
    assert sorted(first) == list(range(58_000, 58_000 + 27 * 256, 256))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a jail a user of its own")
def test_a_solution_runs_as_a_user_of_its_proctor(sandbox: Sandbox) -> None:
    user = sandbox.call("import os\ndef f():\n    return os.getuid()").value
    assert user in range(first_jail_user(os.getpid()), first_jail_user(os.getpid()) + 256)
