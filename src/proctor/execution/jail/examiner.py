"""The process in which assertion tests run: the tests see a proxy where the solution's function would be.

The solution lives in another process, another jail and under another user. What it answers is plain data; losing it
ends the examination at once, so that no ``except:`` in a test can swallow the loss.
"""

from __future__ import annotations

import builtins
import os

from proctor.execution.jail.channel import CHANNEL, receive, send
from proctor.execution.jail.values import BadTreeError, UnsupportedValueError, count_nodes, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    Emit = Callable[[dict[str, Any], int], None]

_MAX_ANSWER_NODES = 300_000


class SolutionError(Exception):
    """The solution raised something that is no exception of Python's own."""


def run(request: dict[str, Any], emit: Emit) -> int:
    """Run the tests from ``request["start"]`` on; a frame for each, with the secret token where it held."""
    examination = _Examination(request, emit)
    namespace: dict[str, Any] = {"__name__": "examiner", "__builtins__": builtins}
    exec(compile(request["prelude"], "<prelude>", "exec", dont_inherit=True), namespace)
    namespace[request["entry_point"]] = examination.call
    for index in range(request["start"], len(request["tests"])):
        examination.index = index
        examination.run(request["tests"][index], dict(namespace))
    return 0


class _Examination:
    def __init__(self, request: dict[str, Any], emit: Emit) -> None:
        self.index = -1
        self._token = request["token"]
        self._value_bytes = request["value_bytes"]
        self._emit = emit

    def run(self, test: str, namespace: dict[str, Any]) -> None:
        try:
            exec(compile(test, "<test>", "exec", dont_inherit=True), namespace)
        except BaseException as error:
            frame: dict[str, Any] = {"e": [type(error).__name__[:80], _message(error, test)]}
        else:
            frame = {"ok": self._token}
        self._emit({"i": self.index, **frame}, self._value_bytes)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the solution; its exceptions are raised here as Python's own of the same name."""
        try:
            send(CHANNEL, {"args": encode(list(args)), "kwargs": encode(kwargs)})
            answer = receive(CHANNEL)
        except UnsupportedValueError as error:
            self._abort({"u": f"an argument cannot be sent: {error}", "eq": False})
        except (OSError, ValueError, RecursionError):
            answer = None
        if answer is None:
            self._abort({"lost": True})
        if "v" in answer:
            return self._value(answer["v"])
        if "e" in answer:
            raise _as_exception(answer["e"])
        self._abort(answer if answer.keys() & {"u", "x", "big"} else {"lost": True})

    def _value(self, tree: Any) -> Any:
        try:
            if count_nodes(tree) > _MAX_ANSWER_NODES:
                raise BadTreeError("too many elements")
            return decode(tree)
        except (BadTreeError, RecursionError):
            self._abort({"lost": True})

    def _abort(self, frame: dict[str, Any]) -> NoReturn:
        """End the examination within a call, where no handler of the test's can interfere."""
        kept = {key: value for key, value in frame.items() if key in ("u", "eq", "x", "big", "lost")}
        self._emit({"i": self.index, **kept}, self._value_bytes)
        os._exit(0)


def _as_exception(described: Any) -> Exception:
    try:
        name, message = str(described[0]), str(described[1])
    except (TypeError, IndexError, KeyError):
        return SolutionError("malformed")
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception) and kind is not AssertionError:
        try:
            return kind(message)
        except TypeError:  # UnicodeDecodeError and its like want more than a message
            pass
    return SolutionError(f"{name}: {message}")


def _message(error: BaseException, test: str) -> str:
    text = str(error)[:500]
    if text or not isinstance(error, AssertionError) or error.__traceback__ is None:
        return text
    lines, number = test.splitlines(), 0
    trace = error.__traceback__.tb_next
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<test>":
            number = trace.tb_lineno
        trace = trace.tb_next
    return lines[number - 1].strip()[:500] if 0 < number <= len(lines) else ""
