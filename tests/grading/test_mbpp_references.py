"""MBPP's own solutions, graded as a user's would be."""

import asyncio

from conftest import Sandbox
from proctor.execution import Limits
from proctor.grading import GradingResult, TestExecutionGrader
from proctor.problems import load_dataset
from shared_data import DATA, needs

PUBLISHED = DATA / "mbpp.jsonl"
ROOMY = Limits(cpu_seconds=30, total_cpu_seconds=60)  # problem 123 takes seconds


@needs(PUBLISHED)
def test_every_reference_of_mbpp_passes_all_its_tests(sandbox: Sandbox) -> None:
    problems = load_dataset("mbpp", source=PUBLISHED).problems
    grader = TestExecutionGrader(sandbox.executor, ROOMY)

    async def grade_all() -> list[GradingResult]:
        return await asyncio.gather(*(grader.grade(problem, problem.correct_solution or "") for problem in problems))

    results = sandbox.run(grade_all())
    assert [(result.problem_id, result.errors) for result in results if not result.success] == []
    assert (len(results), sum(result.total_tests for result in results)) == (974, 2922 + 16)
    assert [result.problem_id for result in results if result.metadata["trusts_solution"]] == []
