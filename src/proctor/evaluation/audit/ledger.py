"""What an audit's folder already holds, so that nothing is asked or graded twice."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from proctor.errors import InputError
from proctor.evaluation.audit.folder import AuditFolder
from proctor.generation import GenerationResult
from proctor.records import read_jsonl, read_located_jsonl


@dataclass
class ModelUsage:
    """What one model was asked, over all runs of an audit."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass
class Ledger:
    """The state of an audit.

    Attributes:
        graded: Ids of the attempts that have a grade.
        ungraded: Answered attempts that have none, because the process ended between the answer and the grade.
        usage: What was asked so far, by model.
    """

    graded: set[str] = field(default_factory=set)
    ungraded: dict[str, GenerationResult] = field(default_factory=dict)
    usage: defaultdict[str, ModelUsage] = field(default_factory=lambda: defaultdict(ModelUsage))

    def knows(self, attempt_id: str) -> bool:
        """Whether the model has answered in this attempt."""
        return attempt_id in self.graded or attempt_id in self.ungraded

    def count(self, solution: GenerationResult) -> None:
        """Add a solution's calls and tokens to what its model was asked."""
        notes = solution.generation_metadata
        usage = self.usage[str(notes["model"])]
        usage.calls += int(notes["turns"])
        usage.input_tokens += int(notes["usage"]["input_tokens"])
        usage.output_tokens += int(notes["usage"]["output_tokens"])


def read_ledger(folder: AuditFolder) -> Ledger:
    """Read it out of the folder's files.

    Raises:
        InputError: A row is broken; the message begins with ``path:line``.
    """
    ledger = Ledger()
    if folder.grades.exists():
        ledger.graded = {row.id for row in read_jsonl(folder.grades, _Identified)}
    if folder.solutions.exists():
        for where, solution in read_located_jsonl(folder.solutions, GenerationResult):
            _enter(ledger, solution, where)
    return ledger


def answered_ids(path: Path) -> set[str]:
    """Ids of the whole rows of a file of solutions; the piece of a row at its end is passed over, not mended.

    Raises:
        InputError: A row is broken; the message begins with ``path:line``.
    """
    if not path.exists():
        return set()
    decoder = msgspec.json.Decoder(_Identified)
    found: set[str] = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                try:
                    found.add(decoder.decode(line).id)
                except msgspec.DecodeError as error:
                    raise InputError(f"{path}:{number}: {error}") from error
    return found


def _enter(ledger: Ledger, solution: GenerationResult, where: str) -> None:
    try:
        ledger.count(solution)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where}: generation_metadata is not that of an audit ({error!r})") from error
    if solution.id not in ledger.graded:
        ledger.ungraded[solution.id] = solution


@dataclass(frozen=True)
class _Identified:
    id: str
