"""Find configurations and data sets: in the working directory, or among those that come with the package."""

from dataclasses import dataclass
from pathlib import Path

from proctor.errors import InputError, UnknownNameError

__all__ = ["Found", "find_config", "find_config_folder", "find_dataset"]

PACKAGE = Path(__file__).parents[2]
CONFIGS = Path("evaluation/configs")  # within the package; documented commands name files by this path
DATASETS = CONFIGS / "datasets"


@dataclass(frozen=True)
class Found:
    """A file or folder that was looked for.

    Attributes:
        path: Where it is.
        is_packaged: Whether it comes with the package, which whoever asked for it has to be told.
    """

    path: Path
    is_packaged: bool


def find_config(name: str) -> Found:
    """A configuration: the file of that path, else the packaged one of that name.

    Args:
        name: A path; a packaged one is ``choice_basic``, ``choice_basic.json`` or
            ``evaluation/configs/choice_basic.json``.

    Raises:
        UnknownNameError: There is neither.
    """
    return _find(name, CONFIGS, "configuration")


def find_config_folder(name: str) -> Found:
    """A folder of configurations: the one of that path, else, for ``evaluation/configs``, the packaged one.

    Raises:
        InputError: There is no such folder.
    """
    if Path(name).is_dir():
        return Found(Path(name), is_packaged=False)
    if Path(name) == CONFIGS:
        return Found(PACKAGE / CONFIGS, is_packaged=True)
    raise InputError(f"no such folder: {name}; the packaged configurations are in {CONFIGS}")


def find_dataset(name: str, base_dir: str | None = None) -> Found:
    """A data set: the file of that path, else the packaged one of that name.

    Args:
        name: A path; a packaged one is ``problems.json``.
        base_dir: Where a relative path begins. With it, packaged ones are not looked at; None for the working
            directory, and for them.

    Raises:
        UnknownNameError: There is neither.
        InputError: There is no such file in *base_dir*.
    """
    if base_dir is None:
        return _find(name, DATASETS, "data set")
    path = Path(base_dir) / name
    if not path.is_file():
        raise InputError(f"no such data set: {path}")
    return Found(path, is_packaged=False)


def _find(name: str, folder: Path, kind: str) -> Found:
    path = Path(name)
    if path.is_file():
        return Found(path, is_packaged=False)
    known = sorted(entry.name for entry in (PACKAGE / folder).iterdir() if entry.is_file())
    short = path.name if path.parent == folder else name
    for packaged in (short, f"{short}.json"):
        if packaged in known:
            return Found(PACKAGE / folder / packaged, is_packaged=True)
    raise UnknownNameError(f"file or packaged {kind}", name, known)
