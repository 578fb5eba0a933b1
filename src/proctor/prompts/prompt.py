"""One prompt: a template, and how it is filled.

Rendering is strict in both directions: a variable that is missing and one that no template of the kind takes are
errors, so that a model is never sent the text ``{description}`` or half of what its caller meant. So is a value that
is no text or number where one is printed: a model is never sent ``None`` or the inside of a Python list. A template
includes no other one: its digest then covers every word that can be sent.
"""

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from proctor.errors import InputError

if TYPE_CHECKING:
    import jinja2


@dataclass(frozen=True)
class Prompt:
    """A template of a kind.

    Attributes:
        kind: What it is for.
        prompt_id: Its name within the kind; for a file of the user's, its path.
        text: The template, in Jinja's language.
        takes: The names of the variables that it has to be given, whether it uses them or not.
    """

    kind: str
    prompt_id: str
    text: str
    takes: frozenset[str]

    @property
    def name(self) -> str:
        """``kind/id``: how run records and messages call it."""
        return f"{self.kind}/{self.prompt_id}"

    @property
    def digest(self) -> str:
        """SHA-256 of the template in hexadecimal: two runs with the same digest sent the same words."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def render(self, **variables: object) -> str:
        """The text that a model is sent, without a newline at its end.

        Args:
            variables: Exactly those of :attr:`takes`.

        Raises:
            InputError: A variable, or a field of one, is missing, not expected or of a type that cannot be printed.
        """
        import jinja2

        self._check_variables(variables)
        try:
            return _compiled(self.text).render(**variables).rstrip("\n")
        except jinja2.UndefinedError as error:
            raise InputError(f"prompt '{self.name}' needs something it was not given: {error.message}") from error
        except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            empty = ", ".join(sorted(name for name, value in variables.items() if value is None))
            hint = f" (None here: {empty})" if empty else ""
            raise InputError(f"prompt '{self.name}' cannot be filled: {error}{hint}") from error

    def _check_variables(self, given: Mapping[str, object]) -> None:
        missing, unexpected = sorted(self.takes - given.keys()), sorted(given.keys() - self.takes)
        if missing:
            near = nearest(missing[0], unexpected)
            problem = f"variable {missing[0]!r} is missing" + (f" (found {near!r})" if near else "")
        elif unexpected:
            near = nearest(unexpected[0], self.takes)
            problem = f"variable {unexpected[0]!r} is not expected" + (f", did you mean {near!r}?" if near else "")
        elif given.get("flag_text") and "flag_text" not in used_variables(self.text):
            raise InputError(
                f"prompt '{self.name}' never uses {{{{ flag_text }}}}, so that a model would not know that it may "
                "object to a test; use it, or ask without flagging"
            )
        else:
            return
        expected = ", ".join(sorted(self.takes)) or "none"
        raise InputError(f"prompt '{self.name}': {problem}; {self.kind} prompts take: {expected}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like *name*; None when none is."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)), None)


@cache
def environment() -> "jinja2.Environment":
    """How templates are read. Sandboxed, because people hand prompt files on: a text must not run code."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        autoescape=False,  # the reader is a model: "<" in a test must stay "<"
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )


@lru_cache(maxsize=256)
def used_variables(text: str) -> frozenset[str]:
    """The variables that a template has to be given.

    Raises:
        jinja2.TemplateSyntaxError: It is no template.
    """
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(environment().parse(text)))


@lru_cache(maxsize=256)
def _compiled(text: str) -> "jinja2.Template":
    return environment().from_string(text)


def _printable(value: object) -> object:
    """Let text, numbers and what is undefined (which raises by itself) through.

    Raises:
        TypeError: Anything else, whose ``str()`` is not meant for a model.
    """
    import jinja2

    if isinstance(value, str | int | float | jinja2.Undefined) and not isinstance(value, bool):
        return value
    raise TypeError(f"it prints a value of type {type(value).__name__}, expected text or a number")
