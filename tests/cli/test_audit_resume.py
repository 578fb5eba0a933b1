import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from audit_process import ids, kill, lines, run, start, wait_for_lines, wait_until
from sum_problems import problem_file, sums

from proctor.evaluation.audit import AuditFolder

PROBLEMS = 5
ATTEMPTS = 7 * 3 * PROBLEMS
KILLS = 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit that ran to its end at once, beside its problem file."""
    home = tmp_path_factory.mktemp("undisturbed")
    problem_file(home / "sums.jsonl", sums(PROBLEMS))
    ended = run(*audit(home, home / "out"))
    assert (ended.returncode, ended.stderr) == (0, "")
    return home


def audit(home: Path, output: Path) -> list[str]:
    return ["audit", "--dataset", str(home / "sums.jsonl"), "--output", str(output)]


def check_same(undisturbed: Path, output: Path) -> None:
    """The audit in *output* came to the same, nothing was done twice, and nothing is left lying about."""
    whole = undisturbed / "out"
    assert (output / "summary.json").read_bytes() == (whole / "summary.json").read_bytes()
    assert {file.name for file in output.iterdir()} == {file.name for file in whole.iterdir()}
    for name in ("solutions.jsonl", "grades.jsonl"):
        found = ids(output / name)
        assert len(found) == len(set(found)) == ATTEMPTS
        assert set(found) == set(ids(whole / name))


@pytest.mark.parametrize("seed", [0, 1])
def test_killed_five_times_it_ends_like_an_undisturbed_run(undisturbed: Path, tmp_path: Path, seed: int) -> None:
    output = tmp_path / "out"
    command = audit(undisturbed, output)
    moments = sorted(random.Random(seed).sample(range(ATTEMPTS), KILLS))
    kills = 0
    for moment in moments:
        process = start(*command)
        # the earliest moments lie before the first grade: while the tests are broken, or the first answers graded
        watched = output / ("grades.jsonl" if moment > ATTEMPTS // 10 else "run.json")
        reached = wait_for_lines(process, watched, max(moment, 1))
        kill(process)
        kills += reached
    ended = run(*command)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert kills == KILLS
    check_same(undisturbed, output)


def test_killed_before_anything_is_written_it_starts_anew(undisturbed: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    process = start(*audit(undisturbed, output))
    assert wait_until(process, output.exists)
    kill(process)
    assert run(*audit(undisturbed, output)).returncode == 0
    check_same(undisturbed, output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_how_to_continue_and_continues(
    undisturbed: Path, tmp_path: Path, number: signal.Signals
) -> None:
    output = tmp_path / "out"
    command = audit(undisturbed, output)
    process = start(*command)
    assert wait_for_lines(process, output / "grades.jsonl", ATTEMPTS // 3)
    os.killpg(process.pid, number)
    printed, told = process.communicate()
    assert (process.returncode, printed) == (130, "")
    assert told.startswith("stopped after ")
    assert told.endswith(f" of {ATTEMPTS} attempts; what was done is kept, and the same command continues\n")
    assert told.count("\n") == 1
    assert run(*command).returncode == 0
    check_same(undisturbed, output)


def test_a_reclassification_that_is_stopped_leaves_the_old_grades(undisturbed: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    shutil.copytree(undisturbed / "out", output)
    before = {file.name: file.read_bytes() for file in output.iterdir()}
    process = start(*audit(undisturbed, output), "--reclassify")
    assert wait_until(process, lambda: any(lines(new) for new in output.glob(".grades.jsonl.*.tmp")))
    os.killpg(process.pid, signal.SIGINT)
    printed, told = process.communicate()
    assert (process.returncode, printed) == (130, "")
    assert told.endswith(f" of {ATTEMPTS} attempts; the grades are those of before\n")
    assert {file.name: file.read_bytes() for file in output.iterdir()} == before


def test_a_second_process_in_the_folder_is_refused(undisturbed: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with AuditFolder(output).locked():
        second = run(*audit(undisturbed, output))
    message = f"error: another proctor is running in {output}; wait for it, or choose another folder\n"
    assert (second.returncode, second.stdout, second.stderr) == (1, "", message)
    assert run(*audit(undisturbed, output)).returncode == 0
    check_same(undisturbed, output)
