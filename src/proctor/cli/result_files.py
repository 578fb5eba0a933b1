"""The files of results that a command is given: by name, or in folders of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import InputError
from proctor.evaluation.audit import AuditFolder
from proctor.evaluation.results import QuestionResult, read_results

SUFFIX = ".jsonl"


@dataclass(frozen=True)
class StoredResults:
    """The rows of a file, read anew each time, one in memory at a time; *advance* is told of each."""

    path: Path
    advance: Callable[[], None]

    def __iter__(self) -> Iterator[QuestionResult]:
        for row in read_results(self.path):
            self.advance()
            yield row


def find_result_files(
    paths: Iterable[Path],
    note: Callable[[str], None],
    *,
    required: bool = True,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, StoredResults]:
    """The files of results among *paths* and in the folders among them, by their names, in that order.

    A file's name is that of the file without its suffix; where files in several folders are called the same, all names
    begin with as many folders as tell them apart.

    Args:
        paths: Files; folders, which are searched with all that are in them.
        note: Told which JSON Lines of a folder hold no results, and are left out.
        required: Whether there must be one.
        advance: Told of every row that is read.

    Raises:
        InputError: There is no such file, or none at all.
    """
    paths, found = list(paths), list[Path]()
    for path in paths:
        if path.is_dir():
            inside = list(_search(path, note))
            if not inside and not find_audits([path]):
                note(f"{path} holds no results of an evaluation")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"no such file or folder: {path}")
    if required and not found:
        raise InputError(f"expected results of evaluations, found none in {', '.join(map(str, paths))}")
    distinct = list({path.resolve(): path for path in found}.values())
    return {name: StoredResults(path, advance) for name, path in _named(distinct).items()}


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


def _search(folder: Path, note: Callable[[str], None]) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        if any(AuditFolder(parent).run.exists() for parent in path.parents if parent.is_relative_to(folder)):
            continue
        if _holds_results(path):
            yield path
        else:
            note(f"{path} holds no results of an evaluation: left out")


def _holds_results(path: Path) -> bool:
    try:
        return next(read_results(path), None) is not None
    except InputError:
        return False


def _named(paths: list[Path]) -> dict[str, Path]:
    """Each path by its last parts, by as many as it takes to tell all of them apart."""
    whole = [path.resolve() for path in paths]
    parts = [path.with_name(path.name.removesuffix(SUFFIX)).parts for path in whole]
    if len(set(parts)) < len(parts):  # a.jsonl beside a file that is called a
        parts = [path.parts for path in whole]
    longest = max(map(len, parts), default=1)
    length = next(n for n in range(1, longest + 1) if len({own[-n:] for own in parts}) == len(parts))
    return {"/".join(own[-length:]): path for own, path in zip(parts, paths, strict=True)}
