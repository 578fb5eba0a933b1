"""Money and tokens in few characters, for people."""


def show_usd(usd: float) -> str:
    """``$0.12``, ``$1,234.50``; smaller sums with four decimals: ``$0.0031``."""
    if 0 < usd < 0.0001:
        return "<$0.0001"
    return f"${usd:.4f}" if 0 < usd < 0.1 else f"${usd:,.2f}"


def show_tokens(tokens: int) -> str:
    """``999``, ``3.1k``, ``31k``, ``1.2M``."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if tokens >= size * 0.9995:
            amount = tokens / size
            return f"{amount:.1f}{unit}" if amount < 9.95 else f"{amount:,.0f}{unit}"
    return str(tokens)
