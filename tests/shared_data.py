"""Real data, recorded replies and specifications, which lie beside the repository, not in it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATA = SHARED / "data"


def needs(*paths: Path) -> pytest.MarkDecorator:
    """Skips tests where one of *paths* is not there."""
    missing = ", ".join(path.name for path in paths if not path.exists())
    return pytest.mark.skipif(bool(missing), reason=f"lies beside the repository, not in it: {missing}")
