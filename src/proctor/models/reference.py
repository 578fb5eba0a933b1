"""What a control model is told about a problem."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reference:
    """The right answers to one problem, as its caller hands them to a control model.

    Attributes:
        code: A reference solution, complete and runnable.
        entry_point: The name of the function that the tests call.
        answers: From call text ``f([1, 2], 3)`` to the right value's literal text ``8``, for every right test.
        wrong: The tests that are known to be wrong, as they are shown: ``assert f([1, 2], 3) == 9``.
        replies: From a policy's name to its whole reply, where the question is not for code: see
            :func:`proctor.models.control.control_replies`.
    """

    code: str = ""
    entry_point: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: Collection[str] = frozenset()
    replies: Mapping[str, str] = field(default_factory=dict)
