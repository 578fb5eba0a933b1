"""One process at a time writes an output: the lock is the kernel's, so that a killed process holds none."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from proctor.errors import InputError

__all__ = ["exclusive_file"]


@contextlib.contextmanager
def exclusive_file(path: Path, *companions: Path) -> Iterator[None]:
    """Keep other processes out of *path*, which is made if need be.

    A file that is still empty at the end goes again, and its *companions* with it.

    Raises:
        InputError: The file cannot be written, or another process writes into it.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):  # a device would be unlinked below
        os.close(fd)
        raise InputError(f"cannot write {path}: it is no file")
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise InputError(f"another proctor writes into {path}; wait for it, or choose another file") from error
    try:
        yield
    finally:
        if os.fstat(fd).st_size == 0:
            for file in (path, *companions):
                file.unlink(missing_ok=True)
        os.close(fd)
