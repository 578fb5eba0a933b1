"""Where the work of a run goes, piece by piece, so that none of it is lost whenever the run ends."""

from collections.abc import Awaitable

from proctor.evaluation.audit.attempts import Attempt
from proctor.evaluation.audit.ledger import Ledger
from proctor.evaluation.audit.progress import Progress
from proctor.generation import Asking, GenerationResult
from proctor.hacking import AttemptGrade
from proctor.records import JsonlAppender


class Recorder:
    """What one run of an audit has come to so far.

    Attributes:
        graded: How many attempts it has graded.
        asking: The attempts without an answer, and why no further one is begun.
    """

    def __init__(self, ledger: Ledger, solutions: JsonlAppender, grades: JsonlAppender, progress: Progress) -> None:
        self.graded = 0
        self.asking = Asking("attempts")
        self._ledger = ledger
        self._solutions = solutions
        self._grades = grades
        self._progress = progress

    async def keep_answer(self, attempt: Attempt, asked: Awaitable[GenerationResult]) -> GenerationResult | None:
        """Write down what a model answers; None where :attr:`asking` says why it does not.

        Raises:
            RequestRefusedError: Its endpoint refuses all requests.
            ModelError: There has not been any answer for long.
        """
        solution = await self.asking.answer(attempt.id, asked)
        if solution is not None:
            self._solutions.append(solution)
            self._ledger.count(solution)
        elif attempt.id in self.asking.unanswered:
            self._progress.advance()
        return solution

    def keep_grade(self, grade: AttemptGrade) -> None:
        """Write down what came of it."""
        self._grades.append(grade)
        self.graded += 1
        self._progress.advance()
