"""A program run as a file by a bare interpreter: what a script in the sandbox is held against."""

import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from proctor.execution import ExecutionResult

# as the fork servers have it: the same order of sets, the same errors of the standard streams
_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}


class Outcome(NamedTuple):
    """What somebody who runs a program sees of it: its standard output, and minus the signal's number for a signal."""

    stdout: bytes
    status: int | None


@functools.cache
def run_as_file(code: str, stdin: str, seconds: float = 60) -> Outcome:
    """``python -s -P -B solution.py`` in a folder of its own, the input coming through a pipe.

    Raises:
        subprocess.TimeoutExpired: It takes longer than *seconds* by the wall clock.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "solution.py").write_bytes(code.encode("utf-8", "surrogatepass"))
        run = subprocess.run(
            [sys.executable, "-s", "-P", "-B", "solution.py"],
            input=stdin.encode("utf-8", "surrogatepass"),
            capture_output=True,
            cwd=folder,
            env=_ENVIRONMENT,
            timeout=seconds,
            check=False,
        )
    return Outcome(run.stdout, run.returncode)


def outcome_of(result: ExecutionResult) -> Outcome:
    """The same of a script that ran in the sandbox."""
    return Outcome(result.stdout, result.exit_code)
