"""A model that is asked each thing once, and not beyond the user's caps."""

import asyncio
from dataclasses import replace

from proctor.errors import ModelError
from proctor.models.accounts import Accounts
from proctor.models.cache import Request, ResponseCache
from proctor.models.model import Completion, Message, Model, Sampling


class CachedModel:
    """Puts the cache, the accounts and the caps before a paid model.

    The same request at the same time is made once: later askers wait for the first, and when it fails or is cancelled
    they ask themselves. Two *processes* that ask the same at the same time may both pay; the first answer kept is the
    one that both return, and every later run.

    Args:
        model: Who is asked when the answer is not there.
        cache: Where answers are kept; None to ask anew whenever nobody is asking the same.
        accounts: Who counts, and holds the caps.
        served_as: ``PROVIDER/MODEL``, by which the cache and the price list know it; empty when ``model.name`` is that.
        base_url: Where it is asked; empty for its provider's own address. The same name elsewhere is another model.

    Raises:
        InputError: A cap on cost, and no price known: see :meth:`Accounts.register`.
    """

    def __init__(
        self,
        model: Model,
        *,
        cache: ResponseCache | None,
        accounts: Accounts,
        served_as: str = "",
        base_url: str = "",
    ) -> None:
        self.name = model.name
        self._model = model
        self._cache = cache
        self._accounts = accounts
        self._served_as = served_as or model.name
        self._base_url = base_url
        self._under_way: dict[str, asyncio.Future[Completion | None]] = {}
        accounts.register(model.name, served_as=self._served_as, base_url=base_url)

    def answers(self, problem_id: str) -> bool:
        """Whether the model has anything to say about a problem."""
        return self._model.answers(problem_id)

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Answer from the cache, or with whoever is asking the same, or ask.

        Raises:
            BudgetReachedError: A cap leaves no room for the call.
            ModelError: No answer could be had.
            InputError: The cache cannot be read; nothing is asked then.
        """
        request = Request.of(self._served_as, self._base_url, messages, sampling)
        while (first := self._under_way.get(request.key)) is not None:
            answer = await asyncio.shield(first)  # a later asker's cancellation is not the first one's
            if answer is not None:
                return self._count(replace(answer, retries=0, waited_seconds=0.0, cached=True))
        kept = self._cache.get(request) if self._cache else None
        if kept is not None:
            return self._count(kept)
        return await self._ask_for_all(request, messages, sampling)

    async def _ask_for_all(self, request: Request, messages: list[Message], sampling: Sampling) -> Completion:
        """Ask, while later askers wait: they are told the answer, or None when there is none."""
        told = self._under_way[request.key] = asyncio.get_running_loop().create_future()
        answer = None
        try:
            answer = await self._ask(request, messages, sampling)
            return answer
        finally:
            del self._under_way[request.key]
            told.set_result(answer)

    async def _ask(self, request: Request, messages: list[Message], sampling: Sampling) -> Completion:
        async with self._accounts.gate(self.name, messages, sampling):
            try:
                completion = await self._model.generate(messages, sampling)
            except ModelError:
                self._accounts.add_failure(self.name)
                raise
            # no await from here on: an answer that is paid for is counted and kept before anybody can cancel
            self._count(completion)
            return self._cache.put(request, completion) if self._cache else completion

    def _count(self, completion: Completion) -> Completion:
        self._accounts.add(self.name, completion)
        return completion
