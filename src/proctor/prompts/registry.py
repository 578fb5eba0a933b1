"""Find and render the prompt templates ``templates/<kind>/<id>.j2``."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from proctor.errors import UnknownNameError
from proctor.prompts.prompt import Prompt

PROMPT_KINDS: dict[str, frozenset[str]] = {
    "generation": frozenset({"description", "function_name", "tests", "flag_text"}),
    "patch": frozenset({"description", "hints"}),
    "system": frozenset(),
    "flag": frozenset(),
    "feedback": frozenset({"failed", "total", "not_run", "failures", "more"}),
    "choice": frozenset({"description", "function_name", "tests", "options"}),
    "choice_flag": frozenset(),
    "code_selection": frozenset({"description"}),
    "multiturn": frozenset({"failed", "total", "failures", "more", "flag_text"}),
    "solution": frozenset({"code"}),
    "rating": frozenset({"attribute", "description", "function_name", "tests", "code"}),
    "judge": frozenset({"description", "function_name", "tests", "code", "messages"}),
    "leak": frozenset(),
    "extraction": frozenset({"description", "function_name", "tests"}),
    "broken_test": frozenset({"description", "function_name", "code", "tests", "input", "expected_output"}),
}
"""The kinds of prompt, and the variables that every template of a kind is given."""


def render_prompt(kind: str, prompt_id: str, **variables: object) -> str:
    """The text of a prompt, without a newline at its end.

    Args:
        kind: One of :data:`PROMPT_KINDS`.
        prompt_id: One of :func:`prompt_ids`.
        variables: Exactly those of the kind. What they are, and which of them may be None or empty, stands in
            ``docs/prompts.md``.

    Raises:
        UnknownNameError: No such kind or id.
        InputError: A variable, or a field of one, is missing, not expected or of a type that cannot be printed.
    """
    return find_prompt(kind, prompt_id).render(**variables)


def find_prompt(kind: str, prompt_id: str, text: str | None = None) -> Prompt:
    """The prompt of that kind and id; with *text*, one of the user's own that goes by that id.

    Raises:
        UnknownNameError: No such kind or id.
    """
    if text is not None:
        return Prompt(kind, prompt_id, text, prompt_variables(kind))
    known = prompt_ids(kind)
    if prompt_id not in known:
        raise UnknownNameError(f"{kind} prompt", prompt_id, known)
    return _read(kind, prompt_id)


def prompt_ids(kind: str) -> list[str]:
    """The ids of a kind's prompts, sorted.

    Raises:
        UnknownNameError: No such kind.
    """
    prompt_variables(kind)
    return list(_ids(kind))


def prompt_variables(kind: str) -> frozenset[str]:
    """The names of the variables that every prompt of a kind is given.

    Raises:
        UnknownNameError: No such kind.
    """
    if kind not in PROMPT_KINDS:
        raise UnknownNameError("prompt kind", kind, PROMPT_KINDS)
    return PROMPT_KINDS[kind]


def prompt_digests(prompts: Iterable[Prompt], **ids: str | None) -> dict[str, str]:
    """SHA-256 of templates' texts in hexadecimal, by ``kind/id``: two runs with the same ones sent the same words.

    Args:
        prompts: Some templates.
        ids: Further ones by kind, ``system="helpful_coder"``; None for none.

    Raises:
        UnknownNameError: No such kind or id.
    """
    found = [find_prompt(kind, prompt_id) for kind, prompt_id in ids.items() if prompt_id is not None]
    return {prompt.name: prompt.digest for prompt in [*prompts, *found]}


@cache
def _ids(kind: str) -> tuple[str, ...]:
    names = (entry.name for entry in (files(__package__) / "templates" / kind).iterdir())
    return tuple(sorted(name.removesuffix(".j2") for name in names if name.endswith(".j2")))


@cache
def _read(kind: str, prompt_id: str) -> Prompt:
    text = (files(__package__) / "templates" / kind / f"{prompt_id}.j2").read_text(encoding="utf-8")
    return Prompt(kind, prompt_id, text, PROMPT_KINDS[kind])
