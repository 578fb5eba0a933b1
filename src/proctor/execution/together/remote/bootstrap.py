"""The outermost part of a remote run, sent as text and executed by the service: unpacks the rest and starts it.

It writes lines ``TOKEN:WORD:DATA;`` to standard output. The token is made anew for every request, so that nothing a
solution prints is taken for one of them by accident. The words: ``began`` just before the solution's turn, then
``done`` with what it left, ``lost`` when the runner disappeared, or ``failed`` when it never came to that turn.
"""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib


def main(payload: str, token: str) -> None:
    """Run the request in *payload*: zlib-compressed JSON, as :mod:`proctor.execution.together.program` packs it."""
    task = json.loads(zlib.decompress(base64.b64decode(payload)))
    folder = tempfile.mkdtemp()
    try:
        for name, text in task["files"].items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        _run(task, folder, token)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(task: dict[str, str], folder: str, token: str) -> None:
    scratch = os.path.join(folder, "scratch")
    os.mkdir(scratch)
    with tempfile.TemporaryFile() as errors:
        # an interpreter of its own: the service's runs threads, which do not survive a fork
        process = subprocess.Popen(
            [sys.executable, "-s", "-B", os.path.join(folder, "runner.py"), task["seconds"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(scratch),
            cwd=scratch,
        )
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes, as asked for
        with contextlib.suppress(BrokenPipeError):  # what it says on standard error tells why
            process.stdin.write(base64.b64decode(task["request"]))
            process.stdin.flush()
        with process.stdout:
            began = process.stdout.read(1) == b"+"
            if began:
                _say(token, "began", b"")
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()  # now that the mark is out, the solution may end even us
            left = process.stdout.read()
        status = process.wait()
        errors.seek(0)
        said = errors.read()[-2000:]
    if status == 0 and began:
        _say(token, "done", left)
    elif began and status < 0:
        _say(token, "lost", b"")
    else:
        _say(token, "failed", said or b"exit status %d" % status)


def _environment(scratch: str) -> dict[str, str]:
    """The hash seed is fixed so that every run orders sets alike; the rest is for the limit on address space."""
    fixed = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    return {**os.environ, **fixed, "LANG": "C.UTF-8", "TMPDIR": scratch}


def _say(token: str, word: str, data: bytes) -> None:
    text = base64.b64encode(zlib.compress(data, 1)).decode("ascii")
    sys.stdout.write(f"\n{token}:{word}:{text};\n")
    sys.stdout.flush()
