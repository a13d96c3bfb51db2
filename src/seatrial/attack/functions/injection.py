"""Gives functions that build SQL a piece of SQL in each argument that takes a text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import Value, names, own_side
from seatrial.attack.functions.calls import Tally, attacks, outcome
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import rest, statement
from seatrial.attack.functions.payloads import CAST, PAYLOADS, RAN, SETTING, betrays
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.functions.two_worlds import TIMED_OUT
from seatrial.attack.words import refusal
from seatrial.model.isolation import Request
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.functions.slots import Slot
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell, Kind

__all__ = ["INJECTION", "builds_sql", "cells"]

INJECTION = "call with SQL in an argument"
_EXECUTE = re.compile(r"\bexecute\b(?!\s+(?:function|procedure)\b)", re.IGNORECASE)
_TEXTS = {"text", "character varying", "name", "character", "extensions.citext", "public.citext"}
#: Languages whose functions are texts that other programs read.
_DYNAMIC = {"plpython3u", "plperl", "plperlu", "pltcl", "plv8"}


def builds_sql(function: Function) -> bool:
    """Whether what it does with the rights of its owner could depend on SQL that it builds."""
    return function.definer and (function.language in _DYNAMIC or _EXECUTE.search(function.text) is not None)


def cells(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for a definer function that builds SQL and takes texts."""
    if not builds_sql(function) or not attacks(scene, kind, function):
        return
    control = control_of(scene, function)
    slots = slots_of(scene, function)
    values = arranged(scene, function, slots, own_side(scene, kind, function, control.number), sample=control.sample)
    places = [number for number, slot in enumerate(slots) if _takes_text(slot)]
    if not places:
        return
    tally = Tally()
    for place in places if not control.timed_out else ():
        for given in _loaded(scene, function, slots[place], values[place]):
            if tally.leak:
                break
            loaded = [*values[:place], given, *values[place + 1 :]]
            tally.request = Request(sql=statement(function, loaded), rest=rest(function, loaded))
            tally.leak = _ran(
                scene, kind, tally.request.sql, slots[place].argument.name or f"argument {place + 1}", tally
            )
    yield outcome(kind, function, INJECTION, tally, control, nothing="none of it was executed")


def _ran(scene: Scene, kind: Kind, sql: str, name: str, tally: Tally) -> str:
    answer = scene.session.attempt(kind, sql)
    if answer.worked:
        [[seen]] = scene.session.look(f"SELECT current_setting('{SETTING}', true)")
        return f"SQL in {name} was executed with the rights of the owner" if seen == "1" else ""
    if answer.sqlstate == TIMED_OUT:
        tally.doubts.append(refusal(answer))
    tally.refusals.append(refusal(answer).replace("\n", " ")[:200])
    return f"SQL in {name} was taken for a part of the statement" if betrays(answer.sqlstate, answer.message) else ""


def _takes_text(slot: Slot) -> bool:
    kind = slot.argument.element or slot.argument.base
    return slot.argument.mode != "o" and (kind in _TEXTS or bool(slot.keys))


def _loaded(scene: Scene, function: Function, slot: Slot, own: Value | None) -> Iterator[Value]:
    argument = slot.argument
    table, column = next(names(scene, function), ("pg_class", "relname"))
    places = {"table": table, "column": column}
    for text in (payload.format(x=expression, **places) for expression in (CAST, RAN) for payload in PAYLOADS):
        if slot.keys:
            document = dict(own.plain) if own and isinstance(own.plain, dict) else {}
            for name, _ in slot.keys:
                content = {**document, name: text}
                yield Value(sql=f"{literal(json.dumps(content))}::{argument.type}", plain=content)
        elif argument.element:
            yield Value(sql=f"ARRAY[{literal(text)}]::{argument.type}", plain=[text])
        else:
            yield Value(sql=f"{literal(text)}::{argument.type}", plain=text)
