"""From what running one test came to, to its verdict."""

from proctor.execution import ExecutionResult, Status
from proctor.execution.jail.values import render
from proctor.grading.comparators import Comparator
from proctor.grading.verdict import TestGrade, Verdict
from proctor.problems import TestCase

__all__ = ["cut_output", "judge", "no_code", "output_text"]

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
_BY_EXCEPTION = {
    "MemoryError": Verdict.MEMORY_LIMIT,
    "SyntaxError": Verdict.COMPILE_ERROR,
    "IndentationError": Verdict.COMPILE_ERROR,
    "TabError": Verdict.COMPILE_ERROR,
}


def judge(
    index: int, test: TestCase, result: ExecutionResult, comparator: Comparator, *, compare: bool = True
) -> TestGrade:
    """The grade of one test.

    Args:
        index: Its place among the tests.
        test: The test.
        result: What it came to.
        comparator: Compares what it gave.
        compare: Whether to compare; a problem with a checker of its own leaves that to it.
    """
    verdict, error = _VERDICTS.get(result.status, Verdict.PASSED), result.error
    if result.status is Status.COMPLETED and test.type != "assertion":
        verdict, error = _compared(test, result, comparator, compare)
    return TestGrade(
        index=index,
        passed=verdict is Verdict.PASSED,
        verdict=verdict,
        expected=test.input if test.type == "assertion" else test.expected_output,
        got=_shown(test, result),
        error=error,
        stdout=cut_output(result.stdout),
        stderr=cut_output(result.stderr),
        exit_code=result.exit_code,
        seconds=result.seconds,
        overrides_comparison=result.overrides_comparison,
    )


def no_code(index: int, test: TestCase) -> TestGrade:
    """The grade of a test for a reply without code."""
    return TestGrade(index, False, Verdict.NO_CODE, test.expected_output, error="the reply holds no code")


def _compared(
    test: TestCase, result: ExecutionResult, comparator: Comparator, compare: bool
) -> tuple[Verdict, str | None]:
    if test.type == "stdin" and result.exit_code:
        return _failed_program(result)
    if not compare:
        return Verdict.PASSED, None
    if test.type == "functional":
        difference = comparator.value(test.expected_output, result.value)
    else:
        difference = comparator.output(test.expected_output, output_text(result))
    return (Verdict.PASSED, None) if difference is None else (Verdict.WRONG_ANSWER, difference)


def _failed_program(result: ExecutionResult) -> tuple[Verdict, str]:
    """A program that ended with a status of its own: the last line of its traceback names what went wrong."""
    lines = result.stderr[-4 * OUTPUT_CHARS :].decode("utf-8", "replace").strip().splitlines()
    last = lines[-1][:OUTPUT_CHARS] if lines else f"exit status {result.exit_code}"
    return _BY_EXCEPTION.get(last.partition(":")[0], Verdict.RUNTIME_ERROR), last


def output_text(result: ExecutionResult) -> str:
    """All that was printed; bytes that are no UTF-8 become surrogates, which no expected text holds."""
    return result.stdout.decode("utf-8", "surrogateescape")


def cut_output(data: bytes) -> str:
    """The beginning of an output, for people, and its full length where that is more."""
    if not data:
        return ""
    text = data[: 4 * OUTPUT_CHARS].decode("utf-8", "replace")
    return text if len(text) <= OUTPUT_CHARS else f"{text[:OUTPUT_CHARS]}… ({len(data)} bytes)"


def _shown(test: TestCase, result: ExecutionResult) -> str | None:
    if result.status is not Status.COMPLETED or test.type == "assertion":
        return None
    return render(result.value, VALUE_CHARS) if test.type == "functional" else cut_output(result.stdout)
