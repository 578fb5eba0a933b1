"""Clients that live as long as the event loop they were opened in.

Connections belong to an event loop. A model outlives one: ``asyncio.run`` may be called twice with it, and nobody has
to close it. An asynchronous generator is what a loop closes before its own end (``loop.shutdown_asyncgens``, which
``asyncio.run`` calls), so one holds the client; and the loop keeps it, or a model that is dropped before the loop's end
would take its open connections along.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary


class _Closable(Protocol):
    async def close(self) -> None: ...


Client = TypeVar("Client", bound=_Closable)

_holders: WeakKeyDictionary[asyncio.AbstractEventLoop, list[AsyncGenerator[Any, None]]] = WeakKeyDictionary()


class LoopClients(Generic[Client]):
    """One client for the running event loop, made when it is first asked for.

    Args:
        connect: Makes a client; nothing is asked of the network yet.
    """

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None

    async def get(self) -> Client:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._loop = loop
            holder = _hold(self._connect)
            _holders.setdefault(loop, []).append(holder)
            self._client = await anext(holder)
        return self._client


async def _hold(connect: Callable[[], Client]) -> AsyncGenerator[Client, None]:
    client = connect()
    try:
        yield client
    finally:
        await client.close()
