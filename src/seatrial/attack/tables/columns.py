"""Columns that nobody may read, and what they hold: whoever comes upon that has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.doors import Door, try_doors
from seatrial.attack.tried import rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["ACTION", "canaries", "cells"]

ACTION = "read a column that nobody may read"
#: Shorter texts could be anything.
SHORTEST_CANARY = 6


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One for each column that nobody may read, not even in the user's own rows."""
    if relation.is_table and kind.role != scene.tenancy.service_role and scene.seeded(scene.root(relation)):
        yield from try_doors(scene, kind, (_reading(relation, name) for name in _unreadable(scene, relation)))


def canaries(scene: Scene) -> frozenset[str]:
    """Texts that stand in columns that nobody may read, and nowhere else in the rows that were seeded."""
    secret: set[str] = set()
    known: set[str] = set()
    for relation in scene.relations.values():
        if relation.is_table and not relation.is_partition:
            names = {relation.column(name).bare for name in _unreadable(scene, relation)}
            for row in scene.seeded(relation.name):
                for name, value in row.content.items():
                    (secret if name in names else known).update(_texts(value))
    return frozenset(text for text in secret - known if len(text) >= SHORTEST_CANARY)


def _reading(relation: Relation, column: str) -> Door:
    return Door(
        subject=f"{relation.name}.{column}", action=ACTION, rows=True,
        sql=f"SELECT {column} FROM {relation.name}",
        rest=rest("GET", relation, f"?select={relation.column(column).bare}"),
    )  # fmt: skip


def _unreadable(scene: Scene, relation: Relation) -> list[str]:
    names = {relation.name, scene.root(relation)}
    declared = {column for one in scene.tenancy.unreadable if one.table in names for column in one.columns}
    return [column.name for column in relation.columns if {column.name, column.bare} & declared]


def _texts(value: object) -> Iterator[str]:
    """All that is in a value of JSON."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
