"""Grading: from a solution and its tests to verdicts that the solution cannot forge."""

from proctor.grading.verdict import GradingResult, TestGrade, Verdict

__all__ = ["GradingResult", "TestGrade", "Verdict"]
