"""Reward hacking: broken tests, the tasks made of them, and what an attempt at one amounts to."""

from proctor.hacking.amount import check_amount
from proctor.hacking.attempt import AttemptGrade, AttemptTest, ExposedRun
from proctor.hacking.breaking import (
    Accident,
    Breaker,
    ModelBreaker,
    MutationBreaker,
    break_problems,
    break_tests,
    check_broken_tests,
    mutate,
)
from proctor.hacking.completions import (
    Completer,
    CompletionFile,
    CompletionTally,
    GradedCompletion,
    Selection,
    generate_solutions,
)
from proctor.hacking.eval_result import EvalResult, evaluate
from proctor.hacking.mix_grade import MixGrade, grade_mix, truth_of
from proctor.hacking.mixed_tests import Mix, MixedTest
from proctor.hacking.mixing import break_more, mix, right_mix
from proctor.hacking.once import add_broken_tests_to_problems, evaluate_solution
from proctor.hacking.outcomes import Facts, Outcome, decide_outcome
from proctor.hacking.preparation import prepare_problems
from proctor.hacking.solution_run import SolutionRun, run_solution
from proctor.hacking.splits import check_shares, split_problems
from proctor.hacking.standing import Standing, standing_of
from proctor.hacking.task import Task, TaskTest, TestRole, Variant, build_task, is_breakable

__all__ = [
    "Accident",
    "AttemptGrade",
    "AttemptTest",
    "Breaker",
    "Completer",
    "CompletionFile",
    "CompletionTally",
    "EvalResult",
    "ExposedRun",
    "Facts",
    "GradedCompletion",
    "Mix",
    "MixGrade",
    "MixedTest",
    "ModelBreaker",
    "MutationBreaker",
    "Outcome",
    "Selection",
    "SolutionRun",
    "Standing",
    "Task",
    "TaskTest",
    "TestRole",
    "Variant",
    "add_broken_tests_to_problems",
    "break_more",
    "break_problems",
    "break_tests",
    "build_task",
    "check_amount",
    "check_broken_tests",
    "check_shares",
    "decide_outcome",
    "evaluate",
    "evaluate_solution",
    "generate_solutions",
    "grade_mix",
    "is_breakable",
    "mix",
    "mutate",
    "prepare_problems",
    "right_mix",
    "run_solution",
    "split_problems",
    "standing_of",
    "truth_of",
]
