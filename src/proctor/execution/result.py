"""What running code came to: plain facts, before anybody judges them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Status(StrEnum):
    """How one call, script or assertion ended."""

    COMPLETED = "completed"
    """A call returned plain data, a script ran to its end, an assertion test held."""
    ASSERTION_FAILED = "assertion_failed"
    """An assertion test raised in the examiner."""
    RAISED = "raised"
    """The solution raised, when it was loaded or in a call."""
    CRASHED = "crashed"
    """A signal that was not ours ended the process, or the result channel held what we never wrote there."""
    EXITED = "exited"
    COMPILE_ERROR = "compile_error"
    NO_ENTRY_POINT = "no_entry_point"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    UNSUPPORTED_VALUE = "unsupported_value"


class ExecutionResult(NamedTuple):
    """One call, script or assertion test.

    Attributes:
        status: How it ended.
        value: The returned value as an undecoded tree (see :mod:`proctor.execution.jail.values`).
        error: One line for people: the exception, the limit, the signal.
        exit_code: The exit status where the process ended in this step, minus the number for a signal.
        stdout: What was written in this step, at most ``Limits.output_bytes``.
        stderr: The same for standard error.
        seconds: CPU seconds, by the program's own clock for a call.
        overrides_comparison: The value was unsupported and its type has an ``__eq__`` of its own.
        trusts_solution: Names that an assertion test took from the solution beside its entry point: a solution can
            have made them up to win.
    """

    status: Status
    value: Any = None
    error: str | None = None
    exit_code: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float | None = None
    overrides_comparison: bool = False
    trusts_solution: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """A solution and the trusted code around it.

    Attributes:
        code: The solution.
        entry_point: The name that calls use: ``f``, ``Solution``; None for a script.
        prelude: Trusted code that runs before it, in the same namespace.
        setup_code: Trusted code that runs after it.
    """

    code: str
    entry_point: str | None = None
    prelude: str = ""
    setup_code: str = ""
