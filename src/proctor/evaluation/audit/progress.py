"""How an audit tells whoever watches how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Somebody who watches."""

    def stage(self, what: str, total: int) -> None:
        """A stage of *total* steps begins; *what* names its steps: ``attempts``."""
        ...

    def advance(self) -> None:
        """One step of the stage is done."""
        ...

    def note(self, line: str) -> None:
        """Something that the user must know, in one line."""
        ...


class _Silent:
    def stage(self, what: str, total: int) -> None:
        pass

    def advance(self) -> None:
        pass

    def note(self, line: str) -> None:
        pass


SILENT = _Silent()
"""Nobody watches."""
