"""A file of samples and the record beside it, from which a stopped run continues."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from proctor.generation.output_file import OutputFile
from proctor.generation.row_file import RowFile

EXTENT = frozenset({"max_problems", "samples"})


@dataclass
class SampleTally:
    """Counts of samples.

    Attributes:
        samples: All of them.
        with_code: Those whose reply holds code or, where that is asked for, a patch.
        without_code: Those whose reply holds none.
        refused: Those whose question the endpoint refused.
    """

    samples: int = 0
    with_code: int = 0
    without_code: int = 0
    refused: int = 0

    def add(self, sample: "_Sample") -> None:
        """Count one more."""
        self.samples += 1
        if "failure" in sample.test_execution_feedback:
            self.refused += 1
        elif sample.final_code:
            self.with_code += 1
        else:
            self.without_code += 1


class SampleFile(RowFile[SampleTally]):
    """Where samples go, each a row that is a :class:`proctor.generation.GenerationResult`."""

    def __init__(self, path: Path) -> None:
        super().__init__(OutputFile(path, "samples", extent=EXTENT), stored=_Sample, tally=SampleTally)


class _Sample(msgspec.Struct):
    id: str
    final_code: str
    test_execution_feedback: dict[str, msgspec.Raw]
