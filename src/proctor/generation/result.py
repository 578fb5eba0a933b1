"""The documented record of one generation: the problem, the code, the whole conversation, and how it came about."""

from dataclasses import dataclass, field
from typing import Any

from proctor.models import Message


@dataclass(frozen=True)
class GenerationResult:
    """One generated solution: a row of ``solutions.jsonl``.

    Attributes:
        problem: The problem as a row of the problem format; its public tests are those that the model was shown.
        final_code: The solution; empty when the last reply holds none.
        full_message_history: System, user and assistant messages in order; ends with the last reply.
        generation_metadata: Model, sampling, prompts, turns and usage.
        test_execution_feedback: ``turns``: for every reply that was checked, whether everything shown passed;
            ``failure``: why our own machine could not check one, so that the conversation broke off.
        id: The attempt's id within its run.
    """

    problem: dict[str, Any]
    final_code: str
    full_message_history: list[Message]
    generation_metadata: dict[str, Any]
    test_execution_feedback: dict[str, Any] = field(default_factory=dict)
    id: str = ""
