"""The page itself: the record, prepared, poured into the templates; whatever comes from outside is escaped."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seatrial.model.difference import difference
from seatrial.model.execution import Ending
from seatrial.model.masking import redacted
from seatrial.model.matrix import disagreements
from seatrial.model.timeline import timeline_of
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count, duration, verb
from seatrial.report.drawing.entities import entities
from seatrial.report.drawing.spans import axis
from seatrial.report.drawing.timeline import ROW_HEADINGS, timeline, timeline_rows
from seatrial.report.harmless import printable
from seatrial.report.readiness.limits import limits
from seatrial.report.readiness.matrix import VERBS, grid, place_of
from seatrial.report.readiness.parts import parts
from seatrial.report.readiness.speed import Speed, speed
from seatrial.report.readiness.steps import files
from seatrial.report.readiness.stories import Story, of_finding, stories
from seatrial.report.readiness.verdict import sentence
from seatrial.report.readiness.workload import asked, values_of

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.model.readiness import Readiness

__all__ = ["page"]

#: Characters of a line that are shown around a place.
WINDOW = 200


def page(found: Readiness) -> str:
    """One self-contained HTML document; the same record gives the same bytes."""
    told = stories(found)
    matrix = found.isolation
    applies = found.execution.ending is Ending.COMPLETE
    line = timeline_of(found.trial.statements if applies else ())
    shown = grid(matrix, told) if matrix and matrix.cells else None
    timings = found.performance.timings if found.performance else ()
    return _environment().get_template("page.html").render(
        found=found,
        applies=applies,
        sentence=sentence(found),
        parts=parts(found, told),
        grid=shown,
        others=_others(found, told),
        timeline=_drawn(timeline(line)) if line.transactions else "",
        timeline_headings=ROW_HEADINGS,
        timeline_rows=timeline_rows(line),
        entities=_drawn(entities(found.before, found.after)) if found.before and found.after else "",
        workload=asked(timings),
        axis=[f"{end:g}" for end in axis(values_of(timings))],
        speed=speed(found.performance) if found.performance else Speed(),
        changes=difference(found.isolation_before, matrix) if found.isolation_before and matrix else None,
        attempts=len(matrix.cells) if matrix else 0,
        files=files(found),
        waived=[(of_finding(one.finding), one.waiver) for one in found.waived],
        withdrawn=[(of_finding(one.finding), one.because) for one in found.withdrawn],
        limits=limits(found),
        from_nothing=found.start == NOTHING,
    )  # fmt: skip


def _drawn(svg: str) -> Markup:
    """The drawing escapes its texts itself."""
    return Markup(redacted(svg))  # noqa: S704 - see above


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("seatrial.report.readiness"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_guarded,
    )  # fmt: skip
    made.globals |= {"count": count, "verb": verb, "marked": _marked, "VERBS": tuple(VERBS), "style": _style(made)}
    made.filters["duration"] = duration
    made.tests["story"] = lambda one: isinstance(one, Story)
    return made


def _style(environment: Environment) -> Markup:
    """The style sheet as it is: nothing from outside is in it."""
    loader = environment.loader
    assert loader is not None, "templates are in this package"  # noqa: S101 - it was given above
    return Markup(loader.get_source(environment, "page.css")[0])  # noqa: S704 - our own file


def _guarded(value: object) -> object:
    """The last guard before the page, as before the terminal: no password, and no sign that nobody sees."""
    return value if isinstance(value, Markup) else redacted(printable(str(value)))


def _marked(place: Place) -> tuple[str, str, str]:
    """A line before, at, and behind a place; a line with a password in it is masked and not marked."""
    line = place.source_line
    if redacted(line) != line:
        return redacted(line)[:WINDOW], "", ""
    at = max(0, min(place.column - 1, len(line)))
    start = max(0, min(at - WINDOW // 2, len(line) - WINDOW))
    word = re.match(r"\w+|\S|", line[at:])
    end = at + len(word.group() if word else "")
    left, right = "…" if start else "", "…" if start + WINDOW < len(line) else ""
    return left + line[start:at], line[at:end], line[end : start + WINDOW] + right


def _others(found: Readiness, told: tuple[Story, ...]) -> list[Story]:
    """Disagreements that no box of the matrix shows."""
    cells = found.isolation.cells if found.isolation else ()
    lines = {one.sentence for one in disagreements(cells) if not place_of(one.first)[0]}
    return [story for story in told if lines & set(story.lines)]
