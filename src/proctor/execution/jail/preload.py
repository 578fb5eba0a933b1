"""Modules that solutions use most: loaded once by the server, so that a forked solution finds them warm."""

import importlib

COMMON_MODULES = (
    "abc", "array", "ast", "base64", "bisect", "builtins", "calendar", "cmath", "collections", "collections.abc",
    "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools",
    "hashlib", "heapq", "io", "itertools", "json", "keyword", "linecache", "locale", "math", "numbers", "operator",
    "pprint", "queue", "random", "re", "secrets", "signal", "statistics", "string", "struct", "sys", "textwrap",
    "threading", "time", "timeit", "tokenize", "traceback", "types", "typing", "unicodedata", "uuid", "warnings",
    "weakref", "zlib",
)  # fmt: skip


def load_common_modules() -> None:
    """Import them all."""
    for name in COMMON_MODULES:
        importlib.import_module(name)
