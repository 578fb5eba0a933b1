"""Hostile solutions that ask the kernel for what they may not have."""

import os
import platform

import pytest
from attack_trials import NATIVE, SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Status

# what must be denied: f() returns the name of the error, or "done"
DENIED = {
    # ---- processes
    "fork": "os.fork()",
    "fork behind the module's back": "__import__('posix').fork()",
    "fork by the C library": "assert libc.fork() != -1",
    "fork a terminal": "os.forkpty()",
    "double fork with a session of its own": "os.setsid() if os.fork() == 0 else None",
    "exec": "os.execv('/bin/true', ['true'])",
    "exec of an open file": "call(322, 3, b'', 0, 0, 0x1000)",
    "spawn": "__import__('subprocess').run(['true'])",
    "posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "shell": "assert libc.system(b'true') == 0",
    "multiprocessing": "__import__('multiprocessing').Process(target=print).start()",
    "vfork": "call(58)",
    "clone without its own threads": "call(56, 17, 0, 0, 0, 0)",
    "clone3": "call(435, ctypes.create_string_buffer(88), 88)",
    "kill the server": "os.kill(os.getppid(), 9)",
    "kill everybody": "os.kill(-1, 9)",
    "kill its group": "os.killpg(0, 9)",
    "probe for a process": "os.kill(1, 0)",
    "stop itself": "os.kill(os.getpid(), 19)",
    "signal a thread of the server": "call(200, os.getppid(), 9)",
    "signal a thread group": "call(234, os.getppid(), os.getppid(), 9)",
    "queue a signal": "call(129, os.getppid(), 9, ctypes.create_string_buffer(128))",
    "signal by a timer to the server's thread": "event = struct.pack('QiiI', 0, 9, 4, os.getppid()) + bytes(44)\n"
    "        call(222, 0, event, ctypes.create_string_buffer(8))",
    "own the signals of a descriptor": "call(72, 0, 8, os.getppid())",
    "send another signal for a descriptor": "call(72, 0, 10, 9)",
    "open the server's process": "call(434, os.getppid(), 0)",
    "take the server's descriptors": "call(438, 3, 0, 0)",
    "signal through a descriptor": "call(424, 3, 9, 0, 0)",
    "advise on the server's memory": "call(440, 3, 0, 0, 0, 0)",
    "own session": "os.setsid()",
    "own group": "os.setpgid(0, 0)",
    "trace the server": "call(101, 16, os.getppid(), 0, 0)",
    "be traced by the server": "call(101, 0, 0, 0, 0)",
    "compare with the server": "call(312, os.getppid(), os.getpid(), 0, 0, 0)",
    "read the server's memory": "call(310, os.getppid(), 0, 0, 0, 0, 0)",
    "write the server's memory": "call(311, os.getppid(), 0, 0, 0, 0, 0)",
    "accounting": "call(163, 0)",
    # ---- limits and priorities
    "raise its memory limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, (-1, -1))",
    "raise its CPU limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_CPU, (999, 999))",
    "raise its file limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_FSIZE, (-1, -1))",
    "limit the server": "__import__('resource').prlimit(os.getppid(), __import__('resource').RLIMIT_CPU, (0, 0))",
    "read the server's limits": "call(302, os.getppid(), 0, 0, ctypes.create_string_buffer(16))",
    "pin the server": "os.sched_setaffinity(os.getppid(), {0})",
    "starve the server": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "be nicer to itself": "os.nice(-5)",
    "real-time scheduling": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "I/O priority of the server": "call(251, 1, os.getppid(), 0)",
    "move the server's memory": "call(256, os.getppid(), 8, 0, 0)",
    # ---- users, namespaces and the kernel
    "become root": "os.setuid(0)",
    "become root for good": "os.setresuid(0, 0, 0)",
    "root's group": "os.setgid(0)",
    "groups": "os.setgroups([0])",
    "root for files": "assert call(122, 0) == 0 or os.geteuid() == 0",
    "capabilities": "call(126, struct.pack('II', 0x20080522, 0), bytes(b'\\xff' * 24))",
    "mount": "call(165, b'x', b'/tmp', b'tmpfs', 0, 0)",
    "unmount": "call(166, b'/tmp', 2)",
    "the new way to mount": "call(428, -100, b'/', 1)",
    "move the root": "call(155, b'/tmp', b'/tmp')",
    "chroot": "os.chroot('/tmp')",
    "unshare": "call(272, 0x10000000)",
    "enter another namespace": "call(308, 3, 0)",
    "keyctl": "call(250, 0, -3, 1)",
    "add a key": "call(248, b'user', b'x', b'y', 1, -3)",
    "bpf": "call(321, 0, 0, 0)",
    "io_uring": "call(425, 1, ctypes.create_string_buffer(120))",
    "asynchronous I/O": "call(206, 1, ctypes.create_string_buffer(8))",
    "userfaultfd": "call(323, 0)",
    "perf": "call(298, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    "watch files": "call(254)",
    "watch all files": "call(300, 0, 0)",
    "load a module": "call(313, 3, b'', 0)",
    "load a kernel": "call(246, 0, 0, 0, 0)",
    "reboot": "call(169, 0xfee1dead, 672274793, 0x01234567, 0)",
    "the kernel's log": "call(103, 3, ctypes.create_string_buffer(64), 64)",
    "swap": "call(167, b'/tmp/x', 0)",
    "quota": "call(179, 0x800002, b'/', 0, 0)",
    "set the clock": "__import__('time').clock_settime(0, 0)",
    "host name": "__import__('socket').sethostname('taken')",
    "ports": "call(173, 0, 1, 1)",
    "memfd": "call(319, b'x', 0)",
    "secret memory": "call(447, 0)",
    "another personality": "call(135, 0x0400000)",
    "a filter of its own": "call(317, 1, 0, 0)",
    "Landlock rules of its own": "call(444, 0, 0, 1)",
    "make itself dumpable": "call(157, 4, 1, 0, 0, 0)",
    "outlive the server": "call(157, 1, 0, 0, 0, 0)",
    "become the reaper": "call(157, 36, 1, 0, 0, 0)",
    "let anybody trace it": "call(157, 0x59616d61, -1, 0, 0, 0)",
    "take back no_new_privs": "call(157, 38, 0, 0, 0, 0)",
    "change its memory map": "call(157, 35, 1, 0, 0, 0)",
    # ---- network and other programs
    "internet socket": "__import__('socket').socket()",
    "unix socket": "__import__('socket').socket(__import__('socket').AF_UNIX)",
    "abstract unix socket": "__import__('socket').socket(__import__('socket').AF_UNIX, 2).sendto(b'x', '\\0x')",
    "netlink": "__import__('socket').socket(16, 3, 0)",
    "virtual machine sockets": "__import__('socket').socket(40, 1, 0)",
    "raw packets": "__import__('socket').socket(17, 3, 3)",
    "kernel's ciphers": "__import__('socket').socket(38, 5, 0)",
    "a pair that can be connected": "__import__('socket').socketpair(1, 2)",
    "name resolution": "__import__('socket').create_connection(('localhost', 80), 1)",
    "download": "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/', timeout=1)",
    "terminal input": "call(16, 0, 0x5412, b'x')",
    "a terminal": "call(16, 0, 0x540E, 0)",
    "signals on input": "call(16, 3, 0x5452, struct.pack('i', 1))",
    "message queue": "call(240, b'x', 0x42, 0o600, 0)",
    "shared memory": "call(29, 0, 4096, 0o1600)",
    "semaphores": "call(64, 0, 1, 0o1600)",
    "message queue of old": "call(68, 0, 0o1600)",
}  # fmt: skip
ERRORS = (
    "PermissionError",
    "OSError",
    "FileNotFoundError",
    "ImportError",
    "ModuleNotFoundError",
    "ValueError",
    "URLError",
    "gaierror",
)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of the system calls are those of x86-64")
@pytest.mark.parametrize("action", cases(DENIED))
def test_a_system_call_is_denied(leveled_sandbox: Sandbox, action: str) -> None:
    code = f"{NATIVE}def f():\n    try:\n        {action}\n"
    code += "    except (OSError, ImportError, ValueError, AssertionError) as error:\n"
    code += "        return type(error).__name__\n    return 'done'"
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=SMALL)
    assert result.status is Status.COMPLETED, result.error
    assert result.value in (*ERRORS, "AssertionError")


