"""Find, render and fingerprint the prompt templates ``templates/<kind>/<id>.j2``.

Rendering is strict in both directions: a variable that is missing and one that no template of the kind takes are
errors, so that a model is never sent the text ``{description}`` or half of what its caller meant. A template
includes no other one: its digest then covers every word that can be sent.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from proctor.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    import jinja2

PROMPT_KINDS: dict[str, frozenset[str]] = {
    "generation": frozenset({"description", "function_name", "tests", "flag_text"}),
    "system": frozenset(),
    "flag": frozenset(),
    "feedback": frozenset({"failed", "total", "failures", "more"}),
}
"""The kinds of prompt, and the variables that every template of a kind is given."""


def render_prompt(kind: str, prompt_id: str, **variables: object) -> str:
    """The text of a prompt, without a newline at its end.

    Args:
        kind: One of :data:`PROMPT_KINDS`.
        prompt_id: One of :func:`prompt_ids`.
        variables: Exactly those of the kind. ``generation``: description (str), function_name (str), tests (a
            list of Python statements), flag_text (str, empty when there is no flag channel). ``feedback``: failed
            and total (numbers of tests), failures (a list of dicts with index, input, expected, got and error, the
            last two None where there is none), more (how many failures are left out).

    Raises:
        UnknownNameError: No such kind or id.
        InputError: A variable, or a field of one, is missing or not expected.
    """
    import jinja2

    template = _compiled(kind, prompt_id)
    _check_variables(kind, prompt_id, variables)
    try:
        return template.render(**variables).rstrip("\n")
    except jinja2.UndefinedError as error:
        raise InputError(f"prompt '{kind}/{prompt_id}' needs something it was not given: {error.message}") from error


def prompt_ids(kind: str) -> list[str]:
    """The ids of a kind's prompts, sorted.

    Raises:
        UnknownNameError: No such kind.
    """
    if kind not in PROMPT_KINDS:
        raise UnknownNameError("prompt kind", kind, PROMPT_KINDS)
    names = (entry.name for entry in (files(__package__) / "templates" / kind).iterdir())
    return sorted(name.removesuffix(".j2") for name in names if name.endswith(".j2"))


def prompt_digest(kind: str, prompt_id: str) -> str:
    """SHA-256 of a template's text in hexadecimal: two runs with the same digest sent the same words.

    Raises:
        UnknownNameError: No such kind or id.
    """
    return hashlib.sha256(_source(kind, prompt_id).encode()).hexdigest()


def _source(kind: str, prompt_id: str) -> str:
    known = prompt_ids(kind)
    if prompt_id not in known:
        raise UnknownNameError(f"{kind} prompt", prompt_id, known)
    return (files(__package__) / "templates" / kind / f"{prompt_id}.j2").read_text(encoding="utf-8")


@cache
def _compiled(kind: str, prompt_id: str) -> "jinja2.Template":
    import jinja2

    environment = jinja2.Environment(
        autoescape=False,  # noqa: S701 - the reader is a model: "<" in a test must stay "<"
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_source(kind, prompt_id))


def _check_variables(kind: str, prompt_id: str, given: Iterable[str]) -> None:
    takes = PROMPT_KINDS[kind]
    expected = ", ".join(sorted(takes)) or "none"
    for problem, names in (("is missing", takes - set(given)), ("is not expected", set(given) - takes)):
        if names:
            raise InputError(
                f"prompt '{kind}/{prompt_id}': variable {min(names)!r} {problem}; {kind} prompts take: {expected}"
            )
