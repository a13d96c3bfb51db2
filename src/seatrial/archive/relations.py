"""Reads what tables there are, in use and in the archive, and what refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.archive.read import PACKAGE
from seatrial.archive.whose import Relation
from seatrial.model.archive import PREFIX, Contents
from seatrial.model.archiving import Standing, attached_sql, bare, split_name
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.sql.attached import ForeignKey, foreign_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.archiving import Found, Name
    from seatrial.pg.connection import Connection

__all__ = ["read_keys", "read_relations"]


def read_relations(
    connection: Connection, found: Sequence[Found]
) -> tuple[tuple[Relation, ...], tuple[Name, ...]]:  # fmt: skip
    """Tables in use, and those of the archive as its entries say; and tables of the archive that no entry speaks of.

    Args:
        connection: with an empty search path, so that every type is named with its schema.
        found: the entries; those that are not what the list says are left out.
    """
    listed = {place: (one, words) for one in found for place, words in _places(one)}
    relations, unlisted = [], []
    for row in rows(connection, load(PACKAGE, "relations")):
        name = (row["schema"], row["name"])
        if name[0].startswith(PREFIX) and name not in listed:
            unlisted.append(name)
        elif name not in listed or listed[name][0].standing is not Standing.FOREIGN:
            relations.append(_relation(name, row, listed))
    return tuple(relations), tuple(unlisted)


def read_keys(connection: Connection, found: Sequence[Found]) -> Iterator[ForeignKey]:
    """Foreign keys by the names that tables have, or had, in use: those that are there, and those taken off."""
    objects = {place: name for one in found for place, _ in _places(one) if (name := split_name(one.entry.object))}
    for row in rows(connection, load(PACKAGE, "links")):
        child, parent = (row["child_schema"], row["child"]), (row["parent_schema"], row["parent"])
        yield ForeignKey(
            child=objects.get(child, child), columns=tuple(row["columns"]), parent=objects.get(parent, parent),
            parent_columns=tuple(row["parent_columns"]),
        )  # fmt: skip
    for one in found:
        for statement in attached_sql(one.entry):
            yield from foreign_keys(statement)


def _places(one: Found) -> Iterator[tuple[Name, str]]:
    """Each table of an entry, with what is in it."""
    pairs = ((one.entry.place, ", as they were"), (one.entry.became, ", as they became"))
    for text, words in pairs:
        if name := split_name(text):
            yield name, f"{one.what}{words}" if one.entry.contents is Contents.ROWS else one.what


def _relation(name: Name, row: Mapping[str, Any], listed: Mapping[Name, tuple[Found, str]]) -> Relation:
    columns, primary = dict(row["columns"]), "".join(row["primary_key"])
    if name not in listed:
        return Relation(object=name, place=name, columns=columns, primary=primary)
    one, what = listed[name]
    copied = one.entry.contents is Contents.COLUMNS
    key = tuple(bare(str(column)) for column in one.entry.details.get("key", ())) if copied else ()
    return Relation(
        object=split_name(one.entry.object) or name, place=name, columns=columns, primary=primary, key=key,
        entry=one.entry.id, what=what,
    )  # fmt: skip