MACHINE_CODE = {
    "system calls of 32 bits": "b8 02 00 00 00 cd 80 c3",  # mov eax, 2 (fork); int 0x80; ret
    "x32 system calls": "b8 39 00 00 40 0f 05 c3",  # mov eax, 0x40000039 (fork); syscall; ret
}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the machine code is that of x86-64")
@pytest.mark.parametrize("code", cases(MACHINE_CODE))
def test_another_architectures_system_call_ends_the_program(leveled_sandbox: Sandbox, code: str) -> None:
    solution = (
        f"import ctypes, mmap\ncode = bytes.fromhex({code!r})\n"
        "page = mmap.mmap(-1, 4096, prot=7)\npage.write(code)\n"
        "def f():\n    address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()"
    )
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(solution, limits=SMALL)
    # a kernel that was built without them has them fault, or answer ENOSYS
    assert result.status is Status.CRASHED or (result.value or 0) < 0


def test_the_solution_never_runs_as_root(leveled_sandbox: Sandbox) -> None:
    code = "import os\ndef f():\n    return 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups())"
    expected = os.geteuid() != 0 and 0 in os.getgroups()
    assert leveled_sandbox.call(code).value is expected


def test_the_environment_holds_nothing_of_the_users(leveled_sandbox: Sandbox) -> None:
    names = leveled_sandbox.call("import os\ndef f():\n    return sorted(os.environ)").value
    known = {"LANG", "LC_CTYPE", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PWD"}
    assert set(names) <= known | {"PYTHONHASHSEED", "PYTHONPATH", "TMPDIR"}


def test_no_descriptor_but_its_own_is_open(leveled_sandbox: Sandbox) -> None:
    assert leveled_sandbox.call(_OPEN_DESCRIPTORS).value == [0, 1, 2, 3]


_OPEN_DESCRIPTORS = """
import os
def f():
    found = []
    for number in range(5000):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found
"""
