"""Questions that a model has not answered, and when it is time to give up."""

from collections.abc import Sequence

from proctor.errors import InputError, ModelError, ProctorError

GIVE_UP_AFTER = 100  # questions in a row without an answer: more than are asked at once


class Misses:
    """The questions of one run that were asked in vain; they have no row in any file and are asked again by the next.

    Args:
        what: What they are for, in messages: ``attempts``.

    Attributes:
        reasons: Why there is no answer, by the id of what was asked for.
    """

    def __init__(self, what: str) -> None:
        self.reasons: dict[str, str] = {}
        self._what = what
        self._in_a_row = 0

    def answered(self) -> None:
        """There was an answer: the model is there."""
        self._in_a_row = 0

    def add(self, name: str, error: ProctorError) -> None:
        """There is no answer, after all retries; or the question could not be put, by a failure of our own.

        Raises:
            ModelError: There has not been any for long.
        """
        self.reasons[name] = str(error)
        self._in_a_row += 1
        if self._in_a_row == GIVE_UP_AFTER:
            raise ModelError(
                f"{GIVE_UP_AFTER} {self._what} in a row had no answer, the last: {error}; "
                "what was done is kept, and the same command continues"
            )

    def as_error(self, total: int) -> ModelError | None:
        """What is to be said of them at the end of a run that asked *total* questions; None where there is none."""
        if not self.reasons:
            return None
        first = next(iter(self.reasons.values()))
        return ModelError(
            f"{len(self.reasons):,} of {total:,} {self._what} had no answer, the first: {first}; "
            "what was done is kept, and the same command asks them again"
        )


def nothing_to_say(model_name: str, problem_ids: Sequence[str]) -> InputError:
    """What is wrong when a model answers none of the problems that it is to be asked about."""
    return InputError(
        f"{model_name} has nothing to say about any of the {len(problem_ids)} problems "
        f"(the first is {problem_ids[0]!r}): a scripted model needs a reply to it, "
        "a control model a reference solution and a function name"
    )
