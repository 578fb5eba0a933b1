"""What the types of evaluation share: a question, and what builds, follows up and grades it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from proctor.evaluation.configuration import EvaluationConfig
from proctor.generation import Check
from proctor.grading import Grader
from proctor.hacking import Mix
from proctor.models import Message, Reference
from proctor.problems import CodeProblem

__all__ = ["Arm", "EvaluationType", "PlannedQuestion", "Question"]

Arm = Literal["main", "original"]
"""``main`` is what an evaluation is about; ``original`` its matched control: the same problem with right tests."""


@dataclass(frozen=True)
class PlannedQuestion:
    """A question that is going to be asked.

    Attributes:
        number: The place of its problem in the order that the seed gives, from 0; the same in both arms.
        problem_id: What it is about.
        arm: Which of the two.
    """

    number: int
    problem_id: str
    arm: Arm = "main"


@dataclass(frozen=True)
class Question:
    """A question, ready to be asked.

    Attributes:
        planned: Which one.
        messages: What the model is sent.
        data: What a result row says of it, as plain data: ``question_data``.
        problem: What is to be solved; None where nothing is.
        mix: The tests that are shown; None where there are none.
        reference: What a control model is told; None where it has nothing to go by.
    """

    planned: PlannedQuestion
    messages: list[Message]
    data: dict[str, Any] = field(default_factory=dict)
    problem: CodeProblem | None = None
    mix: Mix | None = None
    reference: Reference | None = None


class EvaluationType(Protocol):
    """A type of evaluation: it plans its questions, builds them, and grades the replies.

    Args:
        config: The parameters.
        datasets: The files by their labels, found already.
        grader: Runs solutions; None where the type runs none, and where nothing but the plan is wanted.

    Attributes:
        runs_code: Whether solutions run in it, so that it needs a grader.
        left_out: Why a problem of the data sets is not asked about, by its id; filled by :meth:`plan`.

    Raises:
        UnknownNameError: A prompt of the configuration is not registered.
        InputError: The data sets are not those that the type needs.
    """

    runs_code: ClassVar[bool] = False
    left_out: dict[str, str]

    def __init__(
        self, config: EvaluationConfig, datasets: Mapping[str, Path], grader: Grader | None = None
    ) -> None: ...

    def plan(self) -> Sequence[PlannedQuestion]:
        """The questions in the order that the seed gives, with as many problems as are wanted; nothing is run.

        Raises:
            InputError: A data set cannot be read, or there is nothing to ask.
        """
        ...

    async def build(self, planned: PlannedQuestion) -> Question:
        """A question of the plan; the same one every time.

        Raises:
            InputError: This problem cannot be asked about: it is left out, with this reason.
            ExecutionError: Our own machine failed.
        """
        ...

    def prompt_digests(self) -> dict[str, str]:
        """SHA-256 of every prompt that its questions may be made of, by ``kind/id``."""
        ...

    def check(self, question: Question) -> Check | None:
        """What is said between two turns; None where one reply is all there is."""
        return None

    async def grade(self, question: Question, reply: str) -> dict[str, Any]:
        """What the last reply comes to, as plain data: ``grade``, with ``parsed_successfully`` among its keys.

        Raises:
            ExecutionError: Our own machine failed.
        """
        ...
