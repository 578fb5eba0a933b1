"""Run a program as ``python solution.py`` would: the same bytes on standard output, the same exit status.

A forked child is no fresh interpreter, so that what an interpreter does before and after a program is done here:
standard streams, the main module, the end in its order. Where that cannot be done, ``docs/grading.md`` says so. The
model is CPython's ``pylifecycle.c`` (``create_stdio``, ``Py_FinalizeEx``).
"""

from __future__ import annotations

import _thread
import atexit
import builtins
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    import types
    from collections.abc import Callable
    from typing import Any

    Begin = Callable[[], None]

SOLUTION_FILE = "solution.py"
_EXEC_CALLS = 2 if sys.version_info < (3, 12) else 0  # ours and runpy's; later they do not count as calls
_INTERRUPTED = 130  # exit status after a KeyboardInterrupt, where no signal can be sent
_UNFLUSHED = 120  # what Python itself exits with when an output cannot be written

_write, _collect, _settrace = os.write, gc.collect, sys.settrace  # taken before a program can replace them


def run(request: dict[str, Any], begin: Begin) -> int:
    """Do what a ``script`` request says; returns the exit status of the process.

    Args:
        request: Holds ``code`` and ``stdin``.
        begin: Called when the program's turn comes.
    """
    begin()
    _fill_stdin(request["stdin"])
    sys.stdin = sys.__stdin__ = standard_stream(0, "<stdin>")  # type: ignore[misc]  # a pipe, not a device
    source = request["code"].encode("utf-8", "surrogatepass")
    _put_into_its_folder(source)
    status = _main_status(source, _new_main())  # no variable of ours may keep what the program makes
    return _finish(status, flush_libc=b"ctypes" in source)


def _put_into_its_folder(source: bytes) -> None:
    """Write the program's file: it may read itself, and tracebacks and ``inspect`` show its lines."""
    if os.getcwd() == "/":  # a server without a scratch folder
        show_lines(SOLUTION_FILE, source.decode("utf-8", "replace"))
        return
    try:
        with open(SOLUTION_FILE, "wb", 0) as file:
            file.write(source)
    except OSError:  # larger than the folder: the program does without
        pass


def show_lines(filename: str, source: str) -> None:
    """Let Python's tracebacks and ``inspect`` have the lines of what has no file."""
    if "linecache" in sys.modules:
        sys.modules["linecache"].cache[filename] = (len(source), None, source.splitlines(True), filename)


def _new_main() -> dict[str, Any]:
    module = sys.modules["__main__"] = type(sys)("__main__")
    path = os.path.join(os.getcwd(), SOLUTION_FILE)
    module.__dict__.update(__annotations__={}, __builtins__=builtins, __file__=path, __cached__=None)
    return module.__dict__


def _fill_stdin(text: str) -> None:
    reading, writing = os.pipe()
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= 1 << 16:  # what a pipe holds without a reader
        _write(writing, data)
        os.close(writing)
    else:
        _thread.start_new_thread(_feed, (writing, data))  # a thread that ``threading`` does not know of
    os.dup2(reading, 0)
    os.close(reading)


def _feed(writing: int, data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[_write(writing, view) :]
    except OSError:  # the program closed its standard input: nothing is owed
        pass
    finally:
        os.close(writing)


def _main_status(source: bytes, namespace: dict[str, Any]) -> int:
    sys.setrecursionlimit(sys.getrecursionlimit() + _depth())  # a program may call as deep as where nothing is below it
    try:
        try:
            exec(compile(source, SOLUTION_FILE, "exec", dont_inherit=True), namespace)
        finally:
            _settrace(None)  # what follows is not the program's
    except SystemExit as error:
        return exit_status(error)
    except BaseException as error:
        # a frame of ours stands on top of the traceback; the program's own hook is called as the interpreter would
        shown = error.__traceback__ and error.__traceback__.tb_next
        try:
            sys.excepthook(type(error), error.with_traceback(shown), shown)
        except SystemExit as hooked:
            return exit_status(hooked)
        except BaseException:
            sys.__excepthook__(type(error), error, shown)
        return _INTERRUPTED if type(error) is KeyboardInterrupt else 1
    return 0


def _depth() -> int:
    """How many calls of ours are below a program's own."""
    depth = _EXEC_CALLS
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    return depth


def _finish(status: int, *, flush_libc: bool) -> int:
    """The end of an interpreter, in its order (``Py_FinalizeEx``): threads, exit functions, outputs, what is left."""
    _do(getattr(sys.modules.get("threading"), "_shutdown", None))
    _do(getattr(atexit, "_run_exitfuncs", None))
    flushed = _flush_outputs()
    _do(_drop_main)
    flushed &= _flush_outputs()  # the last words of the objects that are gone
    if flush_libc:
        import ctypes

        ctypes.CDLL(None).fflush(None)
    return status if flushed or status == _INTERRUPTED else _UNFLUSHED


def _do(end: Callable[[], None] | None) -> None:
    try:
        if end is not None:
            end()
    except BaseException:  # noqa: S110 - Python shows it and goes on
        pass


def _flush_outputs() -> bool:
    """Whether it could be done; an output that is gone or closed needs none."""
    flushed = True
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name, None)
        if stream is None or _is_closed(stream):
            continue
        try:
            stream.flush()
        except BaseException:
            flushed = False
    return flushed


def _is_closed(stream: Any) -> bool:
    try:
        return bool(stream.closed)
    except BaseException:
        return False


def _drop_main() -> None:
    """Let go of all that the program made: an object may have a last word, a file text that is not yet written."""
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    sys.modules.pop("__main__", None)
    _collect()


# ---- what functions need too


def standard_stream(
    descriptor: int, name: str, mode: str = "r", errors: str = "surrogateescape", buffering: int = -1
) -> io.TextIOWrapper:
    """As Python opens it where ``LANG`` is C.UTF-8, which it is in the sandbox; ends of lines stay what they are."""
    stream = open(descriptor, mode, buffering, "utf-8", errors, "\n", closefd=False)  # noqa: SIM115 - as long as the process
    stream.buffer.raw.name = name  # type: ignore[attr-defined]
    return stream  # type: ignore[return-value]


def exit_status(error: SystemExit) -> int:
    """The status that Python ends with; anything but a number or None is printed to standard error, as Python does."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return int.__and__(code, 0xFF) if int.bit_length(code) < 64 else 255  # the C language's cast
    try:
        print(code, file=sys.stderr)  # noqa: T201 - what the interpreter itself does
    except BaseException:
        return 1
    return 1
