"""Templates; whatever comes from outside is escaped, and no sign that nobody sees gets through."""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from integrations_hub.pages import words
from seatrial.model.words import count, figure
from seatrial.report.harmless import clipped, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILES", "render", "static", "told", "version"]

#: What is served beside the pages; the style begins with that of the readiness report: both are one house.
FILES = {
    "hub.css": ("text/css", (("seatrial.report.readiness", "templates/page.css"), (__package__, "static/hub.css"))),
    "hub.js": ("text/javascript", ((__package__, "static/hub.js"),)),
    "hub.svg": ("image/svg+xml", ((__package__, "static/hub.svg"),)),
}


def render(template: str, **context: object) -> str:
    """The text of a page, or of a part of one."""
    return _environment().get_template(template).render(**context)


@cache
def static(name: str) -> bytes:
    """A file that goes with the pages."""
    return b"\n".join(resources.files(package).joinpath(path).read_bytes() for package, path in FILES[name][1])


@cache
def version(name: str) -> str:
    """Of the file: changes with its content, so that it can be kept for ever."""
    return hashlib.sha256(static(name)).hexdigest()[:12]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("integrations_hub.pages"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_guarded,
    )  # fmt: skip
    made.globals |= {
        "count": count, "figure": figure, "clipped": clipped, "version": version, "words": words, "shown": _shown,
        "told": told, "percent": _percent,
        "cents": lambda value: f"{value:.2f}".rstrip("0").rstrip("."),
    }  # fmt: skip
    return made


def _guarded(value: object) -> object:
    """The last guard before the page; what a macro made has been through it."""
    return value if isinstance(value, Markup) else printable(str(value))


def _shown(value: object) -> str:
    """A setting, or what an audit entry noted, as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def told(details: Mapping[str, object]) -> list[tuple[str, str]]:
    """What an entry noted, as pairs: what was, and what is, side by side."""
    before, after = details.get("before"), details.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            (
                _name(name),
                _shown(value) if before.get(name) == value else f"{_shown(before.get(name))} → {_shown(value)}",
            )
            for name, value in after.items()
        ]
    one = after if isinstance(after, dict) else before if isinstance(before, dict) else details
    return [(_name(name), _shown(value)) for name, value in one.items()]


def _name(of: str) -> str:
    return of.replace("_", " ")


def _percent(share: float) -> str:
    """Of 100, one digit behind the point, and never the whole where something is missing."""
    return f"{math.floor(share * 10) / 10:.1f}".removesuffix(".0")
