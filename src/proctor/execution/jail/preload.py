"""Modules that solutions use most: loaded once by the server, so that a forked solution finds them warm.

Each costs every fork a little (a quarter of a microsecond for a page of memory that it fills), used or not, and spares
a solution that imports it some milliseconds: a module that fewer than one solution in five hundred imports does not pay.
"""

import importlib

COMMON_MODULES = (
    "bisect", "builtins", "collections", "collections.abc", "copy", "functools", "heapq", "io", "itertools", "json",
    "math", "operator", "os", "random", "re", "string", "sys", "threading", "time", "traceback", "typing",
)  # fmt: skip


OTHER_MODULES = (
    "abc", "array", "ast", "base64", "calendar", "cmath", "contextlib", "csv", "dataclasses", "datetime", "decimal",
    "difflib", "enum", "fractions", "hashlib", "keyword", "linecache", "locale", "numbers", "pprint", "queue", "secrets",
    "signal", "statistics", "struct", "sysconfig", "textwrap", "timeit", "tokenize", "types", "unicodedata", "uuid",
    "warnings", "weakref", "zlib",
)  # fmt: skip


def load_common_modules() -> None:
    """Import those that pay."""
    _load(COMMON_MODULES)


def load_other_modules() -> None:
    """Import the rest of what solutions may expect, for a server that can load nothing later."""
    _load(OTHER_MODULES)


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        importlib.import_module(name)
