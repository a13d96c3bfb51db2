"""Something that is dropped while other objects of the files still use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, Drop
from seatrial.model.finding import Level
from seatrial.rules.dependents import of_column, of_function, of_relation, of_type
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.usage import made_again, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Occasion, Schema
    from seatrial.rules.dependents import Dependent

LEVEL = Level.BLOCKS
FAILS = True

_RELATIONS = frozenset({"table", "view", "materialized view"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each thing that goes and is still used; what CASCADE takes along is another finding."""
    for occasion in schema.occasions:
        match occasion.command:
            case Drop() as drop:
                for named in drop.names:
                    users = _users(schema, drop, named, occasion)
                    yield from _hit(occasion, f"the {drop.kind} {quoted(named)}", users, cascade=drop.cascade)
            case AlterTable(table=table) as altered:
                for action in altered.actions:
                    if action.kind == "drop column":
                        used = of_column(schema, table, action.name, occasion)
                        gone = f"the column {quoted(f'{table}.{action.name}')}"
                        yield from _hit(occasion, gone, used, cascade=action.cascade, offset=action.offset)
            case _:
                pass


def _users(schema: Schema, drop: Drop, named: str, occasion: Occasion) -> Iterator[Dependent]:
    others = {f'"{each}"' for each in drop.names}
    if drop.kind in _RELATIONS:
        again = made_again(schema, named, occasion)
        found = iter([one for one in of_relation(schema, named, occasion) if one.tracked or not again])
    elif drop.kind in {"function", "procedure"}:
        found = of_function(schema, named, occasion)
    elif drop.kind in {"type", "domain"}:
        found = of_type(schema, named, occasion)
    else:
        return
    yield from (one for one in found if not any(one.said.endswith((each, f"of {each[1:-1]}")) for each in others))


def _hit(
    occasion: Occasion, gone: str, found: Iterable[Dependent], *, cascade: bool, offset: int = -1
) -> Iterator[Hit]:
    users = list(found)
    tracked = [] if cascade else [one.said for one in users if one.tracked]
    callers = [one.said for one in users if not one.tracked]
    if not (tracked or callers):
        return
    yield Hit(
        script=occasion.script,
        offset=place(occasion, offset),
        what=f"drops {gone}, which {joined(tracked or callers)} still use{'s' if len(tracked or callers) == 1 else ''}",
        effect=_effect(tracked, callers),
        fix=f"Change or drop {joined(tracked or callers)} first, in this file, and then drop {gone} without CASCADE",
    )


def _effect(tracked: list[str], callers: list[str]) -> str:
    refused = "the migration stops here with 2BP01" if tracked else ""
    called = f"the next call of {joined(callers)} fails with 42P01" if callers else ""
    return "; ".join(filter(None, (refused, called)))
