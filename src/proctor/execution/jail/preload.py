"""Modules that solutions use most: loaded by a warm server, so that a forked solution finds them there.

Each costs every fork a little, used or not (a quarter of a microsecond for a page of memory that it fills), and spares
a solution that imports it some milliseconds. Solutions without any import are forked from a bare server, which has none
of them, and a module that fewer than one solution in five hundred imports does not pay. Two are here for another
reason: ``random``, because it is seeded before the fork, and ``traceback``, because its ``linecache`` is given the
solution's lines.
"""

COMMON_MODULES = (
    "bisect", "builtins", "collections", "collections.abc", "copy", "functools", "heapq", "io", "itertools", "math",
    "operator", "os", "random", "re", "string", "sys", "time", "traceback", "typing",
)  # fmt: skip
OTHER_MODULES = (
    "abc", "array", "ast", "base64", "calendar", "cmath", "contextlib", "csv", "dataclasses", "datetime", "decimal",
    "difflib", "enum", "fractions", "hashlib", "json", "keyword", "linecache", "locale", "numbers", "pathlib", "pprint",
    "queue", "secrets", "signal", "socket", "statistics", "struct", "sysconfig", "tempfile", "textwrap", "threading",
    "timeit", "tokenize", "types", "unicodedata", "uuid", "warnings", "weakref", "zlib",
)  # fmt: skip


def load_common_modules() -> None:
    """Import those that pay."""
    _load(COMMON_MODULES)


def load_all_modules() -> None:
    """Import whatever solutions may expect, for a server that can load nothing later."""
    _load(COMMON_MODULES + OTHER_MODULES)


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        __import__(name)
