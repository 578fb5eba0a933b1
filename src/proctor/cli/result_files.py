"""The files of results that a command is given: by name, or in folders of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import InputError
from proctor.evaluation.audit import AuditFolder
from proctor.evaluation.results import QuestionResult, read_results
from proctor.records import read_jsonl

SUFFIXES = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True)
class StoredResults:
    """The rows of one type in a file, read anew each time, one in memory at a time; *advance* is told of each.

    Attributes:
        where: The path as text, with `` (TYPE)`` behind it where the file has rows of several types.
    """

    path: Path
    where: str
    eval_type: str
    advance: Callable[[], None]

    def __iter__(self) -> Iterator[QuestionResult]:
        for row in read_results(self.path, note=lambda _told_already: None):
            if row.eval_type == self.eval_type:
                self.advance()
                yield row


@dataclass(frozen=True)
class FoundResults:
    """Results that were read through once, so that reading them again meets nothing that is no row.

    Attributes:
        files: By their names.
        broken: Files of folders that hold something else among their rows: told, and left out.
    """

    files: dict[str, StoredResults]
    broken: list[Path]

    def check_whole(self) -> None:
        """Let a command that has done its work with the other files end as one that could not do all.

        Raises:
            InputError: Files were left out.
        """
        if self.broken:
            raise InputError(f"could not be read, and left out: {', '.join(map(str, self.broken))}")


def find_result_files(
    paths: Iterable[Path],
    note: Callable[[str], None],
    *,
    required: bool = True,
    advance: Callable[[], None] = lambda: None,
) -> FoundResults:
    """The files of results among *paths* and in the folders among them, in that order, each read through once.

    A file's name is that of the file without its suffix; where files in several folders are called the same, all names
    begin with as many folders as tell them apart. A file with rows of several types stands there once for each, as
    ``NAME (TYPE)``.

    Args:
        paths: Files; folders, which are searched with all that are in them.
        note: Told which JSON Lines of a folder are left out, and why; which last lines are; and where the answers of
            several models are taken together.
        required: Whether there must be one.
        advance: Told of every row that is read, from the second time on.

    Raises:
        InputError: There is no such file, or none at all; or one of *paths* is a file that cannot be read.
    """
    paths, types, broken = list(paths), dict[Path, list[str]](), list[Path]()
    for path, is_named in _candidates(paths, note):
        try:
            types[path] = _types(path, note)
        except InputError as error:
            if is_named:
                raise
            note(f"{error}: left out")
            broken.append(path)
    if required and not types:
        raise InputError(f"expected results of evaluations, found none in {', '.join(map(str, paths))}")
    distinct = list({path.resolve(): path for path in types}.values())
    files = {}
    for name, path in _named(distinct).items():
        for eval_type in types[path]:
            part = f" ({eval_type})" if len(types[path]) > 1 else ""
            files[f"{name}{part}"] = StoredResults(path, f"{path}{part}", eval_type, advance)
    return FoundResults(files, broken)


def find_audits(paths: Iterable[Path]) -> dict[str, AuditFolder]:
    """The folders of audits among *paths* and in the folders among them, by their names, in that order."""
    records = [record for path in paths if path.is_dir() for record in sorted(path.rglob("run.json"))]
    folders = list({record.parent.resolve(): record.parent for record in records}.values())
    return {name: AuditFolder(path) for name, path in _named(folders).items() if AuditFolder(path).summary.exists()}


def refuse_to_replace(output: Path, results: Mapping[str, StoredResults]) -> None:
    """Keep *output* from taking the place of a file of results.

    Raises:
        InputError: It would.
    """
    if output.resolve() in [file.path.resolve() for file in results.values()]:
        raise InputError(f"{output} holds the results; choose another --output")


def _candidates(paths: Iterable[Path], note: Callable[[str], None]) -> Iterator[tuple[Path, bool]]:
    """Every file that should hold results, and whether it was named itself, not only the folder that it is in."""
    for path in paths:
        if path.is_dir():
            inside = list(_search(path, note))
            if not inside and not find_audits([path]):
                note(f"{path} holds no results of an evaluation")
            yield from ((file, False) for file in inside)
        elif path.exists():
            yield path, True
        else:
            raise InputError(f"no such file or folder: {path}")


def _search(folder: Path, note: Callable[[str], None]) -> Iterator[Path]:
    for path in sorted(path for path in folder.rglob("*.jsonl*") if path.name.endswith(SUFFIXES) and not path.is_dir()):
        if any(AuditFolder(parent).run.exists() for parent in path.parents if parent.is_relative_to(folder)):
            continue
        if _holds_results(path):
            yield path
        else:
            note(f"{path} holds no results of an evaluation: left out")


def _holds_results(path: Path) -> bool:
    """Whether its first row is one, or cannot be read: then the file may have been one of results."""
    try:
        _check_is_file(path)
        return "eval_type" in next(read_jsonl(path), {})
    except InputError:
        return True


def _types(path: Path, note: Callable[[str], None]) -> list[str]:
    """The types of the rows of a file, all of which are read.

    Raises:
        InputError: A row is none, or there are no rows, or it is no file.
    """
    _check_is_file(path)
    models: dict[str, set[str]] = {}
    for row in read_results(path, note=note):
        models.setdefault(row.eval_type, set()).add(row.model)
    for eval_type, of_type in models.items():
        if len(of_type) > 1:
            note(f"{path}: {eval_type}: answers of {len(of_type)} models are taken together; split the file")
    if not models:
        raise InputError(f"{path} holds no results of an evaluation")
    return sorted(models)


def _check_is_file(path: Path) -> None:
    """Refuse what would be empty, or wait for ever, when it is read for the second time: pipes and the like."""
    if path.exists() and not path.is_file():
        raise InputError(f"cannot read {path}: it is no file")


def _named(paths: list[Path]) -> dict[str, Path]:
    """Each path by its last parts, by as many as it takes to tell all of them apart."""
    whole = [path.resolve() for path in paths]
    parts = [path.with_name(path.name.removesuffix(".gz").removesuffix(".jsonl")).parts for path in whole]
    if len(set(parts)) < len(parts):  # a.jsonl beside a file that is called a
        parts = [path.parts for path in whole]
    longest = max(map(len, parts), default=1)
    length = next(n for n in range(1, longest + 1) if len({own[-n:] for own in parts}) == len(parts))
    return {"/".join(own[-length:]): path for own, path in zip(parts, paths, strict=True)}
