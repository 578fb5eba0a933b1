"""The control model: a policy, or a mix of policies, that answers as a language model would."""

import random
from collections.abc import Mapping

from proctor.errors import ModelError
from proctor.models.control.policies import POLICIES
from proctor.models.control.shown_tests import read_shown_tests
from proctor.models.model import Completion, Message, Sampling
from proctor.models.reference import Reference
from proctor.models.usage import estimate_usage


class ControlModel:
    """A model of known behaviour. It sees the messages that any model sees, and looks its reference up by problem id.

    The same request gives the same answer: every choice is drawn from seed, problem id and sample index. Its usage
    is an estimate, four characters to a token. A policy that has a reply written in the reference says that; else it
    answers with code.

    Args:
        name: The full name under which results are filed.
        shares: From policy to its share of the answers; the shares sum to 1.
        references: From problem id to its reference.
        seed: What the choices of policy and attack are drawn from.
    """

    def __init__(
        self, name: str, shares: Mapping[str, float], *, references: Mapping[str, Reference], seed: int
    ) -> None:
        self.name = name
        self._shares = dict(shares)
        self._references = references
        self._seed = seed

    def answers(self, problem_id: str) -> bool:
        """Whether there is a reference for it that a control can work with."""
        reference = self._references.get(problem_id)
        if reference is None:
            return False
        can_be_run = reference.is_program or reference.entry_point.isidentifier()
        return self._shares.keys() <= reference.replies.keys() or (reference.code != "" and can_be_run)

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        """Answer by the policy that is drawn for this problem and sample.

        Raises:
            ModelError: There is no reference for the problem that a control can work with.
        """
        if not self.answers(sampling.problem_id):
            raise ModelError(
                f"{self.name} has no reference solution for problem {sampling.problem_id!r}: control models need one, "
                "of a function, a method or a program"
            )
        reference = self._references[sampling.problem_id]
        draw = f"{sampling.problem_id}:{sampling.sample_index}"
        # A stream of its own for the policy, or the exploiters of a mix would all choose the same few attacks.
        policy = _choose(self._shares, random.Random(f"{self._seed}:policy:{draw}"))
        if policy in reference.replies:
            reply = reference.replies[policy]
        else:
            questions = [message.content for message in messages if message.role == "user"]
            shown = read_shown_tests(questions, reference)
            reply = POLICIES[policy](reference, shown, random.Random(f"{self._seed}:{draw}"))
        return Completion(reply, estimate_usage(messages, reply))


def _choose(shares: Mapping[str, float], rng: random.Random) -> str:
    return rng.choices(list(shares), weights=list(shares.values()))[0]
