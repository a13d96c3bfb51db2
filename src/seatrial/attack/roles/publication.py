"""Tables whose changes are sent to clients: who hears of rows that they may not read, by what the catalog says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind

__all__ = ["cells"]

MEMORY = "published"


def cells(scene: Scene, kind: Kind) -> Iterator[Cell]:
    """Two for each table in the platform's publication that has rows which are hidden from the kind.

    Nothing is decoded here: who would send it is not there. The sender asks for the privilege to read, and for row
    security where it is on; but a deleted row is there no more to be asked for, and what is sent of it is its key, or
    all of it with REPLICA IDENTITY FULL.
    """
    if kind.role == scene.tenancy.service_role:
        return
    for relation in scene.relations.values():
        if relation.oid in _published(scene) and hidden(scene, kind, scene.root(relation)):
            yield from _of_table(kind, relation, whole_rows=_published(scene)[relation.oid])


def _of_table(kind: Kind, relation: Relation, *, whole_rows: bool) -> Iterator[Cell]:
    rights = relation.rights.get(kind.role)
    reads = bool(rights and rights.schema and rights.columns["SELECT"])
    yield _cell(
        kind, relation, "receive changes of hidden rows", is_open=reads and not relation.row_security,
        detail=f"row security is {'on' if relation.row_security else 'off'}",
    )  # fmt: skip
    yield _cell(
        kind, relation, "receive what hidden rows held", is_open=reads and whole_rows,
        detail="whole old rows are sent (REPLICA IDENTITY FULL)" if whole_rows else "of old rows only the key is sent",
    )  # fmt: skip


def _cell(kind: Kind, relation: Relation, action: str, *, is_open: bool, detail: str) -> Cell:
    return Cell(
        kind=kind.name, subject=relation.name, action=action, expected=Observed.BLOCKED,
        observed=Observed.ALLOWED if is_open else Observed.BLOCKED, detail=f"by the catalog: {detail}",
        request=Request(
            sql="SELECT relrowsecurity, relreplident FROM pg_class WHERE oid = "
            f"{literal(relation.name)}::regclass"
        ),
    )  # fmt: skip


def _published(scene: Scene) -> dict[int, bool]:
    """Whether whole old rows are sent, by oid."""
    if MEMORY not in scene.memory:
        scene.session.renew()
        found = rows(scene.session.connection, load("seatrial.attack", "published"))
        scene.memory[MEMORY] = {row["oid"]: row["whole_rows"] for row in found}
    published: dict[int, bool] = scene.memory[MEMORY]
    return published
