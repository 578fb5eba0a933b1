"""Several evaluations at once: the configurations of a folder, and grids, of which one file makes many."""

import itertools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.configuration.file import override

__all__ = ["alias_of", "expand", "list_configs", "result_name"]

Values = dict[str, Any]

LONGEST_NAME = 220  # bytes; systems allow 255, and what lies beside a result file has longer names


def list_configs(folder: Path) -> list[Path]:
    """The JSON files that stand directly in a folder, sorted.

    Raises:
        InputError: There is none.
    """
    if not (paths := sorted(path for path in folder.glob("*.json") if path.is_file())):
        raise InputError(f"{folder}: expected configurations, files in .json, found none")
    return paths


def expand(values: Mapping[str, Any], where: str) -> list[tuple[str, Values]]:
    """The evaluations that a configuration stands for, each after the suffix of its name.

    Without a key ``grid`` that is one, of no suffix. ``{"prompt_id": ["basic", "harness"], "max_turns": [1, 3]}`` there
    makes four: ``__prompt_id=basic__max_turns=1`` and so on, the last key changing fastest.

    Args:
        values: As :func:`proctor.evaluation.configuration.file.read_config` gives them.
        where: What a complaint begins with: the file.

    Raises:
        InputError: The grid is no object of lists, or two of its evaluations would have one name.
    """
    base = {key: value for key, value in values.items() if key != "grid"}
    axes = _axes(values.get("grid"), base, where)
    points = [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]
    made = {_suffix(point): override(base, point) for point in points}
    if len(made) < len(points):
        raise InputError(f"{where}: key 'grid': expected values with different names, found {dict(axes)!r}")
    return list(made.items())


def alias_of(model: str) -> str:
    """What a model is called in the names of files."""
    return model.replace("/", "-").replace(":", "-")


def result_name(config: Path, suffix: str, alias: str) -> str:
    """The name of a result file: ``choice_basic_gpt-4o-mini.jsonl``.

    Raises:
        InputError: No file can have it.
    """
    name = f"{config.stem}{suffix}_{alias}.jsonl"
    if (length := len(os.fsencode(name))) > LONGEST_NAME:
        found = f"{config}: its result file would have a name of {length} bytes, more than {LONGEST_NAME}"
        raise InputError(f"{found}; shorten the names of file and model and what stands in the grid")
    return name


def _axes(grid: Any, base: Values, where: str) -> dict[str, list[Any]]:
    if grid is None:
        return {}
    if not isinstance(grid, dict) or not all(isinstance(values, list) and values for values in grid.values()):
        raise InputError(f"{where}: key 'grid': expected an object of lists with one value or more, found {grid!r}")
    if both := sorted(grid.keys() & base.keys()):
        raise InputError(f"{where}: key {both[0]!r} stands beside the grid and in it; keep one of them")
    return grid


def _suffix(point: Mapping[str, Any]) -> str:
    """*point* in a name of a file."""
    words = {key: value if isinstance(value, str) else str(value).lower() for key, value in point.items()}
    return alias_of("".join(f"__{key}={word}" for key, word in words.items()))
