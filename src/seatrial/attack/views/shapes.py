"""What stands behind a view, and what may be written through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.hidden import remembered
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.tenancy import Action

__all__ = ["Shape", "shape_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Of a view, a materialized view, or a table with rules."""

    #: Tables at the bottom of it.
    tables: tuple[str, ...] = ()
    #: Materialized views that it is built on, or is; those that others are made of come first.
    materialized: tuple[str, ...] = ()
    #: Rules or INSTEAD OF triggers do the writing, anywhere.
    diverted: bool = False
    verbs: tuple[Action, ...] = ()
    #: Those that an UPDATE may name.
    columns: tuple[str, ...] = ()

    @property
    def fresh(self) -> list[str]:
        """Statements after which it shows the rows as they are."""
        return [f"REFRESH MATERIALIZED VIEW {name}" for name in self.materialized]


def shape_of(scene: Scene, relation: Relation) -> Shape:
    """Of one relation; an empty one for what is neither a view nor has rules."""
    return remembered(scene, "shapes", lambda: _read(scene)).get(relation.name, Shape())


def _read(scene: Scene) -> Mapping[str, Shape]:
    scene.session.renew()
    found = rows(scene.session.connection, load("seatrial.attack", "shapes"))
    return {
        row["name"]: Shape(
            tables=tuple(row["tables"]), materialized=tuple(row["materialized"]), diverted=row["diverted"],
            verbs=tuple(row["verbs"]), columns=tuple(row["columns"]),
        )
        for row in found
    }  # fmt: skip
