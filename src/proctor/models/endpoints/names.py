"""From the name of a model to its endpoint.

A name is ``PROVIDER/MODEL`` or, for models whose maker their name tells, the bare name: ``gpt-4o-mini``, ``o4-mini``,
``claude-3-haiku``. A provider that the user forces takes any name as it stands.
"""

import re
from dataclasses import dataclass
from os import environ
from typing import Literal

from proctor.errors import InputError, UnknownNameError


@dataclass(frozen=True)
class Provider:
    """Somebody who serves models.

    Attributes:
        protocol: What the endpoint speaks: OpenAI's chat completions or Anthropic's messages.
        base_url: Where it lies; empty when only the user knows.
        key_variables: Environment variables that may hold the key, the first that is set counts.
        base_url_variable: An environment variable that the official SDK reads for another address; empty for none.
        needs_key: Whether it can be asked without a key.
    """

    protocol: Literal["openai", "anthropic"]
    base_url: str
    key_variables: tuple[str, ...]
    base_url_variable: str = ""
    needs_key: bool = True


PROVIDERS = {
    "openai": Provider("openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",), "OPENAI_BASE_URL"),
    "anthropic": Provider("anthropic", "https://api.anthropic.com", ("ANTHROPIC_API_KEY",), "ANTHROPIC_BASE_URL"),
    "together": Provider("openai", "https://api.together.xyz/v1", ("TOGETHER_API_KEY",)),
    "openrouter": Provider("openai", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    "gemini": Provider(
        "openai",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    # a variable of its own: nobody's OpenAI key goes to whoever serves this
    "openai-compatible": Provider("openai", "", ("OPENAI_COMPATIBLE_API_KEY",), needs_key=False),
}
COMPATIBLE = "openai-compatible"
INSPECT = "inspect"  # which has providers of its own

_BARE = (
    (re.compile(r"(ft:)?(gpt-|chatgpt-|o[134](-|$))"), "openai"),
    (re.compile(r"claude-"), "anthropic"),
    (re.compile(r"gemini-"), "gemini"),
)

# Names without a date that people write but Anthropic does not serve. Later models have served aliases.
DATED = {
    "claude-3-haiku": "claude-3-haiku-20240307",
    "claude-3-sonnet": "claude-3-sonnet-20240229",
    "claude-3-opus": "claude-3-opus-20240229",
    "claude-3-5-haiku": "claude-3-5-haiku-20241022",
    "claude-3-5-sonnet": "claude-3-5-sonnet-20241022",
    "claude-3-7-sonnet": "claude-3-7-sonnet-20250219",
    "claude-sonnet-4": "claude-sonnet-4-20250514",
    "claude-opus-4": "claude-opus-4-20250514",
}

KNOWN_NAMES = [
    "openai/MODEL",
    "anthropic/MODEL",
    "together/MODEL",
    "openrouter/MODEL",
    "gemini/MODEL",
    "openai-compatible/MODEL",
    "inspect/PROVIDER/MODEL",
    "gpt-…",
    "o1…",
    "o3…",
    "o4…",
    "claude-…",
    "gemini-…",
]


@dataclass(frozen=True)
class Route:
    """Where a model is asked.

    Attributes:
        provider: A key of ``PROVIDERS``, or ``inspect``.
        model_id: The model's name there.
        base_url: The endpoint's address, without a slash at its end; empty when only Inspect knows it.
    """

    provider: str
    model_id: str
    base_url: str

    @property
    def served_as(self) -> str:
        """``PROVIDER/MODEL``: one spelling for all names that lead here."""
        return f"{self.provider}/{self.model_id}"

    @property
    def other_address(self) -> str:
        """Where it is asked, if not at the provider's own address; else empty."""
        own = PROVIDERS[self.provider].base_url if self.provider in PROVIDERS else ""
        return "" if self.base_url == own else self.base_url


def route_to(name: str, *, provider: str | None = None, base_url: str | None = None) -> Route | None:
    """The endpoint that a name leads to; None when it leads to none.

    Raises:
        UnknownNameError: No such provider.
        InputError: A compatible endpoint without an address.
    """
    head, _, rest = name.partition("/")
    if head == INSPECT:
        return Route(INSPECT, rest, (base_url or "").rstrip("/")) if rest.partition("/")[2] else None
    if provider is not None and provider not in PROVIDERS:
        raise UnknownNameError("provider", provider, PROVIDERS)
    chosen, model_id = _split(name, provider)
    if chosen is None and base_url:
        chosen, model_id = COMPATIBLE, name
    if chosen is None or not model_id:
        return None
    return Route(chosen, _served_name(chosen, model_id), _address(name, chosen, base_url))


def _split(name: str, provider: str | None) -> tuple[str | None, str]:
    head, _, rest = name.partition("/")
    if provider is not None:
        return provider, rest if head == provider else name
    if head in PROVIDERS:
        return head, rest
    if not rest:
        for pattern, maker in _BARE:
            if pattern.match(name):
                return maker, name
    return None, ""


def _served_name(provider: str, model_id: str) -> str:
    return DATED.get(model_id, model_id) if provider == "anthropic" else model_id


def _address(name: str, provider: str, base_url: str | None) -> str:
    entry = PROVIDERS[provider]
    named = environ.get(entry.base_url_variable, "") if entry.base_url_variable else ""
    address = base_url or named.strip() or entry.base_url
    if not address:
        raise InputError(f"{name!r} needs the address of its endpoint; pass --base-url http://HOST:PORT/v1")
    if not re.match(r"https?://[^/]", address):
        raise InputError(f"expected a base URL that starts with http:// or https://, found {address!r}")
    return address.rstrip("/")
