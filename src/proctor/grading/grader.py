"""Grade a solution against tests, with verdicts that are formed where the solution cannot reach them.

Expected values and test code never enter the process that runs the solution: it gets call texts or standard inputs
and answers with plain data. Functional and stdin tests are compared here; assertion tests run in an examiner process
that asks the solution over a channel.
"""

import re
from collections.abc import Sequence

from proctor.execution import ExecutionResult, Executor, Limits, Program, Status
from proctor.execution.jail.values import render
from proctor.grading.comparators import compare_lines, compare_values
from proctor.grading.exposed import ExposedGrade, exposed_script
from proctor.grading.verdict import GradingResult, TestGrade, Verdict
from proctor.problems import CodeProblem, TestCase

__all__ = ["TestExecutionGrader"]

OUTPUT_CHARS = 2000  # how much of a test's standard output and error is kept
VALUE_CHARS = 2000  # how much of a returned value is shown

_VERDICTS = {
    Status.ASSERTION_FAILED: Verdict.WRONG_ANSWER,
    Status.RAISED: Verdict.RUNTIME_ERROR,
    Status.CRASHED: Verdict.RUNTIME_ERROR,
    Status.EXITED: Verdict.EXITED,
    Status.COMPILE_ERROR: Verdict.COMPILE_ERROR,
    Status.NO_ENTRY_POINT: Verdict.NO_ENTRY_POINT,
    Status.TIMEOUT: Verdict.TIMEOUT,
    Status.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    Status.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    Status.UNSUPPORTED_VALUE: Verdict.UNSUPPORTED_VALUE,
}


class TestExecutionGrader:
    """Grades through an executor, which bounds how much runs at once.

    Args:
        executor: Where solutions run.
        limits: What each of them may use up.
    """

    __test__ = False  # pytest: not a test class

    def __init__(self, executor: Executor, limits: Limits | None = None) -> None:
        self._executor = executor
        self._limits = limits or Limits()

    async def grade(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase], *, fresh: bool = False
    ) -> GradingResult:
        """One verdict for every test, in order, under the isolated harness.

        Args:
            problem: The problem that the solution is for; its ``prelude`` and ``setup_code`` are honoured.
            code: The solution.
            tests: What to grade it against.
            fresh: Give every test a process of its own.

        Raises:
            ExecutionError: Our own machine failed, twice.
        """
        grades: dict[int, TestGrade] = {}
        if not code.strip():
            grades = {index: _no_code(index, test) for index, test in enumerate(tests)}
        for kind, run in (("functional", self._functional), ("assertion", self._assertion), ("stdin", self._stdin)):
            chosen = [(index, test) for index, test in enumerate(tests) if test.type == kind and index not in grades]
            if chosen:
                results = await run(problem, code, [test for _, test in chosen], fresh)
                for (index, test), result in zip(chosen, results, strict=True):
                    grades[index] = _judge(index, test, result)
        return self._result(problem, code, tests, [grades[index] for index in range(len(tests))])

    async def grade_exposed(self, problem: CodeProblem, code: str, tests: Sequence[TestCase]) -> ExposedGrade:
        """All tests under the exposed harness, in one process whose exit status is the verdict.

        Raises:
            ExecutionError: Our own machine failed, twice.
        """
        script = exposed_script(problem, code, tests)
        result = await self._executor.run_script(script, "", self._limits, steps=max(1, len(tests)))
        passed = result.status is Status.COMPLETED and result.exit_code == 0
        stdout, stderr = _text(result.stdout), _text(result.stderr)
        error = result.error or next((text.splitlines()[-1] for text in (stdout, stderr) if text.strip()), None)
        return ExposedGrade(passed, result.exit_code, stdout, stderr, None if passed else error)

    async def _functional(
        self, problem: CodeProblem, code: str, tests: list[TestCase], fresh: bool
    ) -> list[ExecutionResult]:
        calls = [test.input for test in tests]
        return await self._executor.run_calls(_program(problem, code, tests), calls, self._limits, fresh=fresh)

    async def _assertion(
        self, problem: CodeProblem, code: str, tests: list[TestCase], fresh: bool
    ) -> list[ExecutionResult]:
        program, texts = _program(problem, code, tests), [test.input for test in tests]
        if not fresh:
            return await self._executor.examine(program, texts, self._limits)
        return [(await self._executor.examine(program, [text], self._limits))[0] for text in texts]

    async def _stdin(
        self, problem: CodeProblem, code: str, tests: list[TestCase], fresh: bool
    ) -> list[ExecutionResult]:
        del problem, fresh  # a program that reads its input has a process for every test anyway
        return [await self._executor.run_script(code, test.input, self._limits) for test in tests]

    def _result(
        self, problem: CodeProblem, code: str, tests: Sequence[TestCase], grades: list[TestGrade]
    ) -> GradingResult:
        failed = [grade for grade in grades if not grade.passed]
        errors = [
            {
                "test_index": grade.index,
                "error": grade.error,
                "input": tests[grade.index].input,
                "expected": grade.expected,
                "test_type": tests[grade.index].type,
            }
            for grade in failed
        ] or ([] if grades else [{"test_index": None, "error": "No test cases available"}])
        verdict = failed[0].verdict if failed else Verdict.PASSED
        return GradingResult(
            problem_id=problem.problem_id,
            solution=code,
            passed_tests=len(grades) - len(failed),
            total_tests=len(grades),
            success=bool(grades) and not failed,
            errors=errors,
            metadata={"harness": "isolated", "isolation": self._executor.isolation, "verdict": verdict},
            tests=grades,
        )


