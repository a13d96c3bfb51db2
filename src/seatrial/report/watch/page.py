"""The page of a watch: the record poured into the templates, live or frozen; whatever comes from outside is escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seatrial.model.figures import amount, progress, span
from seatrial.model.masking import redacted
from seatrial.model.words import count, figure
from seatrial.report.harmless import clipped, printable
from seatrial.report.watch import signs, view

if TYPE_CHECKING:
    from seatrial.model.watch_page import WatchPage

__all__ = ["fragment", "page"]

#: What a pattern of HTML gives another meaning.
_SYNTAX = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_COLOURS = {"passed": "#17713a", "failed": "#b4201a", "undecided": "#9a6700", "idle": "#52616d"}


def page(found: WatchPage, *, live: bool, token: str = "", nonce: str = "", said: str = "") -> str:
    """One HTML document that asks nobody but its own server for anything, and nobody at all when it is not live.

    Args:
        found: what it shows.
        live: it renews itself with what `part` beside it answers.
        token: that the server asks for before it rolls back; empty for a page that only shows.
        nonce: of the one script, where the server's policy wants one; its digest otherwise.
        said: why there is no button, in a sentence.
    """
    made = _environment()
    return made.get_template("watch.html").render(
        **_context(found), live=live, token=token if live else "", nonce=nonce, said=said,
        source=f"nonce-{nonce}" if nonce else _digest(made.globals["script"]),
    )  # fmt: skip


def fragment(found: WatchPage) -> str:
    """The part that a live page renews itself with; the button stays as the page has it."""
    return _environment().get_template("part.html").render(**_context(found), live=True, token="", said="")


def _context(found: WatchPage) -> dict[str, object]:
    shown = view.view(found)
    return {
        "found": found, "view": shown, "icon": _icon(shown.sign.state),
        "pattern": _SYNTAX.sub(r"\\\g<0>", found.target),
    }  # fmt: skip


def _icon(state: str) -> str:
    """A spot in the colour of the answer, for the tab; the title says it in words."""
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' "
        f"r='7' fill='{_COLOURS[state].replace('#', '%23')}'/%3E%3C/svg%3E"
    )


def _digest(script: object) -> str:
    """What the page's policy lets run: this script and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(f"\n{script}\n".encode()).digest()).decode()


@cache
def _environment() -> Environment:
    made = Environment(
        # The style is that of the readiness report.
        loader=ChoiceLoader([PackageLoader("seatrial.report.watch"), PackageLoader("seatrial.report.readiness")]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_guarded,
    )  # fmt: skip
    made.globals |= {
        "count": count, "amount": amount, "number": figure, "progress": progress, "span": span, "clipped": clipped,
        "shape": view.shape, "anchor": view.trouble_anchor, "standings": signs.STANDINGS, "stages": signs.STAGES,
        "noted": signs.NOTED,
        "when": signs.when, "clock": signs.clock, "day": signs.day, "most": view,
        "counted_standings": view.counted_standings,
        "style": _source(made, "page.css") + _source(made, "watch.css"),
        "script": _source(made, "live.js"),
    }  # fmt: skip
    made.filters["iso"] = signs.iso
    return made


def _source(environment: Environment, name: str) -> Markup:
    """A file as it is: nothing from outside is in it."""
    loader = environment.loader
    assert loader is not None, "templates are in this package"  # noqa: S101 - it was given above
    return Markup(loader.get_source(environment, name)[0].strip())  # noqa: S704 - our own file


def _guarded(value: object) -> object:
    """The last guard before the page: no password, and no sign that nobody sees."""
    return value if isinstance(value, Markup) else redacted(printable(str(value)))
