"""Generation: getting a solution out of a model, in one turn or with feedback over several."""

from proctor.generation.conversation import Check, Conversation, converse
from proctor.generation.feedback import MAX_MESSAGE_CHARS, check_shown_tests, write_feedback
from proctor.generation.result import GenerationResult

__all__ = [
    "Check",
    "Conversation",
    "GenerationResult",
    "MAX_MESSAGE_CHARS",
    "check_shown_tests",
    "converse",
    "write_feedback",
]