def _program(problem: CodeProblem, code: str, tests: list[TestCase]) -> Program:
    """The solution with its trusted surroundings; its entry point is the first name of what the tests call."""
    name = problem.function_name or tests[0].input
    match = re.match(r"\s*\(?\s*([^\W\d]\w*)", name)
    return Program(
        code=code,
        entry_point=match.group(1) if match else None,
        prelude=problem.metadata.get("prelude") or "",
        setup_code=problem.metadata.get("setup_code") or "",
    )


def _judge(index: int, test: TestCase, result: ExecutionResult) -> TestGrade:
    verdict, error = _VERDICTS.get(result.status, Verdict.PASSED), result.error
    if result.status is Status.COMPLETED:
        verdict, error = _compare(test, result)
    return TestGrade(
        index=index,
        passed=verdict is Verdict.PASSED,
        verdict=verdict,
        expected=test.input if test.type == "assertion" else test.expected_output,
        got=_shown(test, result),
        error=error,
        stdout=_text(result.stdout),
        stderr=_text(result.stderr),
        exit_code=result.exit_code,
        seconds=result.seconds,
        overrides_comparison=result.overrides_comparison,
    )


def _compare(test: TestCase, result: ExecutionResult) -> tuple[Verdict, str | None]:
    if test.type == "assertion":
        return Verdict.PASSED, None
    if test.type == "functional":
        difference = compare_values(test.expected_output, result.value)
    elif result.exit_code:
        last = _text(result.stderr).strip().splitlines()[-1:] or [f"exit status {result.exit_code}"]
        return Verdict.RUNTIME_ERROR, last[0]
    else:
        difference = compare_lines(test.expected_output, result.stdout.decode("utf-8", "replace"))
    return (Verdict.PASSED, None) if difference is None else (Verdict.WRONG_ANSWER, difference)


def _shown(test: TestCase, result: ExecutionResult) -> str | None:
    if result.status is not Status.COMPLETED or test.type == "assertion":
        return None
    return render(result.value, VALUE_CHARS) if test.type == "functional" else _text(result.stdout)


def _no_code(index: int, test: TestCase) -> TestGrade:
    return TestGrade(index, False, Verdict.NO_CODE, test.expected_output, error="the reply holds no code")


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return text if len(text) <= OUTPUT_CHARS else f"{text[:OUTPUT_CHARS]}… ({len(data)} bytes)"
