"""Ask the questions of one run: which of them got no answer, and when it is time to stop."""

from collections.abc import AsyncGenerator, Awaitable, Coroutine, Iterable, Iterator, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from proctor.errors import BudgetReachedError, InputError, ModelError, ProctorError, RequestRefusedError
from proctor.pool import as_done

T = TypeVar("T")

GIVE_UP_AFTER = 100  # questions in a row without an answer: more than are asked at once


class Asking:
    """How far the asking of one run has come.

    Args:
        what: What the questions are for, in messages: ``attempts``.

    Attributes:
        unanswered: Why there is no answer, by the id of what was asked for. It has no row in any file, and is asked for
            again by the next run.
        stop: Why nothing more is asked: a cap is reached, or all requests are in vain; None to go on.
    """

    def __init__(self, what: str) -> None:
        self.unanswered: dict[str, str] = {}
        self.stop: ModelError | None = None
        self._what = what
        self._in_a_row = 0

    async def answer(self, name: str, asked: Awaitable[T]) -> T | None:
        """What was *asked* for; None where there is no answer after all retries, or a cap is reached.

        Raises:
            RequestRefusedError: The endpoint refuses all requests.
            ModelError: There has not been any answer for long.
        """
        try:
            answer = await asked
        except RequestRefusedError:
            raise
        except BudgetReachedError as error:  # no call is under way then, and what is being graded ends by itself
            self.stop = error
            return None
        except ModelError as error:
            self.miss(name, error)
            return None
        self.answered()
        return answer

    def until_stopped(self, items: Iterable[T]) -> Iterator[T]:
        """The *items*, as long as there is no reason to stop."""
        for item in items:
            if self.stop is not None:
                return
            yield item

    async def results(self, works: Iterable[Coroutine[Any, Any, T | None]], *, at_most: int) -> AsyncGenerator[T]:
        """What those of the *works* come to that come to anything; see :func:`proctor.pool.as_done`.

        Raises:
            ModelError: There was a reason to stop; what was under way has been given out.
        """
        async with aclosing(as_done(works, at_most=at_most)) as results:
            async for result in results:
                if result is not None:
                    yield result
        if self.stop is not None:
            raise self.stop

    def answered(self) -> None:
        """There was an answer: the model is there."""
        self._in_a_row = 0

    def miss(self, name: str, error: ProctorError) -> None:
        """There is no answer, after all retries; or the question could not be put, by a failure of our own.

        Raises:
            ModelError: There has not been any for long.
        """
        self.unanswered[name] = str(error)
        self._in_a_row += 1
        if self._in_a_row == GIVE_UP_AFTER:
            raise ModelError(
                f"{GIVE_UP_AFTER} {self._what} in a row had no answer, the last: {error}; "
                "what was done is kept, and the same command continues"
            )

    def unfinished(self, total: int) -> ModelError | None:
        """Why not all of *total* questions have an answer at the end of a run; None when they have."""
        if self.stop is not None or not self.unanswered:
            return self.stop
        first = next(iter(self.unanswered.values()))
        return ModelError(
            f"{len(self.unanswered):,} of {total:,} {self._what} had no answer, the first: {first}; "
            "what was done is kept, and the same command asks them again"
        )


def nothing_to_say(model_name: str, problem_ids: Sequence[str]) -> InputError:
    """What is wrong when a model answers none of the problems that it is to be asked about."""
    return InputError(
        f"{model_name} has nothing to say about any of the {len(problem_ids)} problems "
        f"(the first is {problem_ids[0]!r}): a scripted model needs a reply to it, "
        "a control model a reference solution and a function name"
    )
