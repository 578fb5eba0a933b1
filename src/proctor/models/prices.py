"""What a call costs, by the list prices inside the package ``genai-prices``; nothing is fetched.

List prices are not the bill: discounts, batch rates and service tiers are not in them, and a provider may have
changed them since the installed version of the package. An unknown price is None, never 0.
"""

from proctor.models.model import Usage

PROVIDERS = {"gemini": "google", "grok": "x-ai", "bedrock": "aws", "azureai": "azure"}  # ours and Inspect's: theirs
ANYBODY = "openai-compatible"  # who answers and bills then, only the address can say


def cost_in_usd(model_name: str, usage: Usage, *, base_url: str = "") -> float | None:
    """The list price of one call in USD; None when it is not known.

    Args:
        model_name: The full name: ``openai/gpt-4o-mini``, ``inspect/google/gemini-2.5-flash``; the provider in it says
            whose price holds, whatever the address (a gateway's, say). For ``openai-compatible/NAME`` the address
            says it.
        usage: What the call took.
        base_url: Where the model was asked; empty for the provider's own address.
    """
    from genai_prices import Usage as BilledUsage
    from genai_prices import calc_price

    billed = BilledUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=min(usage.cached_input_tokens, usage.input_tokens),
    )
    word, _, model = model_name.removeprefix("inspect/").partition("/")
    provider = PROVIDERS.get(word, word)
    try:
        if not model:
            price = calc_price(billed, model_name)
        elif provider == ANYBODY:
            price = calc_price(billed, model, provider_api_url=base_url)
        else:
            price = calc_price(billed, model, provider_id=provider)
    except (LookupError, ValueError):
        return None
    # the package takes ``openai-anything`` for OpenAI
    is_guess = bool(model) and provider not in (ANYBODY, price.provider.id)
    # and the price of a model whose prices it does not have for 0
    is_unpriced = price.model_price.input_mtok is None or price.model_price.output_mtok is None
    return None if is_guess or is_unpriced else float(price.total_price)
