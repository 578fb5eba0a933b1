"""Modules that solutions use most: loaded once by the server, so that a forked solution finds them warm."""

import importlib
import os
from collections.abc import Callable
from typing import Any

COMMON_MODULES = (
    "abc", "array", "ast", "base64", "bisect", "builtins", "calendar", "cmath", "collections", "collections.abc",
    "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools",
    "hashlib", "heapq", "io", "itertools", "json", "keyword", "linecache", "locale", "math", "numbers", "operator",
    "pprint", "queue", "random", "re", "secrets", "signal", "statistics", "string", "struct", "sys", "textwrap",
    "threading", "time", "timeit", "tokenize", "traceback", "types", "typing", "unicodedata", "uuid", "warnings",
    "weakref", "zlib",
)  # fmt: skip


def load_common_modules() -> None:
    """Import them all, without their at-fork hooks.

    The hooks of random, threading and logging cost half a millisecond a fork; what they are for is done by the child
    (it seeds ``random``) or not needed (the server has one thread and no locks held).
    """
    register = getattr(os, "register_at_fork", None)
    if register is not None:
        os.register_at_fork = _ignore_hooks
    try:
        for name in COMMON_MODULES:
            importlib.import_module(name)
    finally:
        if register is not None:
            setattr(os, "register_at_fork", register)  # noqa: B010


def _ignore_hooks(
    *,
    before: Callable[..., Any] | None = None,
    after_in_parent: Callable[..., Any] | None = None,
    after_in_child: Callable[..., Any] | None = None,
) -> None:
    del before, after_in_parent, after_in_child
