"""Grading: from a solution and its tests to verdicts that the solution cannot forge."""

from proctor.grading.comparators import compare_lines, compare_values
from proctor.grading.exposed import ExposedGrade, exposed_script
from proctor.grading.extraction import Extraction, extract_reply
from proctor.grading.grader import TestExecutionGrader
from proctor.grading.interface import Grader, IsolatedGrader
from proctor.grading.verdict import GradingResult, TestGrade, Verdict

__all__ = [
    "ExposedGrade",
    "Extraction",
    "Grader",
    "IsolatedGrader",
    "GradingResult",
    "TestExecutionGrader",
    "TestGrade",
    "Verdict",
    "compare_lines",
    "compare_values",
    "exposed_script",
    "extract_reply",
]
