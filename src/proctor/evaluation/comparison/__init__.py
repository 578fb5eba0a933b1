"""Comparison: is a difference between two models real, and how many problems does it take to see one?"""

from proctor.evaluation.comparison.assumptions import Assumptions
from proctor.evaluation.comparison.audits import read_audit
from proctor.evaluation.comparison.compare import compare_results
from proctor.evaluation.comparison.power import difference_found, power_at, problems_needed

__all__ = [
    "Assumptions",
    "compare_results",
    "difference_found",
    "power_at",
    "problems_needed",
    "read_audit",
]
