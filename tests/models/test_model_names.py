import re
from pathlib import Path

import pytest

from proctor.errors import InputError, UnknownNameError
from proctor.models import ModelOptions, make_model
from proctor.models.endpoints import route_to
from proctor.models.endpoints.keys import find_key
from proctor.models.endpoints.names import PROVIDERS, Route
from proctor.models.endpoints.traits import default_max_tokens, is_reasoning, takes_temperature, temperature_for

LOCAL = "http://127.0.0.1:8080/v1"
OPENAI, ANTHROPIC = "https://api.openai.com/v1", "https://api.anthropic.com"
TOGETHER, OPENROUTER = "https://api.together.xyz/v1", "https://openrouter.ai/api/v1"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for provider in PROVIDERS.values():
        for variable in filter(None, (*provider.key_variables, provider.base_url_variable)):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("openai/gpt-4o-mini", Route("openai", "gpt-4o-mini", OPENAI)),
        ("gpt-4o-mini", Route("openai", "gpt-4o-mini", OPENAI)),
        ("gpt-4.1", Route("openai", "gpt-4.1", OPENAI)),
        ("o4-mini", Route("openai", "o4-mini", OPENAI)),
        ("o1", Route("openai", "o1", OPENAI)),
        ("ft:gpt-4.1-mini-2025-04-14:org::id", Route("openai", "ft:gpt-4.1-mini-2025-04-14:org::id", OPENAI)),
        ("claude-3-haiku", Route("anthropic", "claude-3-haiku-20240307", ANTHROPIC)),
        ("anthropic/claude-3-haiku", Route("anthropic", "claude-3-haiku-20240307", ANTHROPIC)),
        ("claude-3-5-haiku-20241022", Route("anthropic", "claude-3-5-haiku-20241022", ANTHROPIC)),
        ("claude-sonnet-4-20250514", Route("anthropic", "claude-sonnet-4-20250514", ANTHROPIC)),
        ("claude-opus-4", Route("anthropic", "claude-opus-4-20250514", ANTHROPIC)),
        ("claude-sonnet-4-5", Route("anthropic", "claude-sonnet-4-5", ANTHROPIC)),
        ("gemini-2.5-flash", Route("gemini", "gemini-2.5-flash", GEMINI)),
        ("together/meta-llama/Llama-3-8b", Route("together", "meta-llama/Llama-3-8b", TOGETHER)),
        ("openrouter/openai/o4-mini", Route("openrouter", "openai/o4-mini", OPENROUTER)),
        ("inspect/openai/gpt-4o", Route("inspect", "openai/gpt-4o", "")),
        ("openrouter/anthropic/claude-3-haiku", Route("openrouter", "anthropic/claude-3-haiku", OPENROUTER)),
    ],
)
def test_a_name_leads_to_its_endpoint(name: str, route: Route) -> None:
    assert route_to(name) == route


@pytest.mark.parametrize(
    ("name", "provider", "route"),
    [
        ("meta-llama/Llama-3-8b", "together", Route("together", "meta-llama/Llama-3-8b", TOGETHER)),
        ("together/meta-llama/Llama-3-8b", "together", Route("together", "meta-llama/Llama-3-8b", TOGETHER)),
        ("gpt-4o-mini", "openrouter", Route("openrouter", "gpt-4o-mini", OPENROUTER)),
        ("openai/gpt-4o-mini", "openrouter", Route("openrouter", "openai/gpt-4o-mini", OPENROUTER)),
        ("my-claude", "anthropic", Route("anthropic", "my-claude", ANTHROPIC)),
        ("claude-3-haiku", "anthropic", Route("anthropic", "claude-3-haiku-20240307", ANTHROPIC)),
    ],
)
def test_a_forced_provider_takes_any_name(name: str, provider: str, route: Route) -> None:
    assert route_to(name, provider=provider) == route


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("gpt-4o-mini", Route("openai", "gpt-4o-mini", LOCAL)),
        ("openai-compatible/smollm2", Route("openai-compatible", "smollm2", LOCAL)),
        ("smollm2", Route("openai-compatible", "smollm2", LOCAL)),
        ("meta-llama/Llama-3-8b", Route("openai-compatible", "meta-llama/Llama-3-8b", LOCAL)),
    ],
)
def test_with_a_base_url_any_name_leads_there(name: str, route: Route) -> None:
    assert route_to(name, base_url=f"{LOCAL}/") == route


