"""What control models are told of the problems that they are asked about."""

from collections.abc import Iterable, Iterator, MutableMapping

from proctor.models import Reference
from proctor.problems import CodeProblem, SkippedProblem


def reference_of(problem: CodeProblem) -> Reference | None:
    """The reference solution, every right answer and every broken test.

    Public tests need not be among the right ones: some were found in the statement. None where there is no reference
    solution, and where it is neither a function with a name nor a program.
    """
    is_program = any(test.type == "stdin" for test in problem.test_cases)
    if problem.correct_solution is None or (problem.function_name is None and not is_program):
        return None
    right = [*problem.public_test_cases, *problem.test_cases]
    return Reference(
        code=problem.correct_solution,
        entry_point=problem.function_name or "",
        answers={test.input: test.expected_output for test in right if test.type != "assertion"},
        wrong=frozenset(test.as_statement() for test in problem.broken_test_cases),
    )


def references_of(problems: Iterable[CodeProblem]) -> dict[str, Reference]:
    """The references of all *problems* that have one, by problem id."""
    found = ((problem.problem_id, reference_of(problem)) for problem in problems)
    return {problem_id: reference for problem_id, reference in found if reference is not None}


def noting_references(
    problems: Iterable[CodeProblem | SkippedProblem], references: MutableMapping[str, Reference]
) -> Iterator[CodeProblem | SkippedProblem]:
    """The same problems one by one, the reference of each put among *references* before it is given out."""
    for problem in problems:
        if isinstance(problem, CodeProblem) and (reference := reference_of(problem)) is not None:
            references[problem.problem_id] = reference
        yield problem
