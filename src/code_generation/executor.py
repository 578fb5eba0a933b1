"""The documented import names of the executors; what they are is said in :mod:`proctor.execution`.

``TogetherExecutor`` can be imported without the ``together`` extra; opening one says that it is missing.
"""

from proctor.execution import ExecutionResult, Executor, Limits, SubprocessExecutor, TogetherExecutor

__all__ = ["ExecutionResult", "Executor", "Limits", "SubprocessExecutor", "TogetherExecutor"]
