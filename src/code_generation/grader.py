"""The documented import names of the grader; what they are is said in :mod:`proctor.grading`."""

from proctor.grading import GradingResult, TestExecutionGrader, TestGrade, Verdict

__all__ = ["GradingResult", "TestExecutionGrader", "TestGrade", "Verdict"]
