"""The health of a database as one HTML page that needs nothing beside it: sentences first, then what there is to do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seatrial import __version__
from seatrial.model.health import Soundness
from seatrial.model.masking import redacted
from seatrial.model.words import count
from seatrial.report.harmless import printable

if TYPE_CHECKING:
    from seatrial.model.health import Examined
    from seatrial.model.outcome import HealthChecked

__all__ = ["page"]

#: Findings of one check that are unfolded.
MOST = 12
#: Class, symbol and word of a check.
_SIGNS = {
    Soundness.SOUND: ("passed", "✓", "sound"),
    Soundness.AILING: ("undecided", "!", "to do"),
    Soundness.NOT_RUN: ("idle", "·", "not known"),
}


def page(body: HealthChecked) -> str:
    """One self-contained document; the same record gives the same bytes."""
    ailments = [ailment for one in body.examined for ailment in one.ailments]
    urgent = sum(one.urgent for one in ailments)
    return _environment().get_template("health.html").render(
        body=body, tool=f"seatrial {__version__}", sentence=_sentence(len(ailments), urgent), is_urgent=bool(urgent),
        ailing=[one for one in body.examined if one.ailments],
        unknown=[one for one in body.examined if one.soundness is Soundness.NOT_RUN],
    )  # fmt: skip


def _sentence(ailments: int, urgent: int) -> str:
    if not ailments:
        return "Nothing to do"
    return f"{count(ailments, 'thing')} to do, {urgent or 'none'} of them urgent"


def _sign(one: Examined) -> tuple[str, str, str]:
    return ("failed", "✗", "urgent") if one.is_urgent else _SIGNS[one.soundness]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=ChoiceLoader([PackageLoader("seatrial.report.health"), PackageLoader("seatrial.report.readiness")]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_guarded,
    )  # fmt: skip
    made.globals |= {"count": count, "sign": _sign, "style": _style(made), "MOST": MOST}
    return made


def _style(environment: Environment) -> Markup:
    """The look of the readiness page, and what only this one needs: nothing from outside is in it."""
    loader = environment.loader
    assert loader is not None, "templates are in these packages"  # noqa: S101 - it was given above
    sheets = [loader.get_source(environment, name)[0] for name in ("page.css", "health.css")]
    return Markup("\n".join(sheets))  # noqa: S704 - our own files


def _guarded(value: object) -> object:
    """The last guard before the page: no password, and no sign that nobody sees."""
    return value if isinstance(value, Markup) else redacted(printable(str(value)))
