"""Compare models that were asked about the same problems: differences with intervals, tests, and what else differs."""

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from proctor.errors import InputError, UnknownNameError
from proctor.evaluation.comparison.audits import AUDIT, AUDIT_METRICS
from proctor.evaluation.comparison.paired import PairedDifference, holm, mcnemar, resample
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.metrics import Count, Metric, by_problem, estimate, headline_of, metrics_of, only_type
from proctor.evaluation.results import QuestionResult

__all__ = ["compare_results"]

AXES = [field.name for field in dataclasses.fields(EvaluationConfig)]
NOT_AXES = {"model", "provider", "datasets_base_dir"}  # who is compared, and where files lie
LEAST_PROBLEMS = 2  # in common


@dataclass(frozen=True)
class _Measured:
    """What one model's results say in a metric.

    Attributes:
        name: What the results are called.
        config: What they were made with.
        counts: For each problem with a verdict what each answer adds to numerator and denominator.
        questions: For each problem that was asked about, a hash of the tests that it showed.
    """

    name: str
    config: dict[str, Any]
    counts: dict[str, list[Count]]
    questions: dict[str, int]


def compare_results(
    results: Mapping[str, Iterable[QuestionResult]],
    *,
    metric: str | None = None,
    seed: int = 0,
    all_pairs: bool = False,
    alpha: float = 0.05,
) -> dict[str, Any]:
    """How far a metric differs between models, paired by problem, as plain data.

    ``comparisons`` has for each pair ``a`` and ``b``, their ``rate_a`` and ``rate_b`` over the ``problems`` in common,
    the ``difference`` b - a, the ``test`` with ``p``, ``p_holm`` and ``discordant``, whether it is ``significant``, and
    what is not alike: ``only_in_one``, ``no_verdict`` and their ids in ``left_out``, ``differing`` parameters and the
    number of problems with ``other_questions``. ``docs/comparison.md`` has the tests and formulas.

    Args:
        results: The rows of each evaluation, by its name; the first is the baseline.
        metric: What is compared; the headline of the evaluation's type by default.
        seed: Of the bootstrap and of the permutations.
        all_pairs: Compare each with each, instead of the baseline with each.
        alpha: Largest p value, adjusted by Holm, that is called significant.

    Raises:
        InputError: There are fewer than two results, or they cannot be compared: their types differ, one holds answers
            of several models, or a pair has fewer than two problems in common.
        UnknownNameError: The type has no such metric.
    """
    rows = {name: [row.without_texts() for row in found] for name, found in results.items()}
    names = list(rows)
    if len(names) < 2:
        raise InputError(f"expected the results of at least two models, found {len(names)}: {', '.join(names)}")
    eval_type = _shared_type(rows)
    chosen = _choose_metric(metric, eval_type, [row for found in rows.values() for row in found])
    measured = {name: _measure(name, found, chosen) for name, found in rows.items()}
    pairs = itertools.combinations(names, 2) if all_pairs else ((names[0], name) for name in names[1:])
    found = [_compare(measured[a], measured[b], chosen, seed) for a, b in pairs]
    adjusted = holm([pair["p"] for pair in found])
    return {
        "eval_type": eval_type,
        "metric": chosen.name,
        "label": chosen.label,
        "is_rate": chosen.is_rate,
        "baseline": None if all_pairs else names[0],
        "alpha": alpha,
        "seed": seed,
        "comparisons": [
            pair | {"p_holm": p, "significant": p <= alpha} for pair, p in zip(found, adjusted, strict=True)
        ],
    }


def _shared_type(rows: Mapping[str, Sequence[QuestionResult]]) -> str:
    types: dict[str, str] = {}
    for name, found in rows.items():
        types[name] = only_type(found, name)
        models = sorted({row.model for row in found})
        if len(models) > 1:
            raise InputError(f"{name}: expected answers of one model, found {', '.join(models)}; split the file")
    examples = {eval_type: name for name, eval_type in reversed(types.items())}  # the first of each type
    if len(examples) > 1:
        told = ", ".join(f"{eval_type} ({name})" for eval_type, name in sorted(examples.items()))
        raise InputError(f"expected evaluations of one type, found {told}; name the files of one of them")
    return next(iter(types.values()))


def _choose_metric(name: str | None, eval_type: str, rows: Sequence[QuestionResult]) -> Metric:
    known = AUDIT_METRICS if eval_type == AUDIT else metrics_of(eval_type, rows)
    chosen = name or headline_of(eval_type, known)
    if not known or chosen is None:
        raise InputError(f"evaluations of type {eval_type!r} have no metrics that could be compared")
    if chosen not in known:
        raise UnknownNameError(f"metric of {eval_type}", chosen, known)
    return known[chosen]


def _measure(name: str, rows: Sequence[QuestionResult], metric: Metric) -> _Measured:
    questions = {row.problem_id: _hash_tests(row) for row in rows if row.arm == metric.arm}
    return _Measured(name, rows[0].config, by_problem(metric, rows), questions)


def _hash_tests(row: QuestionResult) -> int:
    return hash(msgspec.json.encode(row.question_data.get("evaluation_test_cases"), order="sorted"))


def _compare(a: _Measured, b: _Measured, metric: Metric, seed: int) -> dict[str, Any]:
    asked = a.questions.keys() & b.questions.keys()
    common = sorted(a.counts.keys() & b.counts.keys())
    only_in_one = a.questions.keys() ^ b.questions.keys()
    no_verdict = asked - set(common)
    if len(common) < LEAST_PROBLEMS:
        raise InputError(
            f"{a.name} and {b.name}: expected at least {LEAST_PROBLEMS} common problems that count in {metric.name!r}, "
            f"found {len(common)}; {len(only_in_one)} are in one of them only, {len(no_verdict)} have no verdict"
        )
    difference = _test([(a.counts[problem], b.counts[problem]) for problem in common], metric, seed)
    return {
        "a": a.name,
        "b": b.name,
        "problems": len(common),
        "only_in_one": len(only_in_one),
        "no_verdict": len(no_verdict),
        "left_out": sorted(only_in_one | no_verdict),
        "rate_a": estimate(metric, [a.counts[problem] for problem in common]),
        "rate_b": estimate(metric, [b.counts[problem] for problem in common]),
        "difference": {"estimate": difference.estimate, "low": difference.low, "high": difference.high},
        "test": difference.test,
        "discordant": difference.discordant and list(difference.discordant),
        "p": difference.p,
        "differing": _differing(a.config, b.config),
        "other_questions": sum(a.questions[problem] != b.questions[problem] for problem in common),
    }


def _test(pairs: Sequence[tuple[list[Count], list[Count]]], metric: Metric, seed: int) -> PairedDifference:
    """McNemar's test where every problem is one hit or one miss, else by resampling."""
    summed = [(_sum(of_a), _sum(of_b)) for of_a, of_b in pairs]
    if not (metric.is_rate and all(counts in ((0, 1), (1, 1)) for pair in summed for counts in pair)):
        return resample(summed, seed=seed)
    cells = [(int(of_a[0]), int(of_b[0])) for of_a, of_b in summed]
    return mcnemar(*(cells.count(cell) for cell in ((1, 1), (1, 0), (0, 1), (0, 0))))


def _sum(counts: list[Count]) -> Count:
    return sum(hits for hits, _ in counts), sum(total for _, total in counts)


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The parameters that both name and have otherwise."""
    shared = [name for name in AXES if name not in NOT_AXES and name in a and name in b]
    return {name: [a[name], b[name]] for name in shared if a[name] != b[name]}
