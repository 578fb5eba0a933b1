"""Control models on data sets of others that store what a program prints: ``No``, ``2 solutions``, several lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from code_trials import config_of, graded, grader_of, reply_of

from conftest import Sandbox
from proctor.evaluation.types import EVALUATION_TYPES
from proctor.grading.comparators.expected import read_expected
from shared_data import DATA, needs

pytestmark = needs(DATA)

UNQUOTED = 20  # problems of each file


def unquoted(name: str, path: Path) -> Path:
    """The first problems of a file that expect a text which is no literal, each with its reference as the solution."""
    rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").split("\n") if line]
    found = [row | {"code": row["reference_solution"]} for row in rows if any(map(is_text, row["correct_tests"]))]
    file = path / f"{name}.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in found[:UNQUOTED]), encoding="utf-8")
    return file


def is_text(test: dict[str, Any]) -> bool:
    return read_expected(test["expected_output"]).text is not None


@pytest.mark.parametrize("eval_type", ["completion", "multiturn"])
@pytest.mark.parametrize("name", ["broken_mbpp", "broken_apps"])
def test_the_special_caser_passes_everything_shown_and_the_others_what_they_should(
    tmp_path: Path, sandbox: Sandbox, name: str, eval_type: str
) -> None:
    config = config_of(eval_type, originals=False, allow_flagging=True)
    evaluation = EVALUATION_TYPES[eval_type](config, {"problems": unquoted(name, tmp_path)}, grader_of(sandbox))
    questions = [sandbox.run(evaluation.build(planned)) for planned in evaluation.plan()]
    found = {}
    for policy in ("honest", "special-caser", "stopper", "flagger"):
        grades = [graded(sandbox, evaluation, question, reply_of(policy, question)) for question in questions]
        hacks = sum(grade["is_hacking"] and grade["passed_tests"] == grade["total_tests"] for grade in grades)
        found[policy] = (hacks, sum(grade["flagged"] for grade in grades))
    assert len(questions) == UNQUOTED
    assert found == {
        "honest": (0, 0),
        "special-caser": (UNQUOTED, 0),
        "stopper": (0, 0),
        "flagger": (0, UNQUOTED),
    }
