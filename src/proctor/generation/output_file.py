"""A file that several runs of one command add rows to, and the record beside it, from which a stopped run continues."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import proctor
from proctor.errors import InputError
from proctor.locking import exclusive_file
from proctor.models import Accounts, ModelOptions
from proctor.records import read_json, write_json
from proctor.sessions import Session, timings

SECONDS_BETWEEN_SAVES = 2.0


class OutputFile:
    """Where rows go.

    Args:
        path: The file of rows.
        what: What the rows are, in messages: ``samples``.
        every_row: Another file that gets a row first for all that is done, where *path* holds a choice of it; None for
            *path* itself.
        extent: The parameters that say how much is made, and not how: each run may have its own, and rows stay.

    Raises:
        InputError: *path* has no name.

    Attributes:
        path: The file of rows.
        every_row: The file that gets every row.
        record: The record beside it: version, parameters, digests, what calls of models took, the runs.
    """

    def __init__(self, path: Path, what: str, *, every_row: Path | None = None, extent: Collection[str] = ()) -> None:
        if not path.name:
            raise InputError(f"expected a file to write, found {str(path)!r}; choose another --output")
        self.path = path
        self.every_row = every_row or path
        self.record = path.with_name(f"{path.name}.run.json")
        self._what = what
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
    ) -> "OutputRecord":
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
                f"{self.path} holds {self._what} that were made otherwise: {'; '.join(differing)}; "
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
                f"{self.path} is there already, and no {self.record.name} beside it says that it holds {self._what}; "
                "choose another --output"
            )
        record = read_json(self.record)
        before = record.get("parameters")
        if (
            not isinstance(before, dict)
            or self._shared(before).keys() != self._shared(parameters).keys()
            or not isinstance(record.get("digests"), dict)
        ):
            raise InputError(f"{self.record} is no record of {self._what}; choose another --output")
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


class OutputRecord:
    """The record beside an output, while a run adds rows to it.

    Args:
        path: Where it lies.
        content: What it holds at the beginning of the run.
        accounts: What calls of models took, over all runs.
        session: The run.

    Attributes:
        accounts: As given.
    """

    def __init__(self, path: Path, content: dict[str, Any], accounts: Accounts, session: Session) -> None:
        self.accounts = accounts
        self._path = path
        self._content = content
        self._session = session
        write_json(path, content)

    def accounts_saved(self) -> AbstractAsyncContextManager[None]:
        """Around the asking: what calls took is put on record now and then."""
        return saved_accounts(self._path, self._content, self.accounts)

    def end(self, what: str, done: int, *, digests: Mapping[str, str] | None = None, **facts: Any) -> None:
        """Bring it up to date.

        Args:
            what: What the run has made: ``samples``.
            done: How many of them; a run that made none leaves no session.
            digests: Of what it was made from, beside those of the prompts.
            facts: What else is to be known.
        """
        before = self._content
        sessions = [*before.get("sessions", []), *([self._session.row(**{what: done})] if done else [])]
        own = {
            "digests": before["digests"] | dict(digests or {}),
            "accounts": self.accounts.as_dict(),
            "sessions": sessions,
            "timings": timings(sessions, what),
        }
        write_json(self._path, before | own | facts)


def stored_accounts(record: Mapping[str, Any], options: ModelOptions, where: Path) -> Accounts:
    """What the runs recorded so far have spent, under the caps of *options*.

    Args:
        record: Theirs; empty before the first.
        options: Of this run.
        where: The record's file.

    Raises:
        InputError: What is recorded is no account, or a cap is no number.
    """
    spent = record.get("accounts", {"models": {}})
    try:
        return Accounts.from_dict(spent, max_cost=options.max_cost, max_total_tokens=options.max_total_tokens)
    except InputError as error:
        raise InputError(f"{where}: accounts: {error}") from error


@asynccontextmanager
async def saved_accounts(path: Path, record: Mapping[str, Any], accounts: Accounts) -> AsyncIterator[None]:
    """Keep *record* in *path*, with what calls took, every two seconds and at the end, whatever kind of end it is."""
    saved = record.get("accounts")

    def save() -> None:
        nonlocal saved
        spent = accounts.as_dict()
        if spent != saved:
            write_json(path, {**record, "accounts": spent})
            saved = spent

    async def save_now_and_then() -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_SAVES)
            save()

    saving = asyncio.create_task(save_now_and_then())
    try:
        yield
    finally:
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)  # a failure to write comes back below
        save()
