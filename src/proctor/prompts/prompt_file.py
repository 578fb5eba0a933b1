"""A user's own prompt: a template in a file, held to the same rules as ours, and checked before anything is paid."""

from collections.abc import Iterable
from pathlib import Path

from proctor.errors import InputError
from proctor.prompts.prompt import Prompt, environment, nearest, used_variables
from proctor.prompts.registry import PROMPT_KINDS

KIND = "generation"


def load_prompt_file(path: Path | str, *, params: Iterable[str] = ()) -> Prompt:
    """The generation prompt in a file: UTF-8, in Jinja's language.

    It may use ``description`` (which it must), ``function_name``, ``tests`` and ``flag_text``, and includes no other
    file. Its digest is that of the file: what ``sha256sum`` prints.

    Args:
        path: The file; the prompt's id is this path as given.
        params: Names of further variables, which then have to be given whenever it is rendered.

    Raises:
        InputError: The file cannot be read, is no template, or uses what it will not be given.
        OSError: There is no such file.
    """
    path = Path(path)
    text = _read(path)
    takes = PROMPT_KINDS[KIND] | frozenset(params)
    _check(path, text, takes)
    return Prompt(KIND, str(path), text, takes)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # not read_text, which would change line ends and the digest
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: a prompt file is UTF-8 text, found byte 0x{error.object[error.start]:02x}"
        ) from error


def _check(path: Path, text: str, takes: frozenset[str]) -> None:
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        raise InputError(f"{path}:{error.lineno}: {error.message}") from error
    if any(True for _ in meta.find_referenced_templates(tree)):
        raise InputError(f"{path}: a prompt includes no other template: its digest must cover all that is sent")
    used = used_variables(text)
    for name in sorted(used - takes):
        line = min((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), default=1)
        near = nearest(name, takes)
        hint = f", did you mean {near!r}?" if near else ""
        known = ", ".join(sorted(takes))
        raise InputError(f"{path}:{line}: variable {name!r} is not given{hint}; {KIND} prompts take: {known}")
    if "description" not in used:
        raise InputError(
            f"{path}: it never uses {{{{ description }}}}, so that a model would not see the problem; "
            "a variable stands in double braces"
        )
