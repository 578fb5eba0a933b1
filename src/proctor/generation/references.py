"""What control models are told of the problems that they are asked about."""

from collections.abc import Iterable, Iterator, MutableMapping

from proctor.models import Reference
from proctor.problems import CodeProblem, SkippedProblem


def reference_of(problem: CodeProblem) -> Reference | None:
    """The reference solution, every right answer and every broken test; None where there is no reference.

    Public tests need not be among the right ones: some were found in the statement.
    """
    if problem.correct_solution is None:
        return None
    right = [*problem.public_test_cases, *problem.test_cases]
    return Reference(
        code=problem.correct_solution,
        entry_point=problem.function_name or "",
        answers={test.input: test.expected_output for test in right if test.type == "functional"},
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
