"""Coding problems: the records, the file formats, and one module for every data set."""

from proctor.problems.problem import CodeProblem, TestCase, TestType

__all__ = ["CodeProblem", "TestCase", "TestType"]
