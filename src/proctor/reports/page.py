"""A report as one page that asks nobody for anything.

Everything on a page that a model or its program wrote is hostile. In the HTML it is escaped by Jinja; what can be
browsed lies in a block of base64 (see :mod:`proctor.reports.packing`), and the script shows it only as text nodes.
Behind both stands a content security policy: only this script and this style may run, by their hashes, nothing may be
fetched, and no text may become markup.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.reports.packing import Packed
from proctor.reports.wording import format_estimate, format_interval, visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
STYLES = ("page.css", "browser.css")
SCRIPTS = ("elements.js", "pieces.js", "{entry}.js", "browser.js")
"""In the order in which they need each other."""


def render(template: str, *, entry: str, data: Packed, **values: object) -> str:
    """The whole page.

    Args:
        template: Its file among the templates.
        entry: What can be browsed, in one word, after which its script and its addresses are named.
        data: The packed entries.
        values: What else the template shows.
    """
    from markupsafe import Markup

    style, script = _joined(STYLES), _joined(name.format(entry=entry) for name in SCRIPTS)
    return (
        _environment()
        .get_template(template)
        .render(
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 - ours, from the package
            script=Markup(script),  # noqa: S704
            entry=entry,
            data=data,
            estimate=format_estimate,
            interval=format_interval,
            **values,
        )
    )


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finish(value: object) -> object:
        return value if isinstance(value, Markup) else visible(str(value))

    def breakable(name: str) -> Markup:
        return Markup("<wbr>").join(re.findall(r"[^/:,_=]*[/:,_=]|[^/:,_=]+", visible(name)))

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
