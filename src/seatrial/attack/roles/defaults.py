"""What is made tomorrow: whom the default privileges of a release let at tables, sequences and functions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.attack.doors import Door, once_for_each_role, try_doors, was_open
from seatrial.attack.roles.surroundings import read_surroundings
from seatrial.attack.session import LOUD
from seatrial.errors import StatementFailed
from seatrial.model.isolation import Observed
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell, Kind
    from seatrial.pg.connection import Connection

__all__ = ["cells_of_defaults"]

NAME = "seatrial_tomorrow"
#: What the owner makes, with its one row, and what is tried on it, by action.
MADE = {
    "CREATE TABLE {name} (id integer, note text)": {
        "read a table made tomorrow": "SELECT note FROM {name}",
        "insert into a table made tomorrow": "INSERT INTO {name} VALUES (2, 'x')",
        "change a table made tomorrow": "UPDATE {name} SET note = 'x'",
        "delete from a table made tomorrow": "DELETE FROM {name}",
        "empty a table made tomorrow": "TRUNCATE {name}",
    },
    "CREATE SEQUENCE {name}": {"set a sequence made tomorrow": "SELECT setval({literal}, 1)"},
    "CREATE FUNCTION {name}() RETURNS integer LANGUAGE sql RETURN 1": {
        "call a function made tomorrow": "SELECT {name}()"
    },
}


def cells_of_defaults(scene: Scene, kind: Kind, before: Connection | None) -> Iterator[Cell]:
    """Attempts of one kind on what the owner of the release's tables makes in each of its schemas.

    What was open before the release is the platform's, and nothing is said of it.

    Args:
        scene: what is attacked.
        kind: who.
        before: of a superuser, idle and in autocommit mode, to the database as it was before the release; None where
            nobody knows how it was, so that nothing is said of what is open.
    """
    if kind.role != scene.tenancy.service_role:
        yield from once_for_each_role(scene, kind, "defaults", _cells(scene, kind, before))


def _cells(scene: Scene, kind: Kind, before: Connection | None) -> Iterator[Cell]:
    maker = _maker(scene)
    for schema in read_surroundings(scene).schemas:
        for door in _doors(schema.name, maker) if schema.in_use else ():
            yield from _compared(scene, kind, before, door)


def _compared(scene: Scene, kind: Kind, before: Connection | None, door: Door) -> Iterator[Cell]:
    try:
        [cell] = try_doors(scene, kind, [door])
    except StatementFailed:
        # The owner of the tables makes none there.
        return
    if cell.observed is not Observed.ALLOWED or not (
        before is None or was_open(before, kind, door, prepared=_schema(door))
    ):
        yield cell


def _schema(door: Door) -> list[str]:
    """Whoever cannot reach a schema learns nothing of the privileges in it; and the release may have made it."""
    return [
        LOUD,
        f"CREATE SCHEMA IF NOT EXISTS {door.subject.removeprefix('schema ')}",
        f"GRANT USAGE ON SCHEMA {door.subject.removeprefix('schema ')} TO PUBLIC",
    ]


def _doors(schema: str, maker: str) -> Iterator[Door]:
    name = f"{schema}.{NAME}"
    for make, attempts in MADE.items():
        making = (
            # Event triggers of the release are to have their say.
            LOUD,
            f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {maker}",
            f"SET LOCAL ROLE {maker}",
            make.format(name=name),
            "SET LOCAL ROLE NONE",
            *([f"INSERT INTO {name} VALUES (1, 'x')"] if "TABLE" in make else []),
        )
        for action, sql in attempts.items():
            yield Door(
                subject=f"schema {schema}", action=action, sql=sql.format(name=name, literal=literal(name)),
                before=making, rows=not sql.startswith("TRUNCATE"), why="by the default privileges of the release",
            )  # fmt: skip


def _maker(scene: Scene) -> str:
    """Who owns most tables, quoted."""
    owners = Counter(relation.owner for relation in scene.relations.values() if relation.is_table)
    owner = owners.most_common(1)[0][0] if owners else "postgres"
    return '"' + owner.replace('"', '""') + '"'
