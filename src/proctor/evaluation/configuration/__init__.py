"""Configuration: what an evaluation is made with, read from files and command lines, checked, and expanded."""

from proctor.evaluation.configuration.batch import alias_of, expand, list_configs, result_name
from proctor.evaluation.configuration.config import EXTENT, EvaluationConfig, RunOptions
from proctor.evaluation.configuration.file import (
    override,
    parse_datasets,
    parse_template_params,
    read_config,
    with_template_params,
)
from proctor.evaluation.configuration.packaged import Found, find_config, find_config_folder, find_dataset
from proctor.evaluation.configuration.rules import (
    EVALUATION_KEYS,
    RUN_KEYS,
    eval_type_of,
    make_config,
    make_run_options,
)

__all__ = [
    "EVALUATION_KEYS",
    "EXTENT",
    "EvaluationConfig",
    "Found",
    "RUN_KEYS",
    "RunOptions",
    "alias_of",
    "eval_type_of",
    "expand",
    "find_config",
    "find_config_folder",
    "find_dataset",
    "list_configs",
    "make_config",
    "make_run_options",
    "override",
    "parse_datasets",
    "parse_template_params",
    "read_config",
    "result_name",
    "with_template_params",
]
