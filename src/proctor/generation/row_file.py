"""A file that several runs of a command add rows to, with their counts: what samples, completions and results share."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Generic, Protocol, Self, TypeVar

import msgspec

from proctor.errors import InputError
from proctor.generation.output_file import OutputFile
from proctor.grading.ids import IdSet, ids_of
from proctor.models import Accounts, ModelOptions
from proctor.records import JsonlAppender, decode_json, encode_json, read_jsonl

__all__ = ["RowFile"]


class Tally(Protocol):
    """Counts of rows, each a number in an attribute of its own."""

    def add(self, row: Any, /) -> None:
        """Count one more, as it is read back."""
        ...


T = TypeVar("T", bound=Tally)


class RowFile(Generic[T]):
    """Where rows with an id go.

    Args:
        file: The output, with the record beside it.
        stored: What is read back of a row.
        tally: Makes counts of nothing yet.

    Attributes:
        path: The output as the user calls it.
        rows: The file that gets every row, in the order in which they are made; *path* may be made of it later.
        done: Ids of the rows that earlier runs have put there.
        added: Rows that this run has put there.
        tally: The counts of all that are there.
        accounts: What calls of models took, over all runs.
        digests: Of what this run was made from, for the record.
        facts: What else the record is to say at the end of this run.
    """

    def __init__(self, file: OutputFile, *, stored: type[Any], tally: type[T]) -> None:
        self.path = file.path
        self.rows = file.every_row
        self.done = IdSet()
        self.added = 0
        self.tally = tally()
        self.accounts = Accounts()
        self.digests: dict[str, str] = {}
        self.facts: dict[str, Any] = {}
        self._stored = stored
        self._file = file

    @contextmanager
    def opened(
        self,
        parameters: Mapping[str, Any],
        prompts: Mapping[str, str],
        *,
        options: ModelOptions,
        command: list[str],
        replace: bool = False,
    ) -> Iterator[Self]:
        """Make the files, or go on with them; other processes are kept out.

        Args:
            parameters: What all rows are made with, and the extent; plain values.
            prompts: The digests of the prompts, by name.
            options: The caps on what all runs together may cost.
            command: What the user typed, for the record.
            replace: Forget rows that were made otherwise.

        Raises:
            InputError: The files hold something else, or rows that were made otherwise.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._file.locked():
            self._check_is_ours()
            if replace:
                self._file.forget_others(parameters, prompts)
            self._record = self._file.begin(parameters, prompts, command=command, options=options)
            self.accounts = self._record.accounts
            with JsonlAppender(self.rows) as self._appender:
                # after the appender has cut off what a killed process left half-written
                self.done = ids_of(read_jsonl(self.rows, self._stored), self.tally.add)
                try:
                    yield self
                finally:
                    counts = dict(vars(self.tally))
                    self._record.end(self._file.what, self.added, digests=self.digests, counts=counts, **self.facts)

    def keep(self, row: object) -> None:
        """Store a row."""
        encoded = encode_json(row)
        self._appender.append(msgspec.Raw(encoded))
        self.added += 1
        self.tally.add(decode_json(encoded, str(self.rows), self._stored))

    def accounts_saved(self) -> AbstractAsyncContextManager[None]:
        """Around the asking: what calls took is put on record now and then."""
        return self._record.accounts_saved()

    def _check_is_ours(self) -> None:
        if self.rows != self.path and self.path.exists() and not self.rows.stat().st_size:
            raise InputError(
                f"{self.path} is there already, and no {self.rows.name} beside it says how it was made; "
                "choose another --output"
            )
