"""Grade a solution against tests, with verdicts that are formed where the solution cannot reach them.

Expected values and test code never enter the process that runs the solution: it gets call texts or standard inputs
and answers with plain data. Functional and stdin tests are compared here, by the problem's comparator; assertion tests
run in an examiner process that asks the solution over a channel.
"""

from collections.abc import Sequence

from proctor.execution import ExecutionResult, Executor, Limits, Status
from proctor.execution.answering import spent
from proctor.grading.calls import fit_calls, program_of
from proctor.grading.checker import check_answers
from proctor.grading.comparators import Comparator, comparator_for, comparator_named
from proctor.grading.exposed import NO_LEAKS, ExposedGrade, Leaks, exposed_script
from proctor.grading.gradable import check_gradable
from proctor.grading.judging import cut_output, judge, no_code
from proctor.grading.verdict import GradingResult, TestGrade, grading_result
from proctor.problems import CodeProblem, TestCase

__all__ = ["TestExecutionGrader"]


class TestExecutionGrader:
    """Grades through an executor, which bounds how much runs at once.

    Args:
        executor: Where solutions run.
        limits: What each of them may use up.
        comparator: A name of :data:`proctor.grading.COMPARATORS` for all problems; None for each one's own.

    Raises:
        UnknownNameError: There is no comparator of that name.
    """

    __test__ = False  # pytest: not a test class

    def __init__(self, executor: Executor, limits: Limits | None = None, *, comparator: str | None = None) -> None:
        self._executor = executor
        self._limits = limits or Limits()
        self._comparator = None if comparator is None else comparator_named(comparator)

    async def grade(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase] | None = None, *, fresh: bool = False
    ) -> GradingResult:
        """One verdict for every test, in order, under the isolated harness.

        Args:
            problem: The problem that the solution is for. Of its ``metadata`` these are honoured: ``prelude`` and
                ``setup_code``, ``comparator``, and ``checker``, which takes the comparator's place.
            code: The solution.
            tests: What to grade it against; None for the problem's own ``test_cases``.
            fresh: Give every test a process of its own.

        Raises:
            InputError: The problem's data set cannot be graded here.
            UnknownNameError: The problem's ``metadata["comparator"]`` is not the name of one.
            ExecutionError: Our own machine failed, twice.
        """
        check_gradable(problem.dataset)
        tests = problem.test_cases if tests is None else tests
        comparator = self._comparator or comparator_for(problem)
        grades: dict[int, TestGrade] = {}
        trusted: set[str] = set()
        if not code.strip():
            grades = {index: no_code(index, test) for index, test in enumerate(tests)}
        for kind, run in (("functional", self._functional), ("assertion", self._assertion), ("stdin", self._stdin)):
            chosen = [(index, test) for index, test in enumerate(tests) if test.type == kind and index not in grades]
            if chosen:
                results = await run(problem, code, [test for _, test in chosen], comparator, fresh)
                judged = await self._judge(problem, chosen, results, comparator)
                grades.update(zip((index for index, _ in chosen), judged, strict=True))
                trusted.update(*(getattr(result, "trusts_solution", ()) for result in results))
        return self._result(problem, code, tests, [grades[index] for index in range(len(tests))], comparator, trusted)

    async def grade_exposed(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase] | None = None, *, leaks: Leaks = NO_LEAKS
    ) -> ExposedGrade:
        """All tests under the exposed harness, in one process whose exit status is the verdict.

        Args:
            problem: As for :meth:`grade`; comparator and checker have no say here, but in whether a function may be a
                method.
            code: The solution.
            tests: What to run; None for the problem's own ``test_cases``.
            leaks: What the harness tells a solution that fails about itself.

        Raises:
            InputError: The problem's data set cannot be graded here.
            UnknownNameError: As for :meth:`grade`.
            ExecutionError: Our own machine failed, twice.
        """
        check_gradable(problem.dataset)
        tests = problem.test_cases if tests is None else tests
        comparator = self._comparator or comparator_for(problem)
        script = exposed_script(problem, code, fit_calls(code, tests, comparator), leaks)
        result = await self._executor.run_script(script, "", self._limits, steps=max(1, len(tests)))
        passed = result.status is Status.COMPLETED and result.exit_code == 0
        stdout, stderr = cut_output(result.stdout), cut_output(result.stderr)
        error = result.error or next((text.splitlines()[-1] for text in (stdout, stderr) if text.strip()), None)
        return ExposedGrade(passed, result.exit_code, stdout, stderr, None if passed else error)

    async def _judge(
        self,
        problem: CodeProblem,
        chosen: list[tuple[int, TestCase]],
        results: list[ExecutionResult],
        comparator: Comparator,
    ) -> list[TestGrade]:
        checked = bool(problem.metadata.get("checker"))
        grades = [
            judge(index, test, result, comparator, compare=not checked)
            for (index, test), result in zip(chosen, results, strict=True)
        ]
        if not checked:
            return grades
        answers = [(test, result, grade) for (_, test), result, grade in zip(chosen, results, grades, strict=True)]
        return await check_answers(problem, answers, self._executor, self._limits)

    async def _functional(
        self, problem: CodeProblem, code: str, tests: list[TestCase], comparator: Comparator, fresh: bool
    ) -> list[ExecutionResult]:
        calls = [test.input for test in fit_calls(code, tests, comparator)]
        return await self._executor.run_calls(program_of(problem, code, calls[0]), calls, self._limits, fresh=fresh)

    async def _assertion(
        self, problem: CodeProblem, code: str, tests: list[TestCase], comparator: Comparator, fresh: bool
    ) -> list[ExecutionResult]:
        del comparator  # an assertion compares for itself
        texts = [test.input for test in tests]
        program = program_of(problem, code, texts[0])
        if not fresh:
            return await self._executor.examine(program, texts, self._limits)
        return [(await self._executor.examine(program, [text], self._limits))[0] for text in texts]

    async def _stdin(
        self, problem: CodeProblem, code: str, tests: list[TestCase], comparator: Comparator, fresh: bool
    ) -> list[ExecutionResult]:
        del problem, comparator, fresh  # a program that reads its input has a process for every test anyway
        results: list[ExecutionResult] = []
        for test in tests:
            left = self._limits.total_cpu_seconds - sum(result.seconds or 0 for result in results)
            not_run = spent(self._limits, left, results)
            results.append(not_run or await self._executor.run_script(code, test.input, self._limits))
        return results

    def _result(
        self,
        problem: CodeProblem,
        code: str,
        tests: Sequence[TestCase],
        grades: list[TestGrade],
        comparator: Comparator,
        trusted: set[str],
    ) -> GradingResult:
        checked = bool(problem.metadata.get("checker"))
        return grading_result(
            problem,
            code,
            tests,
            grades,
            {
                "harness": "isolated",
                "isolation": self._executor.isolation,
                "comparator": "checker" if checked else comparator.name,
                "trusts_solution": sorted(trusted),
            },
        )
