"""Running programs in Together's code interpreter instead of on this machine."""

from proctor.execution.together.executor import TogetherExecutor

__all__ = ["TogetherExecutor"]
