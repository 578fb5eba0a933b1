"""What a control model is told about a problem."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reference:
    """The right answers to one problem, as its caller hands them to a control model.

    Attributes:
        code: A reference solution, complete and runnable.
        entry_point: The name of the function or method that the tests call; empty for a program, which reads standard
            input.
        answers: From call text ``f([1, 2], 3)`` to the right value's literal text ``8``, for every right test; of a
            program from input to output.
        wrong: The tests that are known to be wrong, as they are shown: ``assert f([1, 2], 3) == 9``; of a program
            their inputs.
        replies: From a policy's name to its whole reply, where the question is not for code: see
            :func:`proctor.models.control.control_replies`.
    """

    code: str = ""
    entry_point: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: Collection[str] = frozenset()
    replies: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_program(self) -> bool:
        """Whether it reads standard input and is not called."""
        return not self.entry_point

    @property
    def is_method(self) -> bool:
        """Whether what is called is a method of LeetCode's ``class Solution``."""
        in_class = re.search(r"^class Solution\b", self.code, re.MULTILINE)
        return in_class is not None and not re.search(rf"^(?:def )?{self.entry_point}\b", self.code, re.MULTILINE)
