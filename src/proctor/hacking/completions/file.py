"""The files of a data set with completions: every row as it is made, and the document that is made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from proctor.errors import InputError
from proctor.generation import OutputFile, RowFile
from proctor.grading import RowIndex
from proctor.hacking.completions.graded import CompletionTally, StoredCompletion
from proctor.hacking.completions.selection import Selection
from proctor.records import decode_json, write_json, write_jsonl

__all__ = ["CompletionFile"]

SUFFIXES = (".json", ".jsonl")


class CompletionFile(RowFile[CompletionTally]):
    """Where completions go.

    Args:
        path: The data set: one document of format B if its name ends in ``.json``, rows of it if in ``.jsonl``. Every
            completion, whatever the selection, is in ``PATH.rows.jsonl``.

    Raises:
        InputError: The name ends otherwise.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in SUFFIXES:
            raise InputError(f"expected an output that ends in .json or .jsonl, found {str(path)!r}")
        file = OutputFile(path, "completions", every_row=path.with_name(f"{path.name}.rows.jsonl"))
        super().__init__(file, stored=StoredCompletion, tally=CompletionTally)

    def write(self, ids: Iterable[str], selection: Selection, metadata: Mapping[str, Any]) -> int:
        """Write the data set, as far as there are completions; nothing where there is none.

        Args:
            ids: Of its problems, in its order.
            selection: Which of their completions.
            metadata: How they were made: ``completions`` in the metadata of a document.

        Returns:
            How many completions it has.
        """
        if not self.tally.completions:
            return 0
        with RowIndex(self.rows) as index:
            lines = [line for name in ids if (line := index.find(name)) is not None]
        rows = [(decode_json(line, str(self.rows), StoredCompletion), msgspec.Raw(line.strip())) for line in lines]
        entries = [line for row, line in rows if row in selection]
        if self.path.suffix == ".jsonl":
            write_jsonl(self.path, entries)
        else:
            names = {"dataset": rows[0][0].dataset if rows else "", "status": "with_completions"}
            counted = {**names, "total_problems": len(entries), "completions": metadata}
            write_json(self.path, {"metadata": counted, "problems": entries})
        self.facts["selection"] = {**asdict(selection), "kept": len(entries)}
        return len(entries)
