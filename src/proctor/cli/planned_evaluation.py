"""What an evaluation is made of: the values of a file and of the command line, as one configuration with its files."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from proctor.cli.options import limits_of
from proctor.evaluation.configuration import (
    EVALUATION_KEYS,
    RUN_KEYS,
    EvaluationConfig,
    Found,
    alias_of,
    find_dataset,
    make_config,
    make_run_options,
    parse_datasets,
)
from proctor.evaluation.types import EVALUATION_TYPES
from proctor.steps import file_digest

__all__ = ["PlannedEvaluation", "given_values", "path_of"]


@dataclass(frozen=True)
class PlannedEvaluation:
    """An evaluation that is going to be run.

    Attributes:
        config: What it is made with.
        datasets: The files of its data sets, by label.
        output: Its result file.
        options: Of the command, with what the configuration says in place of them.
    """

    config: EvaluationConfig
    datasets: Mapping[str, Path]
    output: Path
    options: dict[str, Any]

    @classmethod
    def of(
        cls,
        values: Mapping[str, Any],
        where: str,
        options: Mapping[str, Any],
        *,
        note: Callable[[str], None],
        output: Path | None = None,
    ) -> "PlannedEvaluation":
        """What the values of a configuration ask for.

        Args:
            values: By key, those of the command line among them.
            where: What a complaint about them begins with.
            options: Of the command.
            note: Told of data sets that are taken from the package.
            output: The result file; None for the one that the values name, or one that is named after them.

        Raises:
            InputError: A value does not do, or a data set is not there.
        """
        config, running = make_config(values, where), make_run_options(values, where)
        found = {label: find_dataset(name, config.datasets_base_dir) for label, name in config.datasets.items()}
        stated = {
            "model": config.model,
            "provider": config.provider,
            "seed": config.seed,
            "max_concurrent": running.max_concurrent,
            "no_cache": not running.use_cache,
        }
        default = f"{alias_of(f'{config.eval_type}_{config.source_dataset}_{config.model}')}.jsonl"
        return cls(
            config,
            {label: path_of(one, config.datasets[label], note) for label, one in found.items()},
            output or Path(running.output_path or default),
            {**options, **stated},
        )

    @property
    def runs_code(self) -> bool:
        """Whether it needs a sandbox."""
        return EVALUATION_TYPES[self.config.eval_type].runs_code

    def parameters(self) -> dict[str, Any]:
        """What all its rows share, beside the words of the prompts, and how many there are to be."""
        digests = {label: file_digest(path) for label, path in self.datasets.items()}
        limits = asdict(limits_of(self.options)) if self.runs_code else None
        python = self.options["python"] if self.runs_code else None
        shared: dict[str, Any] = msgspec.to_builtins(self.config)
        return shared | {"datasets_sha256": digests, "limits": limits, "python": python}


def given_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a configuration that stand on the command line, by key.

    Raises:
        InputError: The data sets are not given as they should be.
    """
    context = click.get_current_context()
    given = {key for key in options if context.get_parameter_source(key) is ParameterSource.COMMANDLINE}
    known = frozenset.union(*EVALUATION_KEYS.values()) | RUN_KEYS
    values = {key: options[key] for key in given & known}
    datasets = {"datasets": parse_datasets(values["datasets"])} if "datasets" in values else {}
    return values | datasets | ({"use_cache": False} if options["no_cache"] else {})


def path_of(found: Found, name: str, note: Callable[[str], None]) -> Path:
    """Where a file is that was looked for by *name*; that it comes with the package is told."""
    if found.is_packaged:
        note(f"{name} is not in {Path.cwd()}; the packaged example is used")
    return found.path
