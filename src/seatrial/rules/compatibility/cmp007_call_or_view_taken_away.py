"""A function or a view that clients reach and that is gone, or that asks for other arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from seatrial.model.commands import Drop
from seatrial.model.finding import Level
from seatrial.rules.dependents import of_function, of_relation
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import relation
from seatrial.rules.usage import is_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Occasion, Schema, View

LEVEL = Level.WARNS

_Thing = TypeVar("_Thing", "View", "Function")
_VIEWS = frozenset({"view", "materialized view"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that the file drops and does not make again as it was."""
    for occasion in schema.occasions:
        drop = occasion.command
        if not isinstance(drop, Drop) or drop.kind not in {*_VIEWS, "function", "procedure"}:
            continue
        for named in drop.names:
            if not _is_reached(schema, named):
                continue
            found = _view(schema, named, occasion) if drop.kind in _VIEWS else _function(schema, named, occasion)
            if found:
                what, effect, fix = found
                yield Hit(script=occasion.script, offset=occasion.offset, what=what, effect=effect, fix=fix)


def _is_reached(schema: Schema, named: str) -> bool:
    """Without an API in front, the application reaches every schema but those it is told to stay out of."""
    within = named.partition(".")[0]
    return within in schema.exposed or (schema.platform == "postgres" and within != "private")


def _view(schema: Schema, named: str, occasion: Occasion) -> tuple[str, str, str] | None:
    old = next((one for one in schema.all_views if one.name == named and one.life.lasts(occasion)), None)
    if old is None or is_fresh(schema, old.life, occasion) or _fails(of_relation(schema, named, occasion)):
        return None
    new = _later(schema.all_views, named, occasion)
    if new is None:
        fix = f"Drop {relation(named)} in a later migration, when nothing reads it any more"
        return f"drops the view {quoted(named)}", "whoever reads it fails with 42P01, through the API with 404", fix
    gone = [column for column in old.made.columns if column not in new.made.columns]
    if not gone or not all((*old.made.columns, *new.made.columns)):
        return None
    columns = joined(map(quoted, gone))
    fix = f"Keep {columns} in {relation(named)} until nothing reads it any more"
    return f"the view {quoted(named)} loses {columns}", "whoever asks for it fails with 42703", fix


def _function(schema: Schema, named: str, occasion: Occasion) -> tuple[str, str, str] | None:
    alive = [one for one in schema.all_functions if one.name == named and one.life.lasts(occasion)]
    if len(alive) != 1 or alive[0].made.returns in {"trigger", "event_trigger"}:
        return None
    [old] = alive
    if is_fresh(schema, old.life, occasion) or _fails(of_function(schema, named, occasion)):
        return None
    new = _later(schema.all_functions, named, occasion)
    call = f"{named}({', '.join(_arguments(old))})"
    if new is None:
        fix = f"Drop {relation(named)} in a later migration, when nothing calls it any more"
        return f"drops the function {quoted(named)}", "whoever calls it fails with 42883, through the API with 404", fix
    if _can_be_called_as(new, old):
        return None
    fix = f"Give what is new in {relation(named)} a DEFAULT and keep the old names, or make a function of another name"
    return f"{quoted(named)} can no longer be called as {call}", "calls of what is running now fail with 42883", fix


def _later(found: tuple[_Thing, ...], named: str, occasion: Occasion) -> _Thing | None:
    path = occasion.script.source.path
    later = [
        one
        for one in found
        if one.name == named and one.life.made.number > occasion.number and one.life.made.script.source.path == path
    ]
    return later[-1] if later else None


def _arguments(function: Function) -> list[str]:
    return [f"{one.name} {one.type}".strip() for one in function.made.parameters if one.mode not in {"out", "table"}]


def _can_be_called_as(new: Function, old: Function) -> bool:
    """Whether every argument is there under its name, and what is new may be left out."""
    inputs = [one for one in new.made.parameters if one.mode not in {"out", "table"}]
    before = {one.name: one.type for one in old.made.parameters if one.mode not in {"out", "table"}}
    now = {one.name: one.type for one in inputs}
    kept = all(now.get(one) == kind for one, kind in before.items())
    return kept and all(one.has_default for one in inputs if one.name not in before)


def _fails(found: Iterator[object]) -> bool:
    """Whether the drop is refused or leaves broken callers, which is a finding of its own."""
    return any(True for _ in found)
