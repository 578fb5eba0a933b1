import asyncio
import dataclasses
import io
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from audit_process import PATIENCE, command
from rich.console import Console

from proctor.cli.diagnosis import LIMITS, Diagnosis
from proctor.cli.main import main
from proctor.cli.run_doctor import shown
from proctor.cli.self_test import ATTACKS, Trial, try_attacks
from proctor.execution import Limits, SubprocessExecutor

ATTACK_NAMES = [attack.what for attack in ATTACKS]
on_linux = pytest.mark.skipif(platform.system() != "Linux", reason="only Linux has Landlock and seccomp")


def doctor(*arguments: str, before: list[str] | None = None, path: str | None = None) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of the real command, after other words of a command line, with another PATH."""
    environment = os.environ | ({"PATH": path} if path is not None else {})
    ran = subprocess.run(
        [*(before or []), *command("doctor", "--jobs", "1", "--json", *arguments)],
        env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.returncode, json.loads(ran.stdout)


def page(found: Diagnosis) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(shown(found))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def diagnosis(**changes: Any) -> Diagnosis:
    machine = {"system": "Linux", "kernel": "6.1", "architecture": "x86_64", "processors": 2, "landlock": 2}
    machine |= {"seccomp": True, "bubblewrap": None, "user": "somebody", "uid": 1000}
    facts: dict[str, Any] = {"proctor": "1", "level": 2, "reasons": {1: "there is no bubblewrap"}, "machine": machine}
    facts |= {"python": {"path": "/usr/bin/python3", "version": "3.11.2"}, "jobs": 2, "solutions_per_second": 300.0}
    return Diagnosis(**facts | changes)


@on_linux
def test_every_attack_is_denied_on_this_machine() -> None:
    status, found = doctor()
    assert {trial["attack"]: trial["outcome"] for trial in found["attacks"]} == dict.fromkeys(ATTACK_NAMES, "denied")
    assert (status, found["ok"], found["level"] <= 2) == (0, True, True)
    assert found["solutions_per_second"] > 0
    assert found["isolation"]["level"] == found["level"]
    assert found["python"] == {"path": sys.executable, "version": platform.python_version()}


@on_linux
def test_without_bubblewrap_it_says_what_to_install(tmp_path: Path) -> None:
    status, found = doctor(path=str(tmp_path))
    assert (status, found["level"]) == (0, 2)
    assert found["reasons"] == {"1": "bubblewrap is not installed (Debian: apt-get install bubblewrap)"}
    assert {trial["outcome"] for trial in found["attacks"]} == {"denied"}


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"), reason="a filter of Linux"
)
def test_where_namespaces_are_denied_level_2_is_left() -> None:
    status, found = doctor(before=[sys.executable, str(Path(__file__).with_name("denied_namespaces.py"))])
    assert (status, found["error"], found["level"]) == (0, None, 2)
    assert list(found["reasons"]) == ["1"]
    assert found["isolation"]["namespaces"] == []
    assert {trial["outcome"] for trial in found["attacks"]} == {"denied"}


def test_level_3_reports_what_it_does_not_cover_and_is_no_failure() -> None:
    status, found = doctor("--strongest-level", "3")
    outcomes = {trial["attack"]: trial["outcome"] for trial in found["attacks"]}
    assert (status, found["ok"], found["level"]) == (0, True, 3)
    assert (outcomes["open a socket"], outcomes["fork a process"]) == ("not covered", "not covered")
    assert outcomes["become root"] == "denied"
    assert found["covered"]["use the network"] is False
    assert found["reasons"] == {"1": "not asked for", "2": "not asked for"}


def test_an_attack_that_a_level_promises_to_deny_and_does_not_is_a_failure() -> None:
    class Boaster(SubprocessExecutor):
        @property
        def isolation(self) -> dict[str, Any]:
            return super().isolation | {"level": 2}

    async def trials() -> list[Trial]:
        async with Boaster(strongest_level=3) as executor:
            return await try_attacks(executor)

    found = diagnosis(attacks=asyncio.run(trials()))
    outcomes = {trial.attack: trial.outcome for trial in found.attacks}
    assert (outcomes["fork a process"], outcomes["kill its parent"]) == ("not denied", "not denied")
    assert outcomes["write to a shared folder"] == "not denied"
    assert not found.is_fine
    assert "attacks were not denied: do not run solutions here" in page(found)


def test_a_sandbox_that_does_not_start_is_told_with_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--python", "false"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("The sandbox does not work here: ")
    assert platform.release() in told


def test_the_page_says_level_reasons_attacks_and_speed() -> None:
    trials = [Trial("open a socket", "denied", "PermissionError"), Trial("fork a process", "denied")]
    told = page(diagnosis(attacks=trials, covered={"use the network": True, "use a bug of the kernel": False}))
    lines = [line.strip() for line in told.splitlines()]
    assert lines[:2] == ["Isolation level 2: Landlock and seccomp", "not level 1: there is no bubblewrap"]
    assert "✓  use the network" in lines
    assert "✗  use a bug of the kernel" in lines
    assert "denied  open a socket   PermissionError" in lines
    assert lines[-2:] == ["300 trivial solutions a second with 2 at once", "all 2 attacks were denied"]


def test_every_limit_is_told() -> None:
    names = {one.name for one in dataclasses.fields(Limits)} - {"wall_factor", "wall_extra_seconds"}
    assert names | {"wall_seconds"} == LIMITS.keys()


def test_an_interpreter_that_there_is_not_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--python", "/nowhere/python3"]) == 2
    assert "'/nowhere/python3' is no program that you may run." in capsys.readouterr().err
