import asyncio
import gc

from proctor.models.endpoints.connections import LoopClients


class Client:
    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        self.closed = True


def test_a_client_is_closed_at_the_end_of_its_loop() -> None:
    clients = LoopClients(Client)
    first, second = asyncio.run(clients.get()), asyncio.run(clients.get())
    assert first is not second
    assert (first.closed, second.closed) == (True, True)


def test_a_client_outlives_the_model_that_is_dropped_before_the_end_of_the_loop() -> None:
    async def drop() -> tuple[Client, bool]:
        client = await LoopClients(Client).get()
        gc.collect()
        await asyncio.sleep(0)
        return client, client.closed

    client, was_closed = asyncio.run(drop())
    assert (was_closed, client.closed) == (False, True)
