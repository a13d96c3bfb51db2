"""Columns and arguments as properties of OpenAPI 2.0: types, formats, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integrations_hub.dialect.schema import Argument, Relation, RelationColumn

__all__ = ["arguments", "row", "row_to_insert", "row_to_update"]

Document = dict[str, Any]
LENGTH = re.compile(r"character(?: varying)?\((\d+)\)")
WHOLE = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
NUMBERS = ("numeric", "real", "double precision")
#: Anything may be in them.
FREE = ("json", "jsonb")


def row(relation: Relation) -> Document:
    """A row, as it is answered; of a selection only what was selected is there."""
    return {"type": "object", "properties": _columns(relation)}


def row_to_insert(relation: Relation) -> Document:
    """A row, as it is put in: with what the database does not make up itself."""
    needed = [name for name, each in relation.columns.items() if each.required and not each.generated]
    return {**row_to_update(relation), **({"required": needed} if needed else {})}


def row_to_update(relation: Relation) -> Document:
    """What of a row may be set."""
    given = {name: each for name, each in _columns(relation).items() if not relation.columns[name].generated}
    return {"type": "object", "properties": given, "additionalProperties": False}


def arguments(taken: tuple[Argument, ...]) -> Document:
    """The object that a function takes."""
    needed = [each.name for each in taken if not each.optional]
    given = {each.name: {**_type(each.type), "x-nullable": True} for each in taken}
    return {
        "type": "object", "properties": given, "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }  # fmt: skip


def _columns(relation: Relation) -> Document:
    return {each.name: _column(relation, each) for each in relation.columns.values()}


def _column(relation: Relation, column: RelationColumn) -> Document:
    notes = []
    if column.name in relation.primary_key:
        notes.append("This is a Primary Key.<pk/>")
    if key := column.references:
        target = f"<fk table='{key.relation}' column='{key.column}'/>"
        notes.append(f"This is a Foreign Key to `{key.relation}.{key.column}`.{target}")
    said = [column.comment or "", "\n".join(["Note:", *notes]) if notes else ""]
    return {
        **_type(column.type),
        **({"enum": [*column.choices, *([None] if column.nullable else [])]} if column.choices else {}),
        **({"x-nullable": True} if column.nullable else {}),
        **({"description": text} if (text := "\n\n".join(filter(None, said))) else {}),
    }  # fmt: skip


def _type(name: str) -> Document:
    """The JSON that the database makes of a type, and takes for it."""
    if name.endswith("[]"):
        return {"type": "array", "format": name, "items": {**_type(name.removesuffix("[]")), "x-nullable": True}}
    if name in FREE:
        return {"format": name}
    if most := WHOLE.get(name):
        return {"type": "integer", "format": name, "minimum": -most, "maximum": most - 1}
    if name.partition("(")[0] in NUMBERS:
        return {"type": "number", "format": name}
    if name == "boolean":
        return {"type": "boolean", "format": name}
    length = LENGTH.fullmatch(name)
    return {"type": "string", "format": name, **({"maxLength": int(length[1])} if length else {})}
