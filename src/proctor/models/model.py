"""What a language model is to the rest of proctor: something that answers messages."""

from dataclasses import dataclass
from typing import Literal, Protocol

RoleName = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: RoleName
    content: str


@dataclass(frozen=True)
class Sampling:
    """How one answer is to be drawn.

    Attributes:
        temperature: Unitless, 0 for the likeliest answer; None leaves the endpoint's default.
        max_tokens: Longest answer in tokens; None leaves the endpoint's default.
        sample_index: Which of several answers to the same messages, from 0: part of every cache key.
        problem_id: Whose problem the messages are about. Control and scripted models look it up;
            it is never sent to an endpoint.
    """

    temperature: float | None = 1.0
    max_tokens: int | None = None
    sample_index: int = 0
    problem_id: str = ""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as the endpoint counted them.

    Attributes:
        input_tokens: All of the request's.
        output_tokens: All of the answer's, with those of its reasoning.
        cached_input_tokens: How many of the input tokens the endpoint had in its own prompt cache.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0


@dataclass(frozen=True)
class Completion:
    """One answer of a model.

    Attributes:
        text: What it says.
        usage: What the call took; that of the original call when it comes from the cache.
        finish_reason: Why the answer ends, in the endpoint's own word: ``stop``, ``length``; None when it says nothing.
        retries: How many attempts failed before this one.
        cached: Whether it was paid for earlier.
        waited_seconds: How long it waited because of failures: between attempts, and while the endpoint asked for rest.
    """

    text: str
    usage: Usage = Usage()
    finish_reason: str | None = None
    retries: int = 0
    cached: bool = False
    waited_seconds: float = 0.0


class Model(Protocol):
    """A language model.

    Attributes:
        name: The full name under which results are filed: ``control/honest``.
    """

    name: str

    def answers(self, problem_id: str) -> bool:
        """Whether this model has anything to say about a problem: False only for scripts without a reply."""
        ...

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Answer *messages*.

        Raises:
            ModelError: No answer could be had.
        """
        ...
