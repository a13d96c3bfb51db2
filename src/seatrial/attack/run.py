"""The whole attack: every kind of user, on everything that there is to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack import adding, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["attack"]

#: What is tried on tables.
ON_TABLES = (reading.cells, writing.cells, adding.cells)


def attack(scene: Scene, kinds: tuple[Kind, ...], reach: frozenset[str] = frozenset()) -> Iterator[Cell]:
    """One cell after the other; nothing is kept in the database.

    Args:
        scene: to be attacked.
        kinds: those of its world who attack now.
        reach: relations and functions; everything where none is named.
    """
    for kind in kinds:
        if kind.role == scene.tenancy.service_role:
            continue
        for relation in scene.relations.values():
            if not reach or relation.name in reach:
                yield from _on(scene, kind, relation)


def _on(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    if relation.is_table:
        for probe in ON_TABLES:
            yield from probe(scene, kind, relation)
