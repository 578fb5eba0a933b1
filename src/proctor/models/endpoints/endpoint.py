"""What every kind of endpoint has to do: one attempt, with its failures told apart."""

from typing import Protocol

from proctor.models.model import Completion, Message, Sampling


class Endpoint(Protocol):
    """One model behind one address. Retries, pacing and time limits are the caller's."""

    async def ask(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            TransientError: It may work another time.
            RefusedError: It will not.
        """
        ...
