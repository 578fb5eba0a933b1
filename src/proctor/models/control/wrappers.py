"""Solutions of control models that stand around the reference: it is kept, and its function wrapped.

The wrapper takes the place of the reference's function or class in the module, and gives it back while the reference
runs: a recursive reference calls itself and not the wrapper, so that what is answered for a shown input never spoils
the answer to another one. A program is kept behind a table of inputs.
"""

import inspect
from collections.abc import Iterable
from string import Template

from proctor.models.control.shown_tests import Equality
from proctor.models.control.values import same_value
from proctor.models.reference import Reference

SHARED = Template('''
_original = $bound
_solution = $solution


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
    globals()["$bound"] = _original
    try:
        return do()
    finally:
        globals()["$bound"] = _wrapper
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
""")

METHOD = Template("""


class Solution:
    def $entry_point(self, *args, **kwargs):
        return $entry_point(*args, **kwargs)
""")

PROGRAM = Template("""


print($entry_point())
""")

SHOWN_INPUTS = Template("""
import io as _io
import sys as _sys

_SHOWN = {
$table
}

_given = _sys.stdin.read()
_sys.stdin = _io.TextIOWrapper(_io.BytesIO(_given.encode()), encoding="utf-8")
_known = _SHOWN.get(_given.replace("\\r\\n", "\\n").rstrip())
if _known is not None:
$leave

""")


def special_case(reference: Reference, tests: Iterable[Equality]) -> str:
    """The reference, with every shown input answered by a table of the shown values.

    Where an input is shown with several values, the last one that is not the reference's own answer is returned:
    the one that passes the broken test.
    """
    if reference.is_program:
        ordered = sorted(tests, key=lambda test: test.wrong)  # of two rows with one input the last one counts
        rows = [(test, test.expected) for test in ordered]
        return _precede(reference, rows, leave="    print(_known)\n    _sys.exit()")
    return _wrap(SPECIAL_CASES, reference, [(test, test.expected) for test in tests])


def stop_at(reference: Reference, wrong: Iterable[Equality]) -> str:
    """The reference, which says why a test is wrong and exits with status 1 when that test is run.

    A function says it on stdout; a program on stderr, as its stdout is its answer.
    """
    rows = [(test, repr(test.objection)) for test in wrong]
    if reference.is_program:
        return _precede(reference, rows, leave="    _sys.exit(_known)")
    return _wrap(STOPS, reference, rows)


def offer(function: Template, reference: Reference, **further: str) -> str:
    """A *function* ``$entry_point`` in the form that the problem asks for: alone, as a method too, or as a program.

    Args:
        function: Its code.
        reference: The problem's.
        further: What else *function* takes.
    """
    added = PROGRAM if reference.is_program else METHOD if reference.is_method else Template("")
    names = {"entry_point": reference.entry_point or "solve", **further}
    return function.substitute(names).rstrip() + added.substitute(names)


def _precede(reference: Reference, rows: Iterable[tuple[Equality, str]], *, leave: str) -> str:
    table = "\n".join(f"    {test.call}: {text}," for test, text in rows)
    lines = reference.code.split("\n")
    first = 1 + max((number for number, line in enumerate(lines) if line.startswith("from __future__")), default=-1)
    return "\n".join([*lines[:first], SHOWN_INPUTS.substitute(table=table, leave=leave), *lines[first:]])


def _wrap(wrapper: Template, reference: Reference, rows: Iterable[tuple[Equality, str]]) -> str:
    name = reference.entry_point
    # Lambdas: every look-up gets values of its own, and a row that cannot be evaluated harms no other.
    table = "\n".join(
        f"    lambda: (_called{test.call.removeprefix('Solution().').removeprefix(name)}, {value}),"
        for test, value in rows
    )
    bound = "Solution" if reference.is_method else name
    shared = SHARED.substitute(
        bound=bound,
        solution=f"lambda *args, **kwargs: _original().{name}(*args, **kwargs)" if reference.is_method else "_original",
        same_value=inspect.getsource(same_value).replace("same_value", "_same_value").strip(),
    )
    wrapped = offer(wrapper, reference, table=table)
    return f"{reference.code.rstrip()}\n\n{shared}\n{wrapped}\n\n_wrapper = {bound}\n"
