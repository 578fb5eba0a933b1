"""Work between files, done again only where something that its outcome depends on has changed.

What a step was done with is kept beside its first output, in ``OUTPUT.step.json``: its parameters, and the SHA-256 of
every file that it read and wrote. Times of files say nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from proctor.errors import InputError
from proctor.records import encode_json, read_json, write_json

__all__ = ["Step", "file_digest"]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: What it does, in a word.
        inputs: The files that it reads.
        outputs: The files that it writes, at least one.
        parameters: All else that its outcome depends on; plain values.
    """

    name: str
    inputs: Sequence[Path]
    outputs: Sequence[Path]
    parameters: Mapping[str, Any]

    @property
    def record(self) -> Path:
        """What it was done with."""
        return self.outputs[0].with_name(f"{self.outputs[0].name}.step.json")

    def is_done(self) -> bool:
        """Whether it was done with these parameters and inputs, and its outputs are what it wrote.

        Raises:
            InputError: An input is missing.
        """
        if not self.record.exists() or not all(path.exists() for path in self.outputs):
            return False
        try:
            return read_json(self.record) == self._fingerprint()
        except InputError:
            if not all(path.exists() for path in self.inputs):
                raise
            return False  # a broken record proves nothing

    def finish(self) -> None:
        """Put on record that it is done.

        Raises:
            InputError: An input or an output is missing.
        """
        write_json(self.record, self._fingerprint())

    def _fingerprint(self) -> dict[str, Any]:
        fingerprint = {
            "step": self.name,
            "parameters": self.parameters,
            "inputs": {str(path): file_digest(path) for path in self.inputs},
            "outputs": {str(path): file_digest(path) for path in self.outputs},
        }
        plain: dict[str, Any] = msgspec.json.decode(encode_json(fingerprint))
        return plain


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
