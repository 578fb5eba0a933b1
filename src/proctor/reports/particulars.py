"""The facts of a run that stand below its figures: what was asked, of whom, with what, in which sandbox."""

import shlex
from collections.abc import Iterator
from typing import Any

Fact = tuple[str, str]


def run_facts(summary: dict[str, Any], run: dict[str, Any]) -> dict[str, list[Fact]]:
    """Name and value of everything known about the run, in groups by their titles; what is not known is left out."""
    groups = {
        "Run": [
            ("command", shlex.join(run.get("command", ()))),
            ("proctor", told(run.get("proctor"))),
            ("seed", told(run.get("seed"))),
            ("problems", _problem_counts(summary, run.get("problems", {}))),
            ("time", _timing(run.get("timings", {}), len(run.get("sessions", ())))),
        ],
        "Parameters": [fact for fact in _leaves(run.get("parameters", {})) if fact[0] != "seed"],
        "Sandbox": list(_leaves(summary.get("isolation", {}))),
        "Model calls": [(name, _usage(usage)) for name, usage in run.get("models", {}).items()],
        "Without an answer": [(name, _names(ids)) for name, ids in run.get("unanswered", {}).items()],
        "Digests (SHA-256)": list(_leaves(run.get("digests", {}))),
    }
    known = {title: [fact for fact in facts if fact[1]] for title, facts in groups.items()}
    return {title: facts for title, facts in known.items() if facts}


def excluded_problems(run: dict[str, Any]) -> dict[str, list[str]]:
    """Ids of the problems that have no test to break, or that were not loaded, by the reason."""
    problems = run.get("problems", {})
    excluded: dict[str, list[str]] = {}
    for row in [*problems.get("unbreakable", ()), *problems.get("skipped", ())]:
        excluded.setdefault(row["reason"], []).append(row["problem_id"])
    return excluded


def told(value: object) -> str:
    """A value of a JSON file in words; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{_spaced(str(key))}: {told(item) or 'none'}" for key, item in value.items())
    return ", ".join(map(told, value)) if isinstance(value, list) else str(value)


def _leaves(value: dict[str, Any], path: str = "") -> Iterator[Fact]:
    for key, item in value.items():
        name = f"{path} {_spaced(key)}".strip()
        if isinstance(item, dict):
            yield from _leaves(item, name)
        else:
            yield name, told(item)


def _problem_counts(summary: dict[str, Any], problems: dict[str, Any]) -> str:
    breakable = f"{summary['breakable_problems']:,} with a test that can be broken"
    return f"{problems['loaded']:,}, {breakable}" if "loaded" in problems else breakable


def _timing(timings: dict[str, Any], sessions: int) -> str:
    if "seconds" not in timings:
        return ""
    rate = timings.get("attempts_per_second")
    parts = [f"{timings['seconds']:,.1f} s", f"{sessions} sessions" if sessions > 1 else ""]
    return ", ".join(filter(None, [*parts, f"{rate:,.1f} attempts a second" if rate else ""]))


def _names(ids: list[str]) -> str:
    return f"{len(ids):,}: {', '.join(ids)}" if ids else ""


def _usage(usage: dict[str, Any]) -> str:
    return f"{usage['calls']:,}; {usage['input_tokens']:,} tokens in, {usage['output_tokens']:,} out"


def _spaced(key: str) -> str:
    return key.replace("_", " ")
