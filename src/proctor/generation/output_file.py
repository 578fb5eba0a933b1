"""A file that several runs of one command add rows to, and what is asked of the record beside it before they go on."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import proctor
from proctor.errors import InputError
from proctor.generation.output_record import OutputRecord, stored_accounts
from proctor.locking import exclusive_file
from proctor.models import ModelOptions
from proctor.records import read_json
from proctor.sessions import Session


class OutputFile:
    """Where rows go.

    Args:
        path: The file of rows.
        what: What the rows are, in messages and in the record: ``samples``.
        every_row: Another file that gets a row first for all that is done, where *path* holds a choice of it; None for
            *path* itself.
        extent: The parameters that say how much is made, and not how: each run may have its own, and rows stay.

    Raises:
        InputError: *path* has no name.

    Attributes:
        path: The file of rows.
        what: As given.
        every_row: The file that gets every row.
        record: The record beside it: version, parameters, digests, what calls of models took, the runs.
    """

    def __init__(self, path: Path, what: str, *, every_row: Path | None = None, extent: Collection[str] = ()) -> None:
        if not path.name:
            raise InputError(f"expected a file to write, found {str(path)!r}; choose another --output")
        self.path = path
        self.every_row = every_row or path
        self.record = path.with_name(f"{path.name}.run.json")
        self.what = what
        self._extent = frozenset(extent)

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes out. A file that is still empty at the end goes again, and its record with it.

        Raises:
            InputError: The file cannot be written, or another process writes into it.
        """
        return exclusive_file(self.every_row, self.record)

    def begin(
        self,
        parameters: Mapping[str, Any],
        prompts: Mapping[str, str],
        *,
        command: list[str],
        options: ModelOptions,
    ) -> OutputRecord:
        """Write the record of a run that makes the file or goes on with it.

        Args:
            parameters: What all rows are made with, and the extent; plain values.
            prompts: The digests of the prompts, by name.
            command: What the user typed.
            options: The caps on what all runs together may cost.

        Raises:
            InputError: The file holds something else, or rows that were made otherwise.
        """
        before = self.read_record(parameters, prompts)
        now = {
            "proctor": proctor.__version__,
            "command": command,
            "parameters": dict(parameters),
            "digests": before.get("digests", {}) | {"prompts": dict(prompts)},
        }
        return OutputRecord(self.record, before | now, stored_accounts(before, options, self.record), Session(command))

    def read_record(self, parameters: Mapping[str, Any], prompts: Mapping[str, str]) -> dict[str, Any]:
        """The record of the runs before this one; empty where there were none.

        Args:
            parameters: What all rows must have been made with, as the record holds them under ``parameters``.
            prompts: The digests of the prompts, by name, as it holds them under ``digests``.

        Raises:
            InputError: The file holds something else, or rows that were made otherwise.
        """
        record = self._own_record(parameters)
        if differing := _differing(record, self._shared(parameters), prompts):
            raise InputError(
                f"{self.path} holds {self.what} that were made otherwise: {'; '.join(differing)}; "
                "repeat that, or choose another --output"
            )
        return record

    def forget_others(self, parameters: Mapping[str, Any], prompts: Mapping[str, str]) -> None:
        """Empty the file, if the record beside it says that its rows were made otherwise than with these.

        Args:
            parameters: As for :meth:`read_record`.
            prompts: As there.

        Raises:
            InputError: The file holds something else.
        """
        if _differing(self._own_record(parameters), self._shared(parameters), prompts):
            if self.path != self.every_row:
                self.path.unlink(missing_ok=True)
            self.record.unlink()
            self.every_row.write_bytes(b"")

    def _own_record(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The record, if it is of rows of this kind, whatever they were made with; empty where there are no rows."""
        if not (self.every_row.exists() and self.every_row.stat().st_size):
            return {}
        if not self.record.exists():
            raise InputError(
                f"{self.path} is there already, and no {self.record.name} beside it says that it holds {self.what}; "
                "choose another --output"
            )
        record = read_json(self.record)
        before = record.get("parameters")
        if (
            not isinstance(before, dict)
            or self._shared(before).keys() != self._shared(parameters).keys()
            or not isinstance(record.get("digests"), dict)
        ):
            raise InputError(f"{self.record} is no record of {self.what}; choose another --output")
        return record

    def _shared(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in parameters.items() if name not in self._extent}


def _differing(record: Mapping[str, Any], parameters: Mapping[str, Any], prompts: Mapping[str, str]) -> list[str]:
    """What of *parameters* and *prompts* is not as in *record*, in words; nothing where there is no record."""
    if not record:
        return []
    before, told = record["parameters"], record["digests"].get("prompts", {})
    differing = [f"{name} {before[name]} (now {now})" for name, now in parameters.items() if before[name] != now]
    return differing + [f"the text of prompt {name}" for name, now in prompts.items() if told.get(name, now) != now]
