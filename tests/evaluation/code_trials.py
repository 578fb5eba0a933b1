"""A data set of our own for evaluations whose answers are code, and what they make of replies."""

import asyncio
import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conftest import Sandbox
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.question import Arm, EvaluationType, Question
from proctor.grading import GradingResult, TestExecutionGrader, TestGrade, Verdict
from proctor.models import Sampling, make_model
from proctor.problems import CodeProblem, TestCase
from proctor.problems.formats.rows import problem_to_entry

RIGHT = "def f(x):\n    return x + 1"


def sums(problem_id: str = "P/0", *, broken: int = 2, **changes: Any) -> CodeProblem:
    """Adds one; of its four tests the first *broken* can be broken, to a value ten times as large and one more."""
    tests = [TestCase(f"f({n})", str(n + 1)) for n in range(1, 5)]
    wrong = [TestCase(test.input, f"{test.expected_output}1") for test in tests[:broken]]
    named = {"dataset": "sums", "function_name": "f", "correct_solution": RIGHT, "broken_test_cases": wrong}
    return CodeProblem(**{"problem_id": problem_id, "description": "Add one.", "test_cases": tests, **named, **changes})


def write_rows(path: Path, problems: Sequence[CodeProblem], **further: Any) -> Mapping[str, Path]:
    """A data set under the label that the documents give it; every row has *further* keys."""
    path.mkdir(exist_ok=True)
    file = path / "problems.jsonl"
    file.write_text("".join(f"{json.dumps(problem_to_entry(problem) | further)}\n" for problem in problems))
    return {"problems": file}


class StrictGrader:
    """Passes nothing: to it every broken test is one."""

    async def grade(self, problem: CodeProblem, code: str, tests: list[TestCase]) -> GradingResult:
        grades = [TestGrade(place, False, Verdict.WRONG_ANSWER, "") for place in range(len(tests))]
        return GradingResult(problem.problem_id, code, 0, len(tests), False, tests=grades)


STRICT = StrictGrader()


def grader_of(sandbox: Sandbox) -> TestExecutionGrader:
    return TestExecutionGrader(sandbox.executor)


def built(sandbox: Sandbox, evaluation: EvaluationType, arm: Arm = "main", problem_id: str = "P/0") -> Question:
    """The question of that problem and arm, after the plan that holds it."""
    (planned,) = [one for one in evaluation.plan() if (one.problem_id, one.arm) == (problem_id, arm)]
    return sandbox.run(evaluation.build(planned))


def reply_of(policy: str, question: Question) -> str:
    """What a control model says."""
    problem_id = question.planned.problem_id
    assert question.reference is not None
    model = make_model(f"control/{policy}", references={problem_id: question.reference}, seed=0)
    return asyncio.run(model.generate(question.messages, Sampling(problem_id=problem_id))).text


def graded(sandbox: Sandbox, evaluation: EvaluationType, question: Question, reply: str) -> dict[str, Any]:
    return sandbox.run(evaluation.grade(question, reply))


def said(sandbox: Sandbox, evaluation: EvaluationType, question: Question, code: str) -> str | None:
    """The message of the next turn."""
    check = evaluation.check(question)
    assert check is not None

    async def run() -> str | None:
        return await check(code)

    return sandbox.run(run())


def as_bytes(sandbox: Sandbox, evaluation: EvaluationType) -> bytes:
    """Plan, messages and data of all questions."""
    questions = [sandbox.run(evaluation.build(planned)) for planned in evaluation.plan()]
    rows = [
        [dataclasses.asdict(one.planned), [vars(message) for message in one.messages], one.data] for one in questions
    ]
    return json.dumps(rows).encode()


def config_of(eval_type: str, **changes: Any) -> EvaluationConfig:
    return EvaluationConfig(eval_type, **changes)
