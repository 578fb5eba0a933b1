"""How long to wait before the next attempt: exponential backoff with full jitter.

The wait is drawn evenly between nothing and a bound that doubles, so that callers who failed together do not come back
together (M. Brooker, "Exponential Backoff And Jitter", 2015). What the endpoint asks for comes before it.
"""

import random
from dataclasses import dataclass, field

from proctor.models.endpoints.failures import TransientError


@dataclass(frozen=True)
class Retrying:
    """What may be spent on one call.

    Attributes:
        max_retries: Attempts after the first.
        timeout_seconds: The longest attempt, and the longest wait that an endpoint may ask for.
        first_seconds: The bound of the first wait.
        longest_seconds: What the bound grows to.
        chance: Where the jitter comes from. It touches no result, so it need not be seeded.
    """

    max_retries: int = 8
    timeout_seconds: float = 600.0
    first_seconds: float = 0.5
    longest_seconds: float = 60.0
    chance: random.Random = field(default_factory=random.Random)

    def wait_seconds(self, attempt: int, failure: TransientError) -> float:
        """Before the attempt after the given one; attempts count from 0."""
        bound = min(self.longest_seconds, self.first_seconds * 2.0**attempt)
        return (failure.retry_after or 0.0) + self.chance.uniform(0.0, bound)

    def is_too_long(self, failure: TransientError) -> bool:
        """Whether the endpoint asks for more rest than it is granted."""
        return (failure.retry_after or 0.0) > self.timeout_seconds
