import pytest

from proctor.models.model import Usage
from proctor.models.prices import cost_in_usd

MILLION = Usage(1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("openai/gpt-4o-mini", 0.75),
        ("gpt-4o-mini", 0.75),
        ("openai/o4-mini", 5.50),
        ("openai/ft:gpt-4o-mini-2024-07-18:org::x", 1.50),
        ("anthropic/claude-3-haiku-20240307", 1.50),
        ("openrouter/openai/gpt-4o-mini", 0.75),
        ("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", 1.76),
        ("inspect/openai/gpt-4o-mini", 0.75),
    ],
)
def test_the_provider_in_a_name_decides_the_price(name: str, usd: float) -> None:
    assert cost_in_usd(name, MILLION) == pytest.approx(usd)
    assert cost_in_usd(name, MILLION, base_url="http://127.0.0.1:8080/v1") == pytest.approx(usd)


@pytest.mark.parametrize("name", ["gemini/gemini-2.5-flash", "inspect/google/gemini-2.5-flash", "inspect/grok/grok-4"])
def test_providers_go_by_several_names(name: str) -> None:
    assert cost_in_usd(name, MILLION)


@pytest.mark.parametrize(
    "name",
    [
        "openai/no-such-model",
        "no-such-provider/gpt-4o-mini",
        "openai-compatible/gpt-4o-mini",
        "openai-something/gpt-4o-mini",
        "inspect/openai-api/gpt-4o-mini",
        "inspect/vllm/gpt-4o-mini",
        "openai/text-embedding-3-small",  # answers have no price there
        "gemini/gemma-3-27b-it",  # listed without any price
        "",
    ],
)
def test_an_unknown_price_is_none_and_never_zero(name: str) -> None:
    assert cost_in_usd(name, MILLION) is None


def test_for_a_compatible_endpoint_the_address_decides() -> None:
    name = "openai-compatible/gpt-4o-mini"
    assert cost_in_usd(name, MILLION, base_url="https://api.openai.com/v1") == pytest.approx(0.75)
    assert cost_in_usd(name, MILLION, base_url="http://127.0.0.1:8080/v1") is None


def test_input_out_of_the_endpoint_s_own_cache_is_cheaper() -> None:
    assert cost_in_usd("openai/gpt-4o-mini", Usage(1_000_000, 0, 1_000_000)) == pytest.approx(0.075)


def test_more_cached_input_than_input_is_no_reason_to_fail() -> None:
    assert cost_in_usd("openai/gpt-4o-mini", Usage(1_000_000, 0, 2_000_000)) == pytest.approx(0.075)
