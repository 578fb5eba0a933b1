"""Equality that tells types apart. Its source text is also part of the solutions that control models write."""


def same_value(one: object, other: object) -> bool:
    """Whether two plain values are equal in value and type all the way down: ``1``, ``1.0`` and ``True`` differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, (set, frozenset)) and isinstance(other, (set, frozenset)):
        return same_value(sorted(one, key=repr), sorted(other, key=repr))
    if isinstance(one, dict) and isinstance(other, dict):
        return same_value(sorted(one.items(), key=repr), sorted(other.items(), key=repr))
    if isinstance(one, (float, complex)):
        return repr(one) == repr(other)  # so that a NaN is itself, and 0.0 is not -0.0
    # a class of the solution's may have no equality of its own
    return bool(one == other) or (hasattr(one, "__dict__") and same_value(vars(one), vars(other)))
