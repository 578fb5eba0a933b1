"""The record beside an output, from which a stopped run continues, with what calls of models took."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from proctor.errors import InputError
from proctor.models import Accounts, ModelOptions
from proctor.records import write_json
from proctor.sessions import Session, timings

SECONDS_BETWEEN_SAVES = 2.0


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
