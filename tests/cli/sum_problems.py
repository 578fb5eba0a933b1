"""Small problems that run fast, and what a scripted model says to them."""

import dataclasses
import json
from pathlib import Path

from proctor.problems import CodeProblem, TestCase, problem_to_row
from proctor.records import write_jsonl


def sums(count: int) -> list[CodeProblem]:
    """Each adds its number to its argument."""
    return [
        CodeProblem(
            f"Sum/{number}",
            f"Add {number} to x.",
            [TestCase(f"add({x})", str(x + number)) for x in range(4)],
            function_name="add",
            correct_solution=f"def add(x):\n    return x + {number}\n",
        )
        for number in range(count)
    ]


def problem_file(path: Path, problems: list[CodeProblem]) -> Path:
    write_jsonl(path, map(problem_to_row, problems))
    return path


def broken_sums(count: int) -> list[CodeProblem]:
    """Problems of which every test has a broken version."""
    return [
        dataclasses.replace(
            problem,
            dataset="sums",
            broken_test_cases=[TestCase(test.input, str(int(test.expected_output) + 7)) for test in problem.test_cases],
            metadata={"broken_indices": list(range(len(problem.test_cases)))},
        )
        for problem in sums(count)
    ]


def script(home: Path, *replies: str) -> str:
    path = home / "replies.jsonl"
    rows = [{"problem_id": f"Sum/{number}", "reply": reply} for number, reply in enumerate(replies)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return f"scripted/{path}"
