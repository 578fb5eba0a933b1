"""Does a program that reads its input do in the sandbox what it does as a file? Same output, same exit status.

Usage: ``python benchmarks/fidelity.py [--most N] [FILE...]``; FILE is JSONL whose rows have ``solution`` or
``solutions`` and stdin ``tests`` or ``test_cases`` (graded_stdin.jsonl, deepcoder_sample.jsonl), or a corpus of attacks
(attacks.jsonl), of which the right programs are taken. The awkward programs of ``tests/attacks`` are always run. Every
program runs by ``python -s -P -B solution.py`` and in the sandbox. Exits with status 1 when they differ on any.
"""

import asyncio
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from proctor.execution import Limits, SubprocessExecutor

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "attacks"), str(TESTS / "execution"), str(TESTS)]

from script_trials import Outcome, outcome_of, run_as_file  # noqa: E402 - what the tests hold scripts against
from test_awkward_programs import PROGRAMS  # noqa: E402

LIMITS = Limits(cpu_seconds=30, total_cpu_seconds=30, output_bytes=8 << 20)
LONGEST = 60.0  # seconds that a program has as a file
BY_DESIGN = ("b12_typing_missing", "b21")  # it lacks an import, it starts processes
LARGE = {"sumbig": "1500000\n" + " ".join(str(n % 1_000_000) for n in range(1_500_000)) + "\n", "upto": "150000\n"}


class Trial(NamedTuple):
    """One program with one input."""

    name: str
    code: str
    stdin: str


def awkward_programs() -> list[Trial]:
    """Those of the tests: whatever the sandbox denies, they must run."""
    return [Trial(f"awkward/{name}", code, stdin) for name, (code, stdin, _) in PROGRAMS.items()]


def read(path: Path, most: int | None) -> list[Trial]:
    """The trials of a file: every right program with its first *most* inputs."""
    trials = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            codes, inputs = _attack(row) if "expect" in row else _references(row)
            given = row.get("id") or row.get("problem_id") or str(number)
            for at, code in enumerate(codes):
                trials += [Trial(f"{given}/{at}/{index}", code, text) for index, text in enumerate(inputs[:most])]
    return trials


def _references(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    if row.get("kind", "reference") != "reference":
        return [], []
    codes = row["solutions"] if "solutions" in row else [row["solution"]]
    tests = row["test_cases"] if "test_cases" in row else row["tests"]
    return [_unfenced(code) for code in codes], [test["input"] for test in tests if test["type"] == "stdin"]


def _unfenced(code: str) -> str:
    text = code.strip()
    return text[text.index("\n") + 1 : -3] if text.startswith("```") and text.endswith("```") else code


def _attack(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    if row["expect"] != "pass" or row["kind"] != "stdin" or row["id"].startswith(BY_DESIGN):
        return [], []
    public, private = row["problem"]["public"], row["problem"]["private"]
    if not isinstance(private, list):  # too large to be written down
        return [row["code"]], [*(test["inp"] for test in public), LARGE[row["base"]]]
    return [row["code"]], [test["inp"] for test in public + private]


async def compare(executor: SubprocessExecutor, trial: Trial) -> tuple[Outcome | None, Outcome]:
    """What came of it as a file (None: it did not end in time) and in the sandbox."""
    try:
        as_file = await asyncio.to_thread(run_as_file, trial.code, trial.stdin, LONGEST)
    except subprocess.TimeoutExpired:
        as_file = None
    return as_file, outcome_of(await executor.run_script(trial.code, trial.stdin, LIMITS))


async def run(trials: list[Trial]) -> int:
    """Run them all, one after the other, and print those that differ; how many do."""
    different = slow = 0
    async with SubprocessExecutor(jobs=1) as executor:
        for trial in trials:
            as_file, inside = await compare(executor, trial)
            if as_file is None:
                slow += 1
                click.echo(
                    f"{trial.name}: no end within {LONGEST:g} s as a file; status {inside.status} in the sandbox"
                )
            elif as_file != inside:
                different += 1
                click.echo(f"{trial.name}: {_shown(as_file)} as a file, {_shown(inside)} in the sandbox")
    click.echo(f"{len(trials) - different - slow} the same, {different} different, {slow} without an end")
    return different


def _shown(outcome: Outcome) -> str:
    digest = hashlib.sha256(outcome.stdout).hexdigest()[:8]
    return f"status {outcome.status} and {len(outcome.stdout)} bytes ({digest}) {outcome.stdout[-40:]!r}"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--most", type=int, default=None, help="Of each program, only the first so many inputs.")
def main(files: tuple[Path, ...], most: int | None) -> None:
    """Compare the programs of FILES, and the awkward ones of the tests."""
    different = 0
    named = [("tests/attacks", awkward_programs()), *((file.name, read(file, most)) for file in files)]
    for name, trials in named:
        click.echo(f"{name}: {len(trials)} runs of {len({trial.code for trial in trials})} programs")
        different += asyncio.run(run(trials))
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
