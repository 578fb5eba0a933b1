"""The candidate's side of opaque handles: the objects that it has handed out, and what may be done with them.

The examiner names an object by its number in this table and asks for one deed at a time. Nothing here protects
anything: the table lies in the solution's process, which can answer what it likes.
"""

from __future__ import annotations

import builtins

from proctor.execution.jail.values import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_KINDS = ("tuple", "set", "frozenset", "deque")
_DEEDS: dict[str, Callable[..., Any]] = {
    "get": getattr,
    "set": setattr,
    "iter": iter,
    "next": next,
    "item": lambda target, key: target[key],
    "len": len,
}  # taken before a solution can replace them


class Objects:
    """Objects by number; 0 is the entry point."""

    def __init__(self, namespace: dict[str, Any], entry_point: str | None) -> None:
        self._namespace = namespace
        self._known: list[Any] = [namespace.get(entry_point or "")]
        self._latest: Any = None

    def perform(self, asked: dict[str, Any]) -> Any:
        """Do what the examiner asks; raises whatever the solution raises."""
        self._latest = None
        read = self._resolve if "objects" in asked else decode
        args = read(asked["args"])
        target = self._known[asked["on"]]
        if asked["do"] == "call":
            result = target(*args, **(read(asked["kwargs"]) if "kwargs" in asked else {}))
        elif asked["do"] == "name":
            result = self._find(args[0])
        else:
            result = _DEEDS[asked["do"]](target, *args)
        self._latest = result
        return result

    def keep_latest(self) -> dict[str, Any]:
        """Put the last result into the table: its number and whether Python takes such an object for true anyway."""
        self._known.append(self._latest)
        kinds = type(self._latest).__mro__
        plainly_true = not any("__bool__" in kind.__dict__ or "__len__" in kind.__dict__ for kind in kinds)
        return {"h": len(self._known) - 1, "true": plainly_true}

    def _find(self, name: str) -> Any:
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        return self._namespace[name]

    def _resolve(self, tree: Any) -> Any:
        """What ``decode`` does, for arguments among which there are objects of this table or built-in names."""
        if not isinstance(tree, dict):
            return [self._resolve(part) for part in tree] if isinstance(tree, list) else tree
        ((tag, body),) = tree.items()
        if tag == "object":
            return self._known[body]
        if tag == "builtin":
            return getattr(builtins, body)
        if tag == "dict":
            return {self._resolve(key): self._resolve(item) for key, item in body}
        value = decode({tag: []} if tag in _KINDS else tree)
        return type(value)(self._resolve(body)) if tag in _KINDS else value
