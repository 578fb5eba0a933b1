"""Every data set by name; a path to one of our own files is a data set as well."""

from collections.abc import Callable
from pathlib import Path

from proctor.errors import InputError, UnknownNameError
from proctor.problems.formats import problem_from_row
from proctor.problems.loaded import LoadedProblems
from proctor.problems.problem import CodeProblem
from proctor.records import read_located_jsonl

__all__ = ["dataset_names", "load_dataset"]

Loader = Callable[[Path | None], LoadedProblems]


def dataset_names() -> list[str]:
    """The names that :func:`load_dataset` knows, sorted."""
    return sorted(LOADERS)


def load_dataset(name: str, *, source: Path | None = None) -> LoadedProblems:
    """The problems of a data set.

    Args:
        name: One of :func:`dataset_names`, or the path of a JSONL file in format A (see ``formats.py``).
        source: A local file to read a named data set from, in that data set's published format.

    Raises:
        UnknownNameError: *name* is no data set and no file.
        InputError: A file is missing, broken (the message begins with ``path:line``) or holds one id twice.
    """
    if name in LOADERS:
        return LOADERS[name](source)
    if not (name.endswith((".jsonl", ".jsonl.gz")) or Path(name).is_file()):
        raise UnknownNameError("dataset", name, dataset_names())
    if source is not None:
        raise InputError(f"a source goes with a named data set ({', '.join(dataset_names())}), not with file {name!r}")
    return _load_file(Path(name))


def _load_file(path: Path) -> LoadedProblems:
    problems: dict[str, CodeProblem] = {}
    for where, row in read_located_jsonl(path):
        problem = problem_from_row(row, where)
        if problem.problem_id in problems:
            raise InputError(f"{where}: problem_id {problem.problem_id!r} stands in this file twice")
        problems[problem.problem_id] = problem
    if not problems:
        raise InputError(f"{path}: expected one problem a line, found none")
    return LoadedProblems(list(problems.values()))


def _load_humaneval(source: Path | None) -> LoadedProblems:
    from proctor.problems.humaneval import load_humaneval

    return load_humaneval(source)


LOADERS: dict[str, Loader] = {"humaneval": _load_humaneval}
