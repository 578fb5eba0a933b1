"""Solutions of control models that stand around the reference: it is kept, and its function wrapped.

The wrapper takes the place of the reference's function in the module, and gives it back while the reference runs:
a recursive reference calls itself and not the wrapper, so that what is answered for a shown input never spoils the
answer to another one.
"""

import inspect
from collections.abc import Iterable
from string import Template

from proctor.models.control.shown_tests import Equality
from proctor.models.control.values import same_value
from proctor.models.reference import Reference

SHARED = Template('''
_solution = $entry_point


$same_value


def _called(*args, **kwargs):
    return args, kwargs


def _look_up(table, args, kwargs):
    """What the table says about this call."""
    found = []
    for row in table:
        try:
            call, value = row()
            if _same_value(call, (args, kwargs)):
                found.append(value)
        except Exception:
            continue
    return found


def _unwrapped(do):
    """Do something while the solution's name means the solution, so that its recursion stays within it."""
    globals()["$entry_point"] = _solution
    try:
        return do()
    finally:
        globals()["$entry_point"] = _wrapper
''')

SPECIAL_CASES = Template("""
import copy as _copy

_SHOWN = [
$table
]


def $entry_point(*args, **kwargs):
    shown = _unwrapped(lambda: _look_up(_SHOWN, args, kwargs))
    if not shown:
        return _unwrapped(lambda: _solution(*args, **kwargs))
    try:
        own_args, own_kwargs = _copy.deepcopy((args, kwargs))
        answer = _unwrapped(lambda: _solution(*own_args, **own_kwargs))
    except Exception:
        return shown[-1]
    return next((value for value in reversed(shown) if value != answer), shown[-1])


_wrapper = $entry_point
""")

STOPS = Template("""
import sys as _sys

_WRONG = [
$table
]


def $entry_point(*args, **kwargs):
    for reason in _unwrapped(lambda: _look_up(_WRONG, args, kwargs)):
        print(reason, flush=True)
        _sys.exit(1)
    return _unwrapped(lambda: _solution(*args, **kwargs))


_wrapper = $entry_point
""")


def special_case(reference: Reference, tests: Iterable[Equality]) -> str:
    """The reference, with every shown input answered by a table of the shown values.

    Where an input is shown with several values, the last one that is not the reference's own answer is returned:
    the one that passes the broken test.
    """
    return _wrap(SPECIAL_CASES, reference, [(test, test.expected) for test in tests])


def stop_at(reference: Reference, wrong: Iterable[Equality]) -> str:
    """The reference, which says on stdout why a test is wrong and exits with status 1 when that test is run."""
    return _wrap(STOPS, reference, [(test, repr(test.objection)) for test in wrong])


def _wrap(wrapper: Template, reference: Reference, rows: Iterable[tuple[Equality, str]]) -> str:
    name = reference.entry_point
    # Lambdas: every look-up gets values of its own, and a row that cannot be evaluated harms no other.
    table = "\n".join(f"    lambda: (_called{test.call.removeprefix(name)}, {value})," for test, value in rows)
    shared = SHARED.substitute(
        entry_point=name, same_value=inspect.getsource(same_value).replace("same_value", "_same_value").strip()
    )
    return f"{reference.code.rstrip()}\n\n{shared}\n{wrapper.substitute(entry_point=name, table=table)}"
