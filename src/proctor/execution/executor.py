"""What every executor can do, whatever it runs on."""

from collections.abc import Sequence
from typing import Any, Protocol

from proctor.execution.limits import Limits
from proctor.execution.result import ExecutionResult, Program


class Executor(Protocol):
    """Runs untrusted programs and says what they came to; raises ``ExecutionError`` for failures of its own only."""

    @property
    def isolation(self) -> dict[str, Any]:
        """Level and parts of the sandbox, for the record beside every grade."""
        ...

    async def run_calls(
        self, program: Program, calls: Sequence[str], limits: Limits, *, fresh: bool = False
    ) -> list[ExecutionResult]:
        """One result for every call text; with *fresh* each call has a process of its own."""
        ...

    async def run_script(self, code: str, stdin: str, limits: Limits, *, steps: int = 1) -> ExecutionResult:
        """One run of a whole program, with *steps* tests' worth of CPU time."""
        ...

    async def examine(self, program: Program, tests: Sequence[str], limits: Limits) -> list[ExecutionResult]:
        """One result for every assertion test, run where the program cannot reach it."""
        ...
