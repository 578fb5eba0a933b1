"""Many problems at a time: attempt after attempt at each, until one meets the criteria or none is left."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from proctor.backoff import Backoff
from proctor.errors import InputError, ModelError
from proctor.generation.asking import Asking
from proctor.generation.profiling import ProblemProfile
from proctor.generation.scraping.attempt import Attempts
from proctor.generation.scraping.files import ScrapeFiles
from proctor.generation.scraping.parameters import ScrapeParameters
from proctor.generation.scraping.solving import Solving, reason_to_skip
from proctor.generation.scraping.totals import Outcome, ProblemDone, ScrapeTotals
from proctor.grading import Grader
from proctor.models import Model
from proctor.pool import run_bounded
from proctor.problems import CodeProblem, DatasetDigest, SkippedProblem
from proctor.stopwatch import Stopwatch, follow

__all__ = ["Scraper"]

UNDER_WAY = 1.75  # problems for every call at a time: while some are graded, enough others ask


class Scraper:
    """Gets solutions out of a model, and keeps every attempt.

    Args:
        model: Who is asked.
        grader: Runs tests; what runs at once is bounded by its executor.
        parameters: What all attempts share.
        max_concurrent: Calls that are meant to be under way at once. What bounds them is the model's own
            ``ModelOptions.max_concurrent``; about twice as many problems are under way.
        isolation: Level and parts of the grader's sandbox, for the record.
        backoff: The wait before the next attempt at a problem when the last one broke off.
        clock: Seconds that never go back, for the stopwatches.
        on_event: Told of every problem when it is done with.
    """

    def __init__(
        self,
        model: Model,
        grader: Grader,
        parameters: ScrapeParameters,
        *,
        max_concurrent: int = 5,
        isolation: Mapping[str, Any] | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.perf_counter,
        on_event: Callable[[ProblemDone], None] | None = None,
    ) -> None:
        self.isolation = dict(isolation or {})
        self.attempts = Attempts(model, grader, parameters, self.isolation)
        self.backoff = backoff or Backoff()
        self.clock = clock
        self.on_event = on_event or (lambda _: None)
        self._workers = math.ceil(UNDER_WAY * max_concurrent)

    async def run(self, problems: Iterable[CodeProblem | SkippedProblem], files: ScrapeFiles) -> ScrapeTotals:
        """Finish every problem that *files*, which are open, do not hold finished yet.

        Args:
            problems: Taken one by one, few at a time.
            files: Where everything goes.

        Returns:
            What all runs came to. When a cap was reached, or an endpoint refused all requests or gave no answer after
            all retries, ``unfinished`` says so; what was done is kept, and the same call continues.

        Raises:
            InputError: *problems* came to a broken row; every problem before it is finished first.
        """
        run = _Run(self, files)
        try:
            async with files.accounts_saved():
                await run_bounded(run.taken(problems), run.finish, workers=self._workers)
        except ModelError as error:
            run.asking.stop = error
        finally:
            run.end()
        if run.broken is not None:
            raise run.broken
        return run.totals


class _Run:
    """One run of a scraper, and how far it is.

    Attributes:
        totals: What it has come to.
        asking: The problems without an answer, and why no further one is begun.
        broken: What is wrong with the problems after those that were taken.
    """

    def __init__(self, scraper: Scraper, files: ScrapeFiles) -> None:
        self.totals = ScrapeTotals()
        self.asking = Asking("problems")
        self.broken: InputError | None = None
        self._scraper = scraper
        self._files = files
        self._digest = DatasetDigest()
        self._taken: set[str] = set()
        self._took_all = False

    def taken(self, problems: Iterable[CodeProblem | SkippedProblem]) -> Iterator[CodeProblem | SkippedProblem]:
        """The problems, as long as there is no reason to stop."""
        try:
            for problem in problems:
                if self.asking.stop is not None:
                    return
                yield problem
            self._took_all = True
        except InputError as error:
            self.broken = error

    async def finish(self, item: CodeProblem | SkippedProblem) -> None:
        """Do all that is to be done about one problem, and tell of it.

        Raises:
            ModelError: Asking on is of no use, and what is under way neither.
        """
        solving = Solving(self._scraper.attempts, self._files, self._scraper.backoff)
        with follow(Stopwatch(self._scraper.clock)) as stopwatch:
            outcome, reason = await self._outcome(item, solving)
            seconds = stopwatch.stop()
        self.totals.new_attempts += solving.made
        counts = {"attempts": solving.made, "turns": solving.turns, "calls": solving.calls}
        if outcome not in ("skipped", "done"):
            self._files.keep_profile(ProblemProfile.of(item.problem_id, seconds, **counts))
        self._scraper.on_event(ProblemDone(item.problem_id, outcome, **counts, seconds=seconds, reason=reason))

    def end(self) -> None:
        """Sum up, in the totals and in the record."""
        totals, counts = self.totals, self._files.counts()
        totals.solved, totals.exhausted, totals.attempts = counts["solved"], counts["exhausted"], counts["attempts"]
        totals.unanswered = self.asking.unanswered
        totals.unfinished = self.asking.unfinished(len(self._taken))
        self._files.end(
            attempts=totals.new_attempts,
            problems=self._digest.hexdigest() if self._took_all else None,
            isolation=self._scraper.isolation,
            seed=self._scraper.attempts.parameters.seed,
            skipped=totals.skipped,
            unanswered=totals.unanswered,
        )

    async def _outcome(self, item: CodeProblem | SkippedProblem, solving: Solving) -> tuple[Outcome, str | None]:
        reason = self._reason_to_skip(item, solving)
        if reason is not None or isinstance(item, SkippedProblem):
            self.totals.skipped.append(SkippedProblem(item.problem_id, str(reason)))
            return "skipped", reason
        self._taken.add(item.problem_id)
        self._digest.add(item)
        if self._files.is_done(item.problem_id):
            self.totals.done += 1
            return "done", None
        solved = await self.asking.answer(item.problem_id, solving.solve(item))
        if solved is None:
            return "unanswered", self.asking.unanswered.get(item.problem_id) or str(self.asking.stop)
        return ("solved" if solved else "exhausted"), None

    def _reason_to_skip(self, item: CodeProblem | SkippedProblem, solving: Solving) -> str | None:
        if isinstance(item, SkippedProblem):
            return item.reason
        if item.problem_id in self._taken:
            return "a problem with this id came before it"
        return reason_to_skip(item, solving.attempts)