@pytest.mark.parametrize(
    ("name", "provider", "base_url", "known_as"),
    [
        ("claude-3-haiku", None, None, ("anthropic/claude-3-haiku-20240307", "")),
        ("gpt-4o", None, f"{OPENAI}/", ("openai/gpt-4o", "")),
        ("gpt-4o", None, LOCAL, ("openai/gpt-4o", LOCAL)),
        ("x/m", "together", None, ("together/x/m", "")),
        ("m", None, LOCAL, ("openai-compatible/m", LOCAL)),
        ("inspect/openai/gpt-4o", "together", None, ("inspect/openai/gpt-4o", "")),
        ("inspect/openai/gpt-4o", None, LOCAL, ("inspect/openai/gpt-4o", LOCAL)),
    ],
)
def test_cache_and_prices_know_a_model_by_its_provider_and_address(
    name: str, provider: str | None, base_url: str | None, known_as: tuple[str, str]
) -> None:
    route = route_to(name, provider=provider, base_url=base_url)
    assert route is not None
    assert (route.served_as, route.other_address) == known_as


@pytest.mark.parametrize("name", ["gpt4", "mistral-large", "openai/", "o5-mini", "opus", "inspect/openai", ""])
def test_a_name_that_nobody_serves_is_unknown(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"^unknown model {re.escape(repr(name))}"):
        make_model(name, references={}, seed=0)


def test_an_unknown_provider_names_the_nearest() -> None:
    known = "anthropic, gemini, openai, openai-compatible, openrouter, together"
    message = f"unknown provider 'antropic'; did you mean 'anthropic'? known: {known}"
    with pytest.raises(UnknownNameError, match=f"^{re.escape(message)}$"):
        make_model("claude-3-haiku", references={}, seed=0, options=ModelOptions(provider="antropic"))


def test_a_compatible_endpoint_without_an_address_says_what_to_pass() -> None:
    message = "'openai-compatible/m' needs the address of its endpoint; pass --base-url http://HOST:PORT/v1"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        route_to("openai-compatible/m")


@pytest.mark.parametrize("address", ["127.0.0.1:8080/v1", "localhost", "http://", "file:///etc"])
def test_a_base_url_is_checked_before_anything_is_asked(address: str) -> None:
    message = f"expected a base URL that starts with http:// or https://, found {address!r}"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        route_to("gpt-4o-mini", base_url=address)


def test_the_sdks_own_variable_moves_an_endpoint_and_base_url_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://proxy/v1")
    assert route_to("gpt-4o-mini") == Route("openai", "gpt-4o-mini", "http://proxy/v1")
    assert route_to("gpt-4o-mini", base_url=LOCAL) == Route("openai", "gpt-4o-mini", LOCAL)


def test_controls_and_scripts_do_not_care_for_provider_and_address() -> None:
    options = ModelOptions(provider="openai", base_url=LOCAL)
    assert make_model("control/wrong", references={}, seed=0, options=options).name == "control/wrong"


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("together", "TOGETHER_API_KEY"),
        ("openrouter", "OPENROUTER_API_KEY"),
        ("gemini", "GEMINI_API_KEY or GOOGLE_API_KEY"),
    ],
)
def test_a_missing_key_is_one_line_that_names_its_variable(provider: str, wanted: str) -> None:
    message = f"'{provider}/m' needs a key: set {wanted} in the environment or in a file .env here"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        make_model(f"{provider}/m", references={}, seed=0)


