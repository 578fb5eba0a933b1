"""What the user decides about calls of language models, besides which model it is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ModelOptions:
    """How endpoints are reached, and what they may cost. Control and scripted models need none of it.

    Attributes:
        provider: Forces one: ``openai``, ``anthropic``, ``together``, ``openrouter``, ``gemini`` or
            ``openai-compatible``; None reads it from the model's name.
        base_url: Where the endpoint lies, with its version: ``http://127.0.0.1:8080/v1``; None for the provider's own.
        max_retries: How often one call is tried again after a failure that may pass.
        timeout_seconds: The longest time that one attempt may take, and the longest rest that is granted to an
            endpoint that asks for one; reaching it fails that attempt, or the call.
        max_concurrent: Calls under way at one endpoint at most; fewer while it says that they are too many.
        cache_folder: Where paid answers are kept; None for the default folder.
        use_cache: Whether answers that were paid for earlier are used, and new ones kept.
        max_cost: US dollars after which no further call is made; None for no cap.
        max_total_tokens: Tokens, of questions and answers together, after which no further call is made.
    """

    provider: str | None = None
    base_url: str | None = None
    max_retries: int = 8
    timeout_seconds: float = 600.0
    max_concurrent: int = 60
    cache_folder: Path | None = None
    use_cache: bool = True
    max_cost: float | None = None
    max_total_tokens: int | None = None
