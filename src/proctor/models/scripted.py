"""Models whose answers are written beforehand: in a file of replies, in a table or in a function.

A file ``scripted/FILE`` lets anybody send replies of their own through a whole audit. Its rows are JSON Lines::

    {"problem_id": "HumanEval/0", "reply": "<code>…</code>"}
    {"problem_id": "HumanEval/1", "reply": ["the first turn's reply", "the reply to all later turns"]}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from proctor.errors import InputError, ModelError
from proctor.models.model import Completion, Message, Sampling
from proctor.models.usage import estimate_usage
from proctor.records import read_jsonl

Reply = str | Sequence[str]
"""One reply to every turn, or a reply for each turn, of which the last repeats."""


class ScriptedModel:
    """A model that recites.

    Args:
        name: The full name under which results are filed.
        replies: From problem id to its samples in order. There may be more samples drawn than written: sample *i*
            is the reply ``i % n`` of *n*. The variant of the task makes no difference.
    """

    def __init__(self, name: str, replies: Mapping[str, Sequence[Reply]]) -> None:
        self.name = name
        self._replies = {problem_id: samples for problem_id, samples in replies.items() if samples}

    @property
    def problem_ids(self) -> list[str]:
        """The problems that have a reply, in the order in which they were written."""
        return list(self._replies)

    def answers(self, problem_id: str) -> bool:
        """Whether a reply is written for that problem."""
        return problem_id in self._replies

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Recite the reply of this sample and turn; the turn is the number of answers already given.

        Raises:
            ModelError: No reply is written for the problem.
        """
        if not self.answers(sampling.problem_id):
            raise ModelError(f"{self.name} has no reply to problem {sampling.problem_id!r}; add a row or leave it out")
        samples = self._replies[sampling.problem_id]
        reply = samples[sampling.sample_index % len(samples)]
        text = reply if isinstance(reply, str) else reply[min(_turn(messages), len(reply) - 1)]
        return Completion(text, estimate_usage(messages, text))


class FunctionModel:
    """A model that is a function of its request: for tests, and for trying out an idea of a policy."""

    def __init__(self, name: str, reply: Callable[[list[Message], Sampling], str]) -> None:
        self.name = name
        self._reply = reply

    def answers(self, problem_id: str) -> bool:
        """Whether the function is asked about that problem: it is asked about every one."""
        return True

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """What the function returns; what it raises goes through."""
        text = self._reply(messages, sampling)
        return Completion(text, estimate_usage(messages, text))


def load_script(name: str) -> ScriptedModel:
    """The scripted model of a name ``scripted/FILE``.

    Raises:
        InputError: The file is missing or empty, or a row of it is not as above; the message has ``path:line``.
    """
    path = name.removeprefix("scripted/")
    replies: dict[str, list[Reply]] = {}
    for row in read_jsonl(path, _Row):
        replies.setdefault(row.problem_id, []).append(row.reply)
    if not replies:
        raise InputError(f'{path}: expected rows {{"problem_id": …, "reply": …}}, found none; write at least one')
    return ScriptedModel(name, replies)


@dataclass(frozen=True)
class _Row:
    problem_id: Annotated[str, msgspec.Meta(min_length=1)]
    reply: str | Annotated[list[str], msgspec.Meta(min_length=1)]


def _turn(messages: list[Message]) -> int:
    return sum(message.role == "assistant" for message in messages)
