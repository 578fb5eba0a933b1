"""NaN as an examiner sees it: a number that refuses to be larger, smaller or equal.

Python's own NaN answers False to every comparison, so that a test which asks the other way round lets it pass:
``not abs(f(2) - 1.41) > eps``, or ``max(differences) < eps``, because ``max`` keeps its first element.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ARITHMETIC = (
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod",
    "pow", "rpow", "neg", "pos", "abs",
)  # fmt: skip
_CONTAINERS = ("list", "tuple", "set", "frozenset", "deque")


class NotANumber(float):
    """A NaN that the solution gave; what is computed from it is one too, and to order it raises ``ValueError``."""

    __slots__ = ()


def _refuse_order(_: NotANumber, __: object) -> bool:
    raise ValueError("NaN has no order")


def _arithmetic(name: str) -> Callable[..., Any]:
    compute = getattr(float, name)

    def method(self: NotANumber, *others: Any) -> Any:
        result = compute(self, *others)
        return self if result != result else result  # noqa: PLR0124 - only NaN is not itself

    return method


for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    setattr(NotANumber, _name, _refuse_order)
for _name in _ARITHMETIC:
    setattr(NotANumber, f"__{_name}__", _arithmetic(f"__{_name}__"))


def mark_nan(value: Any) -> Any:
    """*value*, plain data, with every NaN in it refusing to be ordered."""
    kind = type(value)
    if kind is float:
        return NotANumber(value) if value != value else value  # noqa: PLR0124 - only NaN is not itself
    if kind.__name__ in _CONTAINERS:
        return kind(map(mark_nan, value))
    if kind is dict:
        return {mark_nan(key): mark_nan(item) for key, item in value.items()}
    return value
