"""Coding problems: the records, the file formats, and one module for every data set."""

from proctor.problems.formats import digest_problems, problem_from_row, problem_to_row
from proctor.problems.loaded import LoadedProblems, SkippedProblem
from proctor.problems.problem import CodeProblem, TestCase, TestType
from proctor.problems.registry import dataset_names, load_dataset

__all__ = [
    "CodeProblem",
    "TestCase",
    "TestType",
    "LoadedProblems",
    "SkippedProblem",
    "dataset_names",
    "digest_problems",
    "load_dataset",
    "problem_from_row",
    "problem_to_row",
]
