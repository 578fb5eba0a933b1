"""The real command in a process of its own, to be watched and killed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

POLL = 0.005  # seconds between two looks at a file
PATIENCE = 120.0  # seconds after which a process that gets nowhere fails its test

# A shell that starts tests in the background leaves SIGINT ignored, and children inherit that.
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from proctor.cli.main import main; raise SystemExit(main())"
)


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", START, *map(str, arguments)]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=PATIENCE, check=False)


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """In a session of its own, so that its whole group can be sent a signal, as a terminal does."""
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait_for_lines(process: subprocess.Popen[str], path: Path, count: int) -> bool:
    """Wait until a file has that many lines; False when the process ended before."""
    return wait_until(process, lambda: lines(path) >= count)


def wait_until(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> bool:
    """Wait until something is so; False when the process ended before."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if process.poll() is not None:
            return False
        assert time.monotonic() < deadline, "the audit got nowhere"
        time.sleep(POLL)
    return True


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(POLL)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def record(path: Path) -> Any:
    """What stands beside an output."""
    return read(path.with_name(f"{path.name}.run.json"))
