"""The content of ``run.json``: all that is to be known about an audit and is no function of its attempts."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import proctor
from proctor.evaluation.audit.ledger import ModelUsage
from proctor.evaluation.audit.parameters import AuditParameters
from proctor.evaluation.audit.preparation import unbreakable
from proctor.problems import CodeProblem, LoadedProblems, digest_problems


def new_record(parameters: AuditParameters, loaded: LoadedProblems) -> dict[str, Any]:
    """What is known before anything has run.

    Raises:
        UnknownNameError: A prompt id that is not registered.
    """
    return {
        "proctor": proctor.__version__,
        "parameters": parameters.as_row(),
        "seed": parameters.seed,
        "digests": {"dataset": digest_problems(loaded.problems), "prompts": parameters.prompt_digests()},
        "problems": {"loaded": len(loaded.problems), "skipped": [asdict(skipped) for skipped in loaded.skipped]},
        "sessions": [],
    }


def updated_record(
    record: dict[str, Any],
    *,
    problems: list[CodeProblem],
    unanswered: Mapping[str, list[str]],
    usage: Mapping[str, ModelUsage],
    isolation: dict[str, Any],
    session: dict[str, Any],
) -> dict[str, Any]:
    """*record* after a run; a run that had nothing to do leaves no session."""
    left_out = unbreakable(problems)
    sessions = [*record["sessions"], *([session] if session["attempts"] else [])]
    return record | {
        "proctor": proctor.__version__,
        "command": sessions[-1]["command"] if sessions else session["command"],
        "problems": record["problems"] | {"breakable": len(problems) - len(left_out), "unbreakable": left_out},
        "models": {name: asdict(used) for name, used in sorted(usage.items())},
        "unanswered": record.get("unanswered", {}) | unanswered,
        "isolation": isolation,
        "sessions": sessions,
        "timings": _timings(sessions),
    }


class Stopwatch:
    """Times one run of an audit, from its making on."""

    def __init__(self) -> None:
        self._started_at = time.gmtime()
        self._start = time.monotonic()

    def session(self, command: list[str], *, attempts: int) -> dict[str, Any]:
        """This run as a row of ``sessions``: when it began in UTC, how long it took in seconds, what it graded."""
        return {
            "command": command,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", self._started_at),
            "seconds": round(time.monotonic() - self._start, 3),
            "attempts": attempts,
        }


def _timings(sessions: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = sum(session["seconds"] for session in sessions)
    attempts = sum(session["attempts"] for session in sessions)
    return {"seconds": round(seconds, 3), "attempts_per_second": round(attempts / seconds, 3) if seconds else None}
