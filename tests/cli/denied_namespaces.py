"""Run a command where no new namespaces can be had, as containers and hardened kernels refuse them.

Usage: ``python denied_namespaces.py COMMAND ARGUMENT ...``; Linux on x86-64 or arm64.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag of linux/sched.h that clone(2) takes
CALLS = {"x86_64": (56, 272, 435), "aarch64": (220, 97, 435)}  # clone, unshare, clone3
LOAD, EQUALS, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # linux/seccomp.h
FIRST_ARGUMENT = 16  # its offset in struct seccomp_data, low half


def denying_program() -> bytes:
    clone, unshare, clone3 = CALLS[platform.machine()]
    instructions = [
        (LOAD, 0, 0, 0),
        (EQUALS, 4, 0, unshare),
        (EQUALS, 4, 0, clone3),
        (EQUALS, 0, 4, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 2, NEW_NAMESPACES),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),  # the C library then uses clone, whose flags can be looked at
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def deny_namespaces() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(denying_program())
    program = ctypes.create_string_buffer(struct.pack("HP", (len(code) - 1) // 8, ctypes.addressof(code)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):  # no_new_privs, then the filter
        raise OSError(ctypes.get_errno(), "the filter was refused")


if __name__ == "__main__":
    deny_namespaces()
    os.execvp(sys.argv[1], sys.argv[1:])
