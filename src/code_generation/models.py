"""The documented import names of the data model; see :mod:`proctor.problems` and :mod:`proctor.generation`."""

from proctor.generation import GenerationResult
from proctor.problems import CodeProblem, TestCase

__all__ = ["CodeProblem", "GenerationResult", "TestCase"]
