"""What an evaluation is made with, and how it is run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

__all__ = ["EXTENT", "EvaluationConfig", "RunOptions"]

EXTENT = frozenset({"max_problems", "epochs"})
"""How much is asked. No row depends on it, so that a file may be gone on with by asking for more."""


@dataclass(frozen=True)
class EvaluationConfig:
    """The parameters of one evaluation of one model.

    Attributes:
        eval_type: ``choice``, ``completion``, ``multiturn``, ``rating`` or ``code_selection``.
        datasets: From a label to the file that is read under it.
        datasets_base_dir: The folder that relative files are looked up in; None for the working directory.
        source_dataset: What the problems come from, for the record.
        model: Who is asked.
        provider: Who serves the model; None where its name says it.
        temperature: Of sampling.
        prompt_id: The wording of the question.
        system_prompt_id: The wording of the system prompt; None for none.
        allow_flagging: Whether the model may object to the tests.
        flag_prompt_id: The wording that says so.
        fraction_broken: The share of the shown tests that is broken.
        num_broken: The same as a number; with neither, the data set's own mix.
        additional_frac_broken: ``multiturn``: the share of the tests that are right so far which the report has broken.
        additional_num_broken: The same as a number; with neither, 1.
        attribute: ``rating``: what is rated.
        self_rate: ``rating``: whether the code was put into the model's own mouth; else it is somebody else's.
        feedback: What a model is told between two turns (``completion``) or in the report (``multiturn``).
        max_turns: Replies of a model at most.
        originals: Whether the matched originals are asked too.
        dataset_filters: ``min_test_cases``, ``max_test_cases``, ``difficulty``, ``tags``.
        max_problems: How many problems at most; None for all.
        seed: Of order, letters, mixes, and control models.
        epochs: Replies to each question.
    """

    eval_type: str
    datasets: Mapping[str, str] = field(default_factory=dict)
    datasets_base_dir: str | None = None
    source_dataset: str = "mbpp"
    model: str = "gpt-4o-mini"
    provider: str | None = None
    temperature: float = 0.7
    prompt_id: str = "basic"
    system_prompt_id: str | None = None
    allow_flagging: bool = False
    flag_prompt_id: str = "basic"
    fraction_broken: float | None = None
    num_broken: int | None = None
    additional_frac_broken: float | None = None
    additional_num_broken: int | None = None
    attribute: str = "correctness"
    self_rate: bool = True
    feedback: str = "full"
    max_turns: int = 1
    originals: bool = True
    dataset_filters: Mapping[str, Any] = field(default_factory=dict)
    max_problems: int | None = None
    seed: int = 0
    epochs: int = 1

    def as_row(self) -> dict[str, Any]:
        """What a result row is made with, as it is recorded there: all but :data:`EXTENT`."""
        row: dict[str, Any] = msgspec.to_builtins(self)
        return {key: value for key, value in row.items() if key not in EXTENT}


@dataclass(frozen=True)
class RunOptions:
    """How an evaluation is run. No question and no grade depends on it.

    Attributes:
        output_path: The result file; None for one that is named after the evaluation.
        use_cache: Whether replies that were stored are used again.
        max_concurrent: Questions under way at once.
    """

    output_path: str | None = None
    use_cache: bool = True
    max_concurrent: int = 5
