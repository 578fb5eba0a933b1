"""Landlock: the files that a process and all that it starts may touch, decided by itself, without privileges.

Source: landlock(7) and ``linux/landlock.h``. Rights that the running kernel does not know are left out, and with
them what they would have denied; ``abi()`` says which kernel generation it is.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_EVERYTHING_IN_FOLDERS = (1 << 16) - 1
READ_WRITE = _EVERYTHING_IN_FOLDERS & ~(EXECUTE | 0b1_1110_0100_0000 | 1 << 15)  # plain files and folders, no devices
_RIGHTS_OF_FILES = READ_FILE | WRITE_FILE | EXECUTE
_NET_RIGHTS = 0b11  # bind and connect TCP, from ABI 4
_SCOPES = 0b11  # abstract unix sockets and signals, from ABI 6


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def abi() -> int:
    """The kernel's Landlock generation, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    version: int = _libc().syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    return max(0, version)


def restrict(rules: Iterable[tuple[str, int]]) -> None:
    """Deny the calling process every file right but those in *rules*, and all TCP; it must have set no_new_privs.

    Args:
        rules: Paths with the rights that hold for them and all that lies beneath; a missing path is passed over.

    Raises:
        OSError: The kernel refused.
    """
    libc, version = _libc(), abi()
    handled = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        if version >= since:
            handled |= 1 << bit
    attributes = struct.pack("QQQ", handled, _NET_RIGHTS, _SCOPES)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, attributes, size, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock ruleset refused")
    try:
        for path, rights in rules:
            _allow(libc, ruleset, path, rights & handled)
        if libc.syscall(_RESTRICT_SELF, ruleset, 0):
            raise OSError(ctypes.get_errno(), "landlock restriction refused")
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined, unused-ignore]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.ELOOP):
            return
        raise
    try:
        if not os.path.isdir(path):
            rights &= _RIGHTS_OF_FILES
        if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, handle), 0):
            raise OSError(ctypes.get_errno(), f"landlock rule refused: {path}")
    finally:
        os.close(handle)
