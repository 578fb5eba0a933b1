"""Imported before anything else in the fork server: modules register no at-fork hooks from here on.

The hooks of random, threading and logging cost a third of a fork. What they are for is done by the child, which seeds
``random`` itself, or is not needed: the server has one thread and holds no lock when it forks.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def ignore_hooks(
    *,
    before: Callable[..., Any] | None = None,
    after_in_parent: Callable[..., Any] | None = None,
    after_in_child: Callable[..., Any] | None = None,
) -> None:
    """Stands in for ``os.register_at_fork``."""
    del before, after_in_parent, after_in_child


os.register_at_fork = ignore_hooks
