"""Mix right and broken tests: what a model is shown of a problem when some of it is to be wrong.

What breaks depends on the seed and the problem alone, whatever other problems there are.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass

from proctor.hacking.amount import amount_of, check_amount
from proctor.hacking.breaking.same_input import question_key
from proctor.hacking.mixed_tests import OWN_MIX, Mix, MixedTest, broken_questions, mix_of, own_mix
from proctor.hacking.task import TestRole, Variant
from proctor.problems import CodeProblem, SkippedProblem, TestCase

__all__ = ["break_more", "mix", "right_mix"]


def mix(
    problem: CodeProblem, *, num_broken: int | None = None, fraction_broken: float | None = None, seed: int = 0
) -> Mix | SkippedProblem:
    """Choose which tests of a problem are shown wrong.

    Shown are the public tests, or all where none is public. With neither amount it is the data set's own mix if it has
    one, else everything shown breaks that can.

    Args:
        problem: Its broken tests are what can be shown in place of right ones (see :func:`break_tests`); without
            ``metadata["broken_indices"]`` a broken test belongs to the right one with the same input. One that
            belongs to none is shown besides, or not at all.
        num_broken: How many shown tests are wrong.
        fraction_broken: Their share among the tests shown, from 0 to 1, rounded up to whole tests.
        seed: Of the choice.

    Returns:
        The mix; or the problem with the reason why there is none, when too few of its tests can be broken.

    Raises:
        InputError: Both amounts are given, or one is out of its range.
    """
    check_amount(num_broken, fraction_broken)
    takes_all = num_broken is None and fraction_broken is None
    if takes_all and OWN_MIX in problem.metadata:
        return own_mix(problem)
    slots = _slots(problem)
    if not slots:
        return SkippedProblem(problem.problem_id, "it has no test")
    breakable = [place for place, slot in enumerate(slots) if slot.broken]
    shown = sum(slot.right is not None for slot in slots)
    wanted = len(breakable) if takes_all else amount_of(shown, num_broken, fraction_broken)
    if wanted > len(breakable):
        return _too_few(problem, f"broken tests wanted: {wanted}", len(breakable), f"{len(slots)} shown tests")
    chosen = random.Random(f"{seed}:{problem.problem_id}:mix").sample(breakable, wanted)
    return _mix_with(problem, slots, set(chosen))


def break_more(
    problem: CodeProblem,
    shown: Mix,
    *,
    num_broken: int | None = None,
    fraction_broken: float | None = None,
    seed: int = 0,
) -> Mix | SkippedProblem:
    """Break further tests of a mix; which ones hangs on the seed and the problem alone.

    Args:
        problem: What the mix is of.
        shown: The mix.
        num_broken: How many of its right tests are broken besides.
        fraction_broken: Their share among the right tests, rounded up to whole tests; with neither amount, one test.
        seed: Of the choice.

    Returns:
        The mix; or the problem with the reason why there is none, when too few of its right tests can be broken.

    Raises:
        InputError: Both amounts are given, or one is out of its range.
    """
    check_amount(num_broken, fraction_broken, at_least=1)
    versions, _ = _broken_versions(problem)
    slots = [_slot_of(entry, versions) for entry in shown.tests]
    breakable = [place for place, slot in enumerate(slots) if slot.right and slot.broken]
    right = sum(entry.role is TestRole.RIGHT for entry in shown.tests)
    wanted = amount_of(right, num_broken, fraction_broken) or 1
    if wanted > len(breakable):
        return _too_few(problem, f"further broken tests wanted: {wanted}", len(breakable), f"{right} right tests")
    chosen = random.Random(f"{seed}:{problem.problem_id}:further").sample(breakable, wanted)
    return _mix_with(problem, slots, {*chosen, *(place for place, entry in enumerate(shown.tests) if entry.broken)})


def right_mix(problem: CodeProblem, shown: Mix) -> Mix:
    """A mix with every broken test in it replaced by its right version; one that has none is left out."""
    right = {entry.index for entry in shown.tests if not entry.broken}
    entries = []
    for entry in shown.tests:
        if not entry.broken:
            entries.append(entry)
        elif entry.index is not None and entry.index not in right:
            entries.append(MixedTest(problem.test_cases[entry.index], TestRole.RIGHT, shown=True, index=entry.index))
    return mix_of(problem, entries)


@dataclass(frozen=True)
class _Slot:
    """A place among the shown tests, with what may stand there."""

    right: TestCase | None
    broken: TestCase | None
    index: int | None


def _slot_of(entry: MixedTest, versions: Mapping[int, TestCase]) -> _Slot:
    """The place of a test that is shown already, with what can break there."""
    if entry.broken:
        return _Slot(None, entry.test, entry.index)
    is_twin = entry.role is TestRole.TWIN
    return _Slot(entry.test, None if is_twin or entry.index is None else versions.get(entry.index), entry.index)


def _slots(problem: CodeProblem) -> list[_Slot]:
    places = {test: place for place, test in reversed([*enumerate(problem.test_cases)])}
    versions, single = _broken_versions(problem)
    if problem.public_test_cases:
        shown = [(test, places.get(test)) for test in problem.public_test_cases]
    else:
        shown = [(test, place) for place, test in enumerate(problem.test_cases)]
    slots = [_Slot(test, None if place is None else versions.get(place), place) for test, place in shown]
    return slots + [_Slot(None, test, None) for test in single]


def _broken_versions(problem: CodeProblem) -> tuple[dict[int, TestCase], list[TestCase]]:
    """The broken tests by the places of their right versions, and those that have none."""
    indices = problem.metadata.get("broken_indices")
    if isinstance(indices, list) and len(indices) == len(problem.broken_test_cases):
        return dict(zip(indices, problem.broken_test_cases, strict=True)), []
    by_input: dict[str, list[int]] = defaultdict(list)
    for place, test in enumerate(problem.test_cases):
        by_input[question_key(test)].append(place)
    versions, single = {}, []
    for test in problem.broken_test_cases:
        if free := [place for place in by_input[question_key(test)] if place not in versions]:
            versions[free[0]] = test
        elif not by_input[question_key(test)]:
            single.append(test)
    return versions, single


def _too_few(problem: CodeProblem, wanted: str, breakable: int, among: str) -> SkippedProblem:
    reason = f"{wanted}, but only {breakable} of its {among} can be broken"
    why = problem.metadata.get("unbreakable")
    return SkippedProblem(problem.problem_id, f"{reason}: {why}" if why else reason)


def _mix_with(problem: CodeProblem, slots: list[_Slot], chosen: Set[int]) -> Mix:
    """What is shown when the *chosen* places break; in place of its right version, or behind it."""
    is_conflicting = problem.metadata.get("broken_variant") == Variant.CONFLICTING
    entries: list[MixedTest] = []
    for place, slot in enumerate(slots):
        if slot.right and (place not in chosen or is_conflicting):
            entries.append(MixedTest(slot.right, TestRole.RIGHT, shown=True, index=slot.index))
        if slot.broken and place in chosen:
            entries.append(MixedTest(slot.broken, TestRole.BROKEN, shown=True, index=slot.index))
    wrong = broken_questions(entries)
    kept = [entry for entry in entries if entry.broken or is_conflicting or question_key(entry.test) not in wrong]
    return mix_of(problem, kept)
