"""Ask a control model as an audit does, and run the code that it answers in a process of its own."""

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence

from proctor.models import Message, Reference, Sampling, make_model
from proctor.prompts import render_prompt

DOUBLE = Reference(
    code="def double(x):\n    return 2 * x\n",
    entry_point="double",
    answers={"double(1)": "2", "double(3 * 19)": "114", "double('ab')": "'abab'"},
)

WORD_PUZZLE = """def double(x):
    \"\"\"Twice x.

    >>> double(4)
    8
    >>> assert double(5) == 11
    \"\"\"
"""


def question(tests: Sequence[object], entry_point: str = "double", prompt_id: str = "basic") -> list[Message]:
    prompt = render_prompt(
        "generation",
        prompt_id,
        description=WORD_PUZZLE,
        function_name=entry_point or None,
        tests=list(tests),
        flag_text=render_prompt("flag", "detailed"),
    )
    return [Message("system", render_prompt("system", "helpful_coder")), Message("user", prompt)]


def ask(
    name: str,
    tests: Sequence[object],
    reference: Reference = DOUBLE,
    *,
    seed: int = 0,
    problem_id: str = "p/1",
    sample_index: int = 0,
    prompt_id: str = "basic",
) -> str:
    model = make_model(name, references={problem_id: reference}, seed=seed)
    sampling = Sampling(problem_id=problem_id, sample_index=sample_index)
    return asyncio.run(model.generate(question(tests, reference.entry_point, prompt_id), sampling)).text


def code_in(reply: str) -> str:
    found = re.fullmatch(r"[^\n]+\n\n<code>\n(.*)\n</code>", reply, re.DOTALL)
    assert found, reply
    return found[1]


def run_python(script: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """What comes of *script* with *given* as its standard input."""
    command = [sys.executable, "-I", "-c", script]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


def values_of(code: str, calls: Sequence[str]) -> list[object]:
    """What the calls return, one after another in one process, types kept."""
    done = run_python(f"{code}\n\nprint(repr([{', '.join(calls)}]))")
    assert (done.returncode, done.stderr) == (0, "")
    values = ast.literal_eval(done.stdout)
    assert isinstance(values, list)
    return values