def test_a_compatible_endpoint_needs_no_key_and_gets_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-private")
    assert find_key("openai-compatible/m", "openai-compatible") == "none"
    monkeypatch.setenv("OPENAI_COMPATIBLE_API_KEY", "token")
    assert find_key("openai-compatible/m", "openai-compatible") == "token"


def test_a_key_comes_from_the_file_env_in_the_working_directory() -> None:
    Path(".env").write_text("# mine\nexport OTHER=1\nOPENAI_API_KEY='sk-$file'\n", encoding="utf-8")
    assert find_key("gpt-4o", "openai") == "sk-$file"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("OPENAI_API_KEY=sk-file\n", encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", " sk-environment\n")
    assert find_key("gpt-4o", "openai") == "sk-environment"


def test_the_first_variable_that_is_set_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", " ")
    monkeypatch.setenv("GOOGLE_API_KEY", "g")
    assert find_key("gemini-2.5-flash", "gemini") == "g"


def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-“curly”")
    with pytest.raises(InputError, match=r"^OPENAI_API_KEY holds characters that no key has; set it again$"):
        find_key("gpt-4o", "openai")


def test_a_file_env_that_cannot_be_read_says_so() -> None:
    Path(".env").write_bytes(b"OPENAI_API_KEY=\xff\xfe\n")
    with pytest.raises(InputError, match=r"^cannot read \.env: "):
        find_key("gpt-4o", "openai")


@pytest.mark.parametrize(
    ("model_id", "reasoning"),
    [
        ("o1", True),
        ("o3-mini", True),
        ("o4-mini-2025-04-16", True),
        ("gpt-5", True),
        ("gpt-5.1-mini", True),
        ("gpt-6-sol", True),
        ("openai/o4-mini", True),
        ("ft:o4-mini-2025-04-16:org::id", True),
        ("gpt-5-chat-latest", False),
        ("gpt-4o", False),
        ("gpt-4.1-mini", False),
        ("olmo-2-7b", False),
        ("claude-3-haiku-20240307", False),
    ],
)
def test_reasoning_models_are_known_by_their_names(model_id: str, reasoning: bool) -> None:
    assert is_reasoning(model_id) is reasoning


@pytest.mark.parametrize(
    ("model_id", "takes"),
    [
        ("gpt-4o-mini", True),
        ("o4-mini", False),
        ("gpt-5-mini", False),
        ("meta-llama/Llama-3-8b", True),
        ("claude-3-haiku-20240307", True),
        ("claude-3-5-haiku-latest", True),
        ("claude-3-7-sonnet-20250219", True),
        ("claude-sonnet-4-20250514", True),
        ("claude-sonnet-4-6", True),
        ("claude-haiku-4-5-20251001", True),
        ("anthropic/claude-opus-4.6", True),
        ("claude-opus-4-7", False),
        ("claude-opus-4-8", False),
        ("claude-sonnet-5", False),
        ("claude-haiku-5-5", False),
        ("claude-mythos-preview", False),
    ],
)
def test_models_without_a_temperature_are_known_by_their_names(model_id: str, takes: bool) -> None:
    assert takes_temperature(model_id) is takes


def test_a_temperature_that_is_left_out_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    wanted = [("gpt-4o", 0.25), ("o4-mini", None), ("o4-mini", 1.0), ("o4-mini", 0.25), ("o4-mini", 0.25)]
    assert [temperature_for(*question) for question in wanted] == [0.25, None, None, None, None]
    assert caplog.messages == ["o4-mini takes no temperature: 0.25 is left out, and the model's own counts"]


@pytest.mark.parametrize(
    ("model_id", "tokens"),
    [
        ("claude-3-haiku-20240307", 4096),
        ("claude-3-opus-20240229", 4096),
        ("claude-3-5-haiku-20241022", 8192),
        ("claude-3-7-sonnet-20250219", 16_384),
        ("claude-sonnet-4-5", 16_384),
    ],
)
def test_an_anthropic_answer_has_a_longest_length(model_id: str, tokens: int) -> None:
    assert default_max_tokens(model_id) == tokens
