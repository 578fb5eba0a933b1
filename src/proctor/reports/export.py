"""Write results as a table for other programs: CSV, or Parquet."""

import csv
import importlib
import io
import itertools
import re
from collections.abc import Callable
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from proctor.errors import InputError
from proctor.records import replacing
from proctor.reports.flat_rows import FlatTable, Value
from proctor.reports.wording import encodable

BATCH = 1_000  # rows that are in memory at once, for Parquet

FORMULA = re.compile(r"[=+\-@\t\r]")
"""What spreadsheets take for the beginning of a formula, which may fetch a page or start a program."""


def export(table: FlatTable, path: Path) -> int:
    """Write *table* in the format that the suffix of *path* names, whole or not at all; returns its number of rows.

    Raises:
        InputError: The suffix is another, *path* cannot be written, or Parquet needs an extra that is not installed.
    """
    if path.suffix not in FORMATS:
        raise InputError(f"{path}: expected a name that ends in {' or '.join(FORMATS)}")
    write = FORMATS[path.suffix]
    with replacing(path) as file:
        return write(table, file)


def _write_csv(table: FlatTable, file: BufferedIOBase) -> int:
    """As RFC 4180 has it; nothing is an empty cell, and yes and no are ``true`` and ``false``."""
    line = io.StringIO()
    writer = csv.writer(line)
    count = -1  # the head
    for cells in itertools.chain([table.columns], (map(_csv_cell, row.values()) for row in table)):
        writer.writerow(cells)
        file.write(line.getvalue().encode())
        line.seek(0)
        line.truncate()
        count += 1
    return count


def _csv_cell(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{encodable(value)}" if FORMULA.match(value) else encodable(value)
    return value


def _write_parquet(table: FlatTable, file: BufferedIOBase) -> int:
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise InputError(
            "writing Parquet needs the extra 'export'; install it: pip install 'proctor[export]'"
        ) from error
    types = {bool: arrow.bool_(), int: arrow.int64(), float: arrow.float64(), str: arrow.string()}
    schema = arrow.schema([(column, types[kind]) for column, kind in table.columns.items()])
    count = 0
    rows = iter(table)
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            encoded: list[dict[str, Any]] = [{key: _encodable(value) for key, value in row.items()} for row in batch]
            writer.write_table(arrow.Table.from_pylist(encoded, schema=schema))
            count += len(batch)
    return count


def _encodable(value: Value) -> Value:
    return encodable(value) if isinstance(value, str) else value


FORMATS: dict[str, Callable[[FlatTable, BufferedIOBase], int]] = {".csv": _write_csv, ".parquet": _write_parquet}
"""From the suffix of a file to what writes it."""
