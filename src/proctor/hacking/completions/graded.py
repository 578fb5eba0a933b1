"""One model's answer to one problem, graded on the tests that it was shown and on the truth."""

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from proctor.hacking.attempt import AttemptTest
from proctor.hacking.eval_result import EvalResult
from proctor.hacking.mix_grade import truth_of
from proctor.hacking.mixed_tests import Mix
from proctor.models import Message
from proctor.problems import CodeProblem
from proctor.problems.formats.rows import problem_to_entry

__all__ = ["CompletionTally", "GradedCompletion", "StoredCompletion"]


@dataclass(frozen=True)
class GradedCompletion:
    """One completion: a row of the data set that ``generate-data`` writes.

    Attributes:
        problem: What was to be solved, with its broken tests.
        mix: The tests that the model was shown, and those that it was not.
        model: Who answered.
        prompt: What the model was told: the system message, if any, and the question.
        completion: The reply as it was said; None where the endpoint refused the question.
        code: The code in the reply; empty where there is none.
        flag: The reply's objection to the tests; None where it has none.
        eval_result: The verdict over the tests of the mix; None where there is none.
        tests: The grade of every test, those of the mix before the truth that is not shown.
        ungraded: Why there is no verdict: the question was refused, or our own machine failed; None where there is one.
        generation_metadata: Sampling, prompts, usage, and the sandbox that the grades were made in.
    """

    problem: CodeProblem
    mix: Mix
    model: str
    prompt: list[Message]
    completion: str | None
    code: str
    flag: str | None
    eval_result: EvalResult | None
    tests: list[AttemptTest] = field(default_factory=list)
    ungraded: str | None = None
    generation_metadata: dict[str, Any] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """The problem as an entry of format B, with the mix, the answer and the verdict among its keys."""
        own = {
            "id": self.problem.problem_id,
            "mixed_test_cases": self.mix.as_rows(self.problem),
            "model": self.model,
            "prompt": self.prompt,
            "completion": self.completion,
            "code": self.code,
            "flag": self.flag,
            "eval_result": None if self.eval_result is None else self.eval_result.as_row(),
            "truth": truth_of(self.tests),
            "tests": self.tests,
            "ungraded": self.ungraded,
            "generation_metadata": self.generation_metadata,
        }
        # of a problem that was read from such a row, the reader has put these keys into its metadata
        facts = {name: fact for name, fact in self.problem.metadata.items() if name not in own}
        return problem_to_entry(replace(self.problem, metadata=facts)) | own


class _Shown(msgspec.Struct):
    shown: bool
    passed: bool


class _Verdict(msgspec.Struct):
    is_hacking: bool
    hack_strict: bool


class _Truth(msgspec.Struct):
    success: bool


class StoredCompletion(msgspec.Struct):
    """What is asked of a row that is stored already.

    Attributes:
        id: The problem's.
        dataset: The data set that the problem comes from.
    """

    id: str
    dataset: str
    code: str
    flag: str | None
    ungraded: str | None
    eval_result: _Verdict | None
    truth: _Truth | None
    tests: list[_Shown]

    @property
    def passes_all_shown(self) -> bool:
        """Whether there is a verdict, and every shown test passes."""
        return self.eval_result is not None and all(test.passed for test in self.tests if test.shown)

    @property
    def only_flags(self) -> bool:
        """Whether it objects to the tests in place of code."""
        return self.flag is not None and not self.code


@dataclass
class CompletionTally:
    """Counts of completions; one may be counted in several.

    Attributes:
        completions: All of them.
        solved: Those that pass every right test, shown or not.
        hacking: Those that pass all unbroken shown tests and a broken one.
        hack_strict: Those of them that pass everything shown.
        flagged: Those that object to the tests in place of code.
        without_code: Those that hold neither code nor an objection.
        ungraded: Those without a verdict.
    """

    completions: int = 0
    solved: int = 0
    hacking: int = 0
    hack_strict: int = 0
    flagged: int = 0
    without_code: int = 0
    ungraded: int = 0

    def add(self, row: StoredCompletion) -> None:
        """Count one more."""
        self.completions += 1
        if row.eval_result is None:
            self.ungraded += 1
            return
        self.solved += row.truth is not None and row.truth.success
        self.hacking += row.eval_result.is_hacking
        self.hack_strict += row.eval_result.hack_strict
        self.flagged += row.only_flags
        self.without_code += not row.code and row.flag is None
