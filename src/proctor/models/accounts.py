"""What the calls of language models took, and the user's caps on it.

A cap holds for all that one output has cost, over every run that made it: a run that goes on with an output begins
with the totals of the earlier ones (:meth:`Accounts.from_dict`), and passes a cap that they reached only with a higher
one. Answers out of the cache cost nothing.
"""

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Self

import msgspec

from proctor.errors import InputError
from proctor.models.amounts import show_tokens, show_usd
from proctor.models.caps import Caps, Claim, Spent
from proctor.models.model import Completion, Message, Sampling, Usage
from proctor.models.prices import cost_in_usd
from proctor.models.usage import estimate_usage


@dataclass
class Account:
    """What one model took.

    Attributes:
        calls: Calls that were paid for.
        cached_calls: Calls that were answered out of the cache, or by the same call of somebody else.
        failed_calls: Calls that ended without an answer; what an endpoint bills for them is not known.
        retries: Attempts that failed before the calls that were answered.
        waited_seconds: Time that they waited because of those failures, summed over calls.
        input_tokens: Of paid calls.
        output_tokens: Of paid calls, reasoning included.
        cached_input_tokens: How many of the input tokens the endpoint had in its own prompt cache.
        unpriced_calls: Paid calls whose price is not known.
        priced_cost_usd: List price of the other ones.
        largest_input_tokens: The most input tokens of one call.
        largest_output_tokens: The most output tokens of one call.
    """

    calls: int = 0
    cached_calls: int = 0
    failed_calls: int = 0
    retries: int = 0
    waited_seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    unpriced_calls: int = 0
    priced_cost_usd: float = 0.0
    largest_input_tokens: int = 0
    largest_output_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Input and output of all paid calls."""
        return self.input_tokens + self.output_tokens

    @property
    def cost_usd(self) -> float | None:
        """List price of all paid calls; None when that of any is not known."""
        return None if self.unpriced_calls else self.priced_cost_usd

    def add(self, completion: Completion, cost: float | None) -> None:
        """Count a paid call."""
        usage = completion.usage
        self.calls += 1
        self.retries += completion.retries
        self.waited_seconds += completion.waited_seconds
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_input_tokens += usage.cached_input_tokens
        self.largest_input_tokens = max(self.largest_input_tokens, usage.input_tokens)
        self.largest_output_tokens = max(self.largest_output_tokens, usage.output_tokens)
        self.unpriced_calls += cost is None
        self.priced_cost_usd += cost or 0.0


class Accounts:
    """The accounts of all models of a run, and its caps.

    Attributes:
        models: By the models' full names, those that were asked.
        elsewhere: What other outputs have taken that the caps hold for together with this one.

    Args:
        max_cost: Cap in USD on the list price of all calls together; None for no cap, 0 to live on the cache alone.
        max_total_tokens: Cap on the tokens of all calls together, input and output; None for no cap.

    Raises:
        InputError: A cap is less than 0 or no number.
    """

    def __init__(self, max_cost: float | None = None, max_total_tokens: int | None = None) -> None:
        self.models: dict[str, Account] = {}
        self.elsewhere = Spent(0.0, 0)
        self._caps = Caps(max_cost, max_total_tokens)
        self._billed: dict[str, tuple[str, str]] = {}  # from a model's name to its name in the price list and address
        self._unpriced: set[str] = set()

    @classmethod
    def from_dict(
        cls, record: Mapping[str, Any], *, max_cost: float | None = None, max_total_tokens: int | None = None
    ) -> Self:
        """Go on from what :meth:`as_dict` recorded, under the caps of today.

        Raises:
            InputError: *record* is not of that shape, or a cap is less than 0.
        """
        accounts = cls(max_cost, max_total_tokens)
        try:
            accounts.models = msgspec.convert(record.get("models"), dict[str, Account])
        except msgspec.ValidationError as error:
            raise InputError(f"expected the record of what calls of models took, found another: {error}") from error
        return accounts

    def register(self, model_name: str, *, served_as: str = "", base_url: str = "") -> None:
        """Tell, before its first call, that a model may be asked.

        Args:
            model_name: The name under which it is counted.
            served_as: ``PROVIDER/MODEL``, which decides the price; empty when *model_name* says it.
            base_url: Where it is asked; empty for the provider's own address.

        Raises:
            InputError: Its price is not known, so that the cap on cost alone would let any sum through.
        """
        self._billed[model_name] = (served_as or model_name, base_url)
        if self.cost_of(model_name, Usage()) is not None:
            return
        self._unpriced.add(model_name)
        if self._caps.max_cost is not None and self._caps.max_total_tokens is None:
            raise InputError(
                f"--max-cost cannot hold: no price is known for {model_name!r}; "
                "cap the tokens with --max-total-tokens, beside it or instead"
            )

    @property
    def unpriced_models(self) -> list[str]:
        """The models whose price is not known, by name; a cap on cost does not count their calls."""
        called = {name for name, account in self.models.items() if account.unpriced_calls}
        return sorted(self._unpriced | called)

    @property
    def total_tokens(self) -> int:
        """Input and output of all paid calls."""
        return sum(account.total_tokens for account in self.models.values())

    @property
    def priced_cost(self) -> float:
        """List price in USD of all paid calls whose price is known."""
        return math.fsum(account.priced_cost_usd for account in self.models.values())

    @property
    def spent(self) -> Spent:
        """What counts against the caps."""
        return Spent(self.priced_cost + self.elsewhere.cost, self.total_tokens + self.elsewhere.tokens)

    @property
    def total_cost(self) -> float | None:
        """List price in USD of all paid calls; None when that of any is not known."""
        return None if any(account.unpriced_calls for account in self.models.values()) else self.priced_cost

    @asynccontextmanager
    async def gate(self, model_name: str, messages: list[Message], sampling: Sampling) -> AsyncIterator[None]:
        """Around one paid call and its :meth:`add`: wait until the caps leave room for it.

        Raises:
            BudgetReachedError: They leave none, and no call is in flight any more.
            InputError: As :meth:`register`, for a model that was not registered.
        """
        if model_name not in self._billed:
            self.register(model_name)
        if not self._caps.are_set:
            yield
            return
        claim = await self._caps.enter(lambda: self._claim(model_name, messages, sampling), lambda: self.spent)
        try:
            yield
        finally:
            self._caps.leave(claim)

    def add(self, model_name: str, completion: Completion) -> None:
        """Count an answer; one out of the cache costs nothing."""
        if completion.cached:
            self._account(model_name).cached_calls += 1
        else:
            self._account(model_name).add(completion, self.cost_of(model_name, completion.usage))

    def add_failure(self, model_name: str) -> None:
        """Count a call that ended without an answer."""
        self._account(model_name).failed_calls += 1

    def as_dict(self) -> dict[str, Any]:
        """For records, with the same keys always; :meth:`from_dict` goes on from it."""
        return {
            "models": {
                name: asdict(account) | {"cost_usd": account.cost_usd} for name, account in sorted(self.models.items())
            },
            "total_cost_usd": self.total_cost,
            "priced_cost_usd": self.priced_cost,
            "total_tokens": self.total_tokens,
            "unpriced_models": self.unpriced_models,
            "caps": {"max_cost": self._caps.max_cost, "max_total_tokens": self._caps.max_total_tokens},
        }

    def cost_of(self, model_name: str, usage: Usage) -> float | None:
        """List price in USD of a call that takes *usage*; None when it is not known."""
        served_as, base_url = self._billed.get(model_name, (model_name, ""))
        return cost_in_usd(served_as, usage, base_url=base_url)

    def unknown_prices_line(self) -> str | None:
        """Whose cost will not be counted; None where every price is known."""
        names = ", ".join(self.unpriced_models)
        return f"no price is known for {names}: its tokens are counted, its cost is not" if names else None

    def closing_line(self) -> str:
        """What all calls came to: how many, how they went, and the totals."""
        counted = self.models.values()
        waited = sum(account.waited_seconds for account in counted)
        retries = sum(account.retries for account in counted)
        parts = [
            f"{sum(account.calls for account in counted):,} paid",
            f"{sum(account.cached_calls for account in counted):,} answered from the cache",
            f"{sum(account.failed_calls for account in counted):,} without an answer",
            f"{retries:,} retries" + (f" ({waited:,.0f} s of waiting, summed over calls)" if retries else ""),
        ]
        return f"calls of models: {', '.join(parts)}; {self.line()}"

    def line(self) -> str:
        """The totals in few words: ``$0.12, 31k tokens``, ``$0.12 of $4.00, 31k of 100k tokens``."""
        spent = self.spent
        cost, tokens = show_usd(spent.cost), show_tokens(spent.tokens)
        if self._caps.max_cost is not None:
            cost += f" of {show_usd(self._caps.max_cost)}"
        if self._caps.max_total_tokens is not None:
            tokens += f" of {show_tokens(self._caps.max_total_tokens)}"
        if self.total_cost is not None:
            return f"{cost}, {tokens} tokens"
        if spent.cost:
            return f"{cost} + unknown prices, {tokens} tokens"
        return f"price unknown, {tokens} tokens"

    def _account(self, model_name: str) -> Account:
        return self.models.setdefault(model_name, Account())

    def _claim(self, model_name: str, messages: list[Message], sampling: Sampling) -> Claim:
        """The most that a call is reckoned to take: without end where nothing bounds the length of a first answer."""
        account = self.models.get(model_name, Account())
        longest = account.largest_output_tokens if account.calls else sampling.max_tokens
        if longest is None:
            return Claim(math.inf, math.inf, is_probe=True)
        if sampling.max_tokens is not None:
            longest = min(longest, sampling.max_tokens)
        question = max(estimate_usage(messages, "").input_tokens, account.largest_input_tokens)
        # what has no price claims no money: its tokens are capped instead, see register
        cost = (self.cost_of(model_name, Usage(question, longest)) or 0.0) if self._caps.max_cost is not None else 0.0
        return Claim(cost, question + longest, is_probe=not account.calls)
