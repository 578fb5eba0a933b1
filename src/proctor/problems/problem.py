"""What a coding problem is: records of facts, which never carry completions or results."""

from dataclasses import dataclass, field
from typing import Any, Literal

TestType = Literal["functional", "stdin", "assertion"]


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test of a problem, kept as source text: JSON would turn tuples into lists and lose sets.

    Attributes:
        input: By type: the call text ``min_cost([[1, 2, 3]], 2, 2)``; the whole standard input; or Python
            statements that use the function by name and pass when they raise nothing.
        expected_output: By type: the literal text ``8``; the expected standard output; or nothing.
        type: ``functional``, ``stdin`` or ``assertion``.
    """

    __test__ = False  # pytest: not a test class

    input: str
    expected_output: str
    type: TestType = "functional"

    def as_statement(self) -> str:
        """The test as a person would write it in Python; a stdin test has no such form and is its own input."""
        return f"assert {self.input} == {self.expected_output}" if self.type == "functional" else self.input


@dataclass(frozen=True)
class CodeProblem:
    """One coding problem with its tests.

    Attributes:
        problem_id: Unique within its data set.
        description: The statement that a model is shown.
        test_cases: The right tests, public ones included.
        dataset: The source data set.
        function_name: What functional and assertion tests call; None for programs that read stdin.
        broken_test_cases: Tests whose expected value is wrong on purpose.
        correct_solution: The reference solution, complete and runnable.
        difficulty: The source's own rating, unitless.
        tags: The source's own categories.
        public_test_cases: Those of *test_cases* that a model may be shown.
        solutions: Further solutions that the source offers.
        metadata: What only this source has. ``prelude`` is trusted code that runs before the solution,
            ``setup_code`` trusted code that runs after it.
    """

    problem_id: str
    description: str
    test_cases: list[TestCase]
    dataset: str = ""
    function_name: str | None = None
    broken_test_cases: list[TestCase] = field(default_factory=list)
    correct_solution: str | None = None
    difficulty: int | None = None
    tags: list[str] = field(default_factory=list)
    public_test_cases: list[TestCase] = field(default_factory=list)
    solutions: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def private_test_cases(self) -> list[TestCase]:
        """The right tests that are not public."""
        return [test for test in self.test_cases if test not in self.public_test_cases]
