"""A schema, a database or all that a role owns, dropped as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateSchema, Drop
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined, quoted
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS

_SAID = {"schema": "the schema", "database": "the database", "owned": "all objects of"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; a schema without CASCADE goes only when it is empty."""
    for occasion in schema.occasions:
        drop = occasion.command
        if not isinstance(drop, Drop) or drop.kind not in _SAID or (drop.kind == "schema" and not drop.cascade):
            continue
        if named := [each for each in drop.names if drop.kind != "schema" or not _is_fresh(schema, each, occasion)]:
            inside = _tables(schema, named, occasion) if drop.kind == "schema" else []
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"drops {_SAID[drop.kind]} {along(named)} with everything inside",
                effect=f"{joined(map(quoted, inside)) or 'every table there'} and all other objects are gone, without "
                "having been named; only of tables a deployment keeps the rows, for a time",
                fix=_fix(drop, named, inside),
            )


def _is_fresh(schema: Schema, named: str, occasion: Occasion) -> bool:
    path = occasion.script.source.path
    return any(
        isinstance(one.command, CreateSchema) and one.command.schema == named and one.script.source.path == path
        for one in schema.occasions
        if one.number < occasion.number
    )


def _tables(schema: Schema, named: list[str], occasion: Occasion) -> list[str]:
    found = (one.name for one in schema.all_tables if one.life.lasts(occasion))
    return sorted({table for table in found if table.partition(".")[0] in named})


def _fix(drop: Drop, named: list[str], inside: list[str]) -> str:
    if drop.kind != "schema":
        return "Take it out of the migration: drop by name what is to go, each object in its own statement"
    tables = [f"drop table {relation(each)};" for each in inside] or ["-- drop by name what is to go;"]
    return "\n".join([*tables, f"drop schema {', '.join(map(name, named))}; -- without CASCADE: stops at what is left"])
