"""Keys: from the environment, or from a file ``.env`` in the working directory."""

from os import environ
from pathlib import Path

from proctor.errors import InputError
from proctor.models.endpoints.names import PROVIDERS

NO_KEY = "none"  # what an endpoint gets that asks for no key: the SDKs send one always


def find_key(name: str, provider: str, *, folder: Path | None = None) -> str:
    """The key for a provider; the environment goes before ``.env``.

    Args:
        name: The model's, for the error.
        provider: A key of ``PROVIDERS``.
        folder: Where ``.env`` lies; None for the working directory.

    Raises:
        InputError: There is no key, or it holds what cannot be sent.
    """
    entry = PROVIDERS[provider]
    written = _read_env_file((folder or Path()) / ".env")
    for variable in entry.key_variables:
        key = (environ.get(variable) or written.get(variable) or "").strip()
        if key and not (key.isascii() and key.isprintable()):
            raise InputError(f"{variable} holds characters that no key has; set it again")
        if key:
            return key
    if not entry.needs_key:
        return NO_KEY
    wanted = " or ".join(entry.key_variables)
    raise InputError(f"{name!r} needs a key: set {wanted} in the environment or in a file .env here")


def _read_env_file(path: Path) -> dict[str, str]:
    from dotenv import dotenv_values

    try:
        if not path.is_file():
            return {}
        values = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from None
    return {name: value for name, value in values.items() if value}
