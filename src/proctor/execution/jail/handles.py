"""The examiner's side of opaque handles: what stands for an object of the solution's that is not plain data.

A handle can be called, its attributes be read and set, its items be asked for, counted and walked through, a bounded
number of times. Each of these asks the candidate. Everything else (to compare it, to compute with it, to print it, to
hash it) would take the solution's word for what the test wants to know, through a method of the solution's own, and
ends the test as unsupported. An object is true, as all are in Python, unless its type has a say in that.
"""

from __future__ import annotations

import builtins

from proctor.execution.jail.values import Encoder, UnsupportedValueError, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, Protocol

    class Asker(Protocol):
        """Whom a handle turns to."""

        def ask(self, do: str, on: int, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Any:
            """The candidate's answer: plain data or a handle; raises what the candidate raised."""

        def refuse(self, facts: dict[str, Any]) -> NoReturn:
            """End the test: it wants of a handle what no handle does."""


_REFUSED = (
    # comparison, and what hashing is good for
    "eq", "ne", "lt", "le", "gt", "ge", "hash", "instancecheck", "subclasscheck",
    # text and numbers
    "str", "repr", "format", "bytes", "int", "float", "complex", "index", "round", "trunc", "floor", "ceil",
    # arithmetic
    "neg", "pos", "abs", "invert", "divmod", "rdivmod", "add", "radd", "iadd", "sub", "rsub", "isub", "mul", "rmul",
    "imul", "matmul", "rmatmul", "imatmul", "truediv", "rtruediv", "itruediv", "floordiv", "rfloordiv", "ifloordiv",
    "mod", "rmod", "imod", "pow", "rpow", "ipow", "lshift", "rlshift", "ilshift", "rshift", "rrshift", "irshift",
    "and", "rand", "iand", "or", "ror", "ior", "xor", "rxor", "ixor",
    # the rest
    "setitem", "delitem", "delattr", "enter", "exit", "await", "aiter", "anext", "copy", "deepcopy", "reduce",
    "reduce_ex",
)  # fmt: skip


class Handle:
    """An object of the solution's.

    Args:
        asker: Whom to ask about it.
        number: What the candidate calls it.
        facts: What the candidate said of it: ``u`` a phrase for people, ``eq`` whether its type overrides comparison,
            ``true`` whether its type leaves its truth to Python.
    """

    __slots__ = ("__asker", "__facts", "__number")  # mangled, so that attributes of the solution's do not meet them
    __asker: Asker
    __number: int
    __facts: dict[str, Any]

    def __init__(self, asker: Asker, number: int, facts: dict[str, Any]) -> None:
        object.__setattr__(self, "_Handle__asker", asker)
        object.__setattr__(self, "_Handle__number", number)
        object.__setattr__(self, "_Handle__facts", facts)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the object in the candidate's process; the arguments go there as copies."""
        return self.__asker.ask("call", self.__number, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if _is_special(name):  # Python and libraries look for these, and would believe them
            raise AttributeError(f"no {name!r} of a handle")
        return self.__asker.ask("get", self.__number, (name,))

    def __setattr__(self, name: str, value: object) -> None:
        if _is_special(name):
            self.__asker.refuse(self.__facts)
        self.__asker.ask("set", self.__number, (name, value))

    def __getitem__(self, key: object) -> Any:
        return self.__asker.ask("item", self.__number, (key,))

    def __len__(self) -> int:
        count = self.__asker.ask("len", self.__number, ())
        if type(count) is int and 0 <= count <= _LONGEST:
            return count
        self.__asker.refuse(self.__facts)

    def __iter__(self) -> Any:
        return self.__asker.ask("iter", self.__number, ())

    def __next__(self) -> Any:
        return self.__asker.ask("next", self.__number, ())

    def __bool__(self) -> bool:
        if self.__facts.get("true") is not True:
            self.__asker.refuse(self.__facts)
        return True


MOST_STEPS = 10_000  # items that one test walks through: a second or two
_LONGEST = 1_000_000  # items that an object is believed to have; list() makes room for as many


def number_of(handle: Handle) -> int:
    """What the candidate calls the object."""
    number: int = object.__getattribute__(handle, "_Handle__number")
    return number


def stands_for_module(handle: Handle) -> bool:
    """Whether the candidate said that the object is a module."""
    facts: dict[str, Any] = object.__getattribute__(handle, "_Handle__facts")
    return facts.get("u") == "a value of type 'module'"


def _refusal() -> Callable[..., NoReturn]:
    def refuse(self: Handle, *_: object) -> NoReturn:
        asker: Asker = object.__getattribute__(self, "_Handle__asker")
        asker.refuse(object.__getattribute__(self, "_Handle__facts"))

    return refuse


for _name in _REFUSED:
    setattr(Handle, f"__{_name}__", _refusal())


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def encode_arguments(values: list[Any] | dict[str, Any]) -> tuple[Any, bool]:
    """The tree of arguments, and whether handles or built-in functions and types are among them, by their names.

    Raises:
        UnsupportedValueError: Something else is among them that is not plain data.
    """
    try:
        return encode(values), False
    except UnsupportedValueError:
        return _ArgumentEncoder().encode(values, 0), True


class _ArgumentEncoder(Encoder):
    def encode(self, value: Any, depth: int) -> Any:
        if type(value) is Handle:
            return {"object": number_of(value)}
        if type(value) in (type, type(len)):
            name = value.__name__
            if getattr(builtins, name, None) is value:
                return {"builtin": name}
        return super().encode(value, depth)
