import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from audit_process import PATIENCE, command, read
from sum_problems import problem_file, sums

from proctor.cli.main import main


@pytest.fixture
def problems(tmp_path: Path) -> str:
    return str(problem_file(tmp_path / "sums.jsonl", sums(1)))


def test_less_isolation_than_is_required_runs_nothing(tmp_path: Path, problems: str) -> None:
    words = ["audit", "--dataset", problems, "--require-isolation", "1", "--output", str(tmp_path / "out")]
    ran = subprocess.run(
        command(*words), env=os.environ | {"PATH": ""}, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("error: isolation level 1 is required, and level ")
    assert not (tmp_path / "out" / "grades.jsonl").exists()


def test_the_interpreter_that_ran_the_solutions_stands_in_the_record(tmp_path: Path, problems: str) -> None:
    words = ["--python", sys.executable, "--require-isolation", "3", "--model", "control/honest"]
    assert main(["audit", "--dataset", problems, *words, "--output", str(tmp_path / "out")]) == 0
    run = read(tmp_path / "out" / "run.json")
    assert run["isolation"]["python"] == platform.python_version()
    assert "python" not in run["parameters"]
