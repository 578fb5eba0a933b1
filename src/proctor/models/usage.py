"""Token counts where no endpoint counts them: an estimate, four characters to a token."""

from collections.abc import Iterable

from proctor.models.model import Message, Usage

CHARS_PER_TOKEN = 4  # the usual rule of thumb for English text and code


def estimate_tokens(text: str) -> int:
    """About how many tokens *text* is."""
    return len(text) // CHARS_PER_TOKEN


def estimate_usage(messages: Iterable[Message], reply: str) -> Usage:
    """About how many tokens a call took."""
    return Usage(sum(estimate_tokens(message.content) for message in messages), estimate_tokens(reply))
