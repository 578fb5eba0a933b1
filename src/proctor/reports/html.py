"""The report of an audit as one page that asks nobody for anything.

Everything on the page that a model or its program wrote is hostile. In the HTML it is escaped by Jinja; the attempts
lie in a block of base64 (see :mod:`proctor.reports.attempts`), and the script shows them only as text nodes. Behind
both stands a content security policy: only this script and this style may run, by their hashes, nothing may be
fetched, and no text may become markup.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.errors import InputError
from proctor.reports.attempts import AttemptData, pack_attempts
from proctor.reports.overview import answer, headline, model_rows, variant_rows
from proctor.reports.particulars import excluded_problems, run_facts, told
from proctor.reports.wording import OUTCOMES, format_interval, format_percent, visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
STYLES = ("page.css", "attempts.css")
SCRIPTS = ("elements.js", "attempt.js", "browser.js")
"""In the order in which they need each other."""


def write_audit_report(
    path: str | Path, summary: dict[str, Any], run: dict[str, Any], attempts: Iterable[dict[str, Any]]
) -> None:
    """Write the report of an audit, or leave what was there before.

    Args:
        path: The page.
        summary: The content of ``summary.json``.
        run: The content of ``run.json``; what it lacks is left out.
        attempts: ``{"grade": row of grades.jsonl, "solution": row of solutions.jsonl}``, read once, one at a time.

    Raises:
        InputError: The folder of *path* is missing or may not be written.
    """
    data = pack_attempts(attempts, seed=run.get("seed"))
    _replace(Path(path), render_page(summary, run, data).encode())


def render_page(summary: dict[str, Any], run: dict[str, Any], data: AttemptData) -> str:
    """The whole page."""
    from markupsafe import Markup

    style, script = _joined(STYLES), _joined(SCRIPTS)
    rows, variants = model_rows(summary), variant_rows(summary)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 - ours, from the package
            script=Markup(script),  # noqa: S704
            data=data,
            headline=headline(rows),
            answer=answer(rows),
            dataset=told(run.get("parameters", {}).get("dataset")),
            rows=rows,
            variants=variants,
            outcomes=OUTCOMES,
            seen=[outcome for outcome in OUTCOMES if any(row.outcomes[outcome] for row in variants)],
            facts=run_facts(summary, run),
            excluded=excluded_problems(run),
            percent=format_percent,
            interval=format_interval,
        )
    )


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finish(value: object) -> object:
        return value if isinstance(value, Markup) else visible(str(value))

    def breakable(name: str) -> Markup:
        return Markup("<wbr>").join(re.findall(r"[^/:,]*[/:,]|[^/:,]+", visible(name)))

    def unbroken(text: str) -> Markup:
        pieces = re.split(r"([\d.]+ % \([^()]*\))", visible(text))
        rate = Markup('<span class="rate">{}</span>')
        return Markup("").join(rate.format(piece) if place % 2 else piece for place, piece in enumerate(pieces))

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": breakable, "unbroken": unbroken}
    return environment


def _joined(names: Iterable[str]) -> str:
    return "\n" + "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)


def _policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(script)}",
            "img-src data:",  # the empty icon: without one, browsers ask the server for it
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
