"""Where solutions run, as the audit sees it: a grader, and how well it is walled in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from proctor.execution import Limits
from proctor.grading import Grader


@dataclass(frozen=True)
class Sandbox:
    """A grader that is ready, and the level and parts of its isolation."""

    grader: Grader
    isolation: dict[str, Any]


OpenSandbox = Callable[[Limits, int], AbstractAsyncContextManager[Sandbox]]
"""From limits and a number of jobs to a sandbox; tests hand in one that runs nothing."""


@asynccontextmanager
async def open_sandbox(
    limits: Limits, jobs: int, *, require_isolation: int | None = None, python: str | None = None
) -> AsyncIterator[Sandbox]:
    """Start *jobs* fork servers and stop them at the end.

    Args:
        limits: Of every run of a solution.
        jobs: Solutions that run at once.
        require_isolation: The weakest isolation level that will do; None for any.
        python: The interpreter that runs solutions; None for this one.

    Raises:
        ExecutionError: They do not start, or the machine gives less isolation than is required.
    """
    from proctor.execution import SubprocessExecutor
    from proctor.grading import TestExecutionGrader

    async with SubprocessExecutor(jobs=jobs, require_isolation=require_isolation, python=python) as executor:
        yield Sandbox(TestExecutionGrader(executor, limits=limits), executor.isolation)
