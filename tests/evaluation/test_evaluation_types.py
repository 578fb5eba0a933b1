from pathlib import Path

import pytest

from proctor.evaluation.configuration import EVALUATION_KEYS, EvaluationConfig
from proctor.evaluation.types import EVALUATION_TYPES


@pytest.mark.parametrize("name", EVALUATION_TYPES)
def test_only_the_types_that_are_answered_with_code_run_some(name: str) -> None:
    datasets = {"clean": Path("a.json"), "hack": Path("b.json")} if name == "choice" else {"all": Path("a.json")}
    made = EVALUATION_TYPES[name](EvaluationConfig(name), datasets)
    assert made.runs_code is (name in ("completion", "multiturn"))


def test_every_type_has_keys_of_its_own_configuration() -> None:
    assert EVALUATION_TYPES.keys() == EVALUATION_KEYS.keys()
