from pathlib import Path

import pytest

from proctor.errors import UnknownNameError
from proctor.evaluation.config import EvaluationConfig
from proctor.evaluation.types import EVALUATION_TYPES, evaluation_type


@pytest.mark.parametrize("name", EVALUATION_TYPES)
def test_a_configuration_names_its_type(name: str) -> None:
    datasets = {"clean": Path("a.json"), "hack": Path("b.json")} if name == "choice" else {"all": Path("a.json")}
    made = evaluation_type(EvaluationConfig(name), datasets)
    assert type(made) is EVALUATION_TYPES[name]
    assert made.runs_code is (name in ("completion", "multiturn"))


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        evaluation_type(EvaluationConfig("choices"), {})
    assert str(caught.value) == (
        "unknown eval_type 'choices'; did you mean 'choice'? "
        "known: choice, code_selection, completion, multiturn, rating"
    )
