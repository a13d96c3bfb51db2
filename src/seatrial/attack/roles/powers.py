"""What a role of the database may do beside reading and writing rows: row security has no say in any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.doors import Door, once_for_each_role, try_doors, was_open
from seatrial.attack.roles import files, sequences
from seatrial.attack.roles.surroundings import read_surroundings
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.roles.surroundings import Role, Schema
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["cells"]

#: Owners of the platform's tables.
OF_PLATFORM = ("supabase_", "seatrial_platform_tables")
#: What is made to see whether it may be made.
PROBE = "seatrial_probe"
TRACE_OF_RIGHTS = (
    "SELECT relacl, (SELECT array_agg(attacl::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid) "
    "FROM pg_class c WHERE oid = {oid}"
)
#: `cannot truncate a table referenced in a foreign key constraint` comes after the question for the privilege.
REFERENCED = frozenset({"0A000"})
#: Nothing that a foreign key could point to: the key is deferrable, or there is none.
NOT_A_KEY = frozenset({"42830", "55000"})


def cells(scene: Scene, kind: Kind, reach: frozenset[str] = frozenset()) -> Iterator[Cell]:
    """Attempts of one kind on other roles, schemas, sequences, large objects, the server's files, and all tables.

    Args:
        scene: what is attacked.
        kind: who.
        reach: subjects; all of them where none is named.
    """
    if kind.role != scene.tenancy.service_role:
        doors = (door for door in _doors(scene, kind.role) if not reach or door.subject in reach)
        found = (
            cell for door in doors for cell in try_doors(scene, kind, [door]) if not _is_given(scene, kind, door, cell)
        )
        yield from once_for_each_role(scene, kind, f"powers {sorted(reach)}", found)


def _is_given(scene: Scene, kind: Kind, door: Door, cell: Cell) -> bool:
    """What the platform leaves open on its own tables is its own matter; only what the release opens there is not."""
    relation = scene.relations.get(door.subject)
    if cell.observed is not Observed.ALLOWED or relation is None or not relation.owner.startswith(OF_PLATFORM):
        return False
    return scene.before is None or was_open(scene.before, kind, door)


def _doors(scene: Scene, role: str) -> Iterator[Door]:
    """Cheap ones first."""
    around = read_surroundings(scene)
    yield from _other_roles(scene, role, around.roles)
    yield from (_make_in(schema) for schema in around.schemas)
    yield from sequences.doors(scene.tenancy, role, around.sequences)
    yield from files.doors(around.large_objects)
    place = _place_for_a_table(role, around.schemas)
    for relation in scene.relations.values():
        if relation.is_table:
            yield from _of_table(relation, role, place)


def _other_roles(scene: Scene, role: str, roles: tuple[Role, ...]) -> Iterator[Door]:
    """Membership reaches through other roles; so whatever can be reached is reached with one step."""
    owners = {one.owner for one in scene.relations.values()}
    important = {scene.tenancy.service_role, scene.tenancy.signed_in_role, *owners}
    for other in roles:
        if other.bare != role:
            yield Door(
                subject=f"role {other.name}", action="become another role", sql=f"SET LOCAL ROLE {other.name}",
                alone=True, why=other.why, only_open=other.bare not in important,
            )  # fmt: skip


def _make_in(schema: Schema) -> Door:
    return Door(
        subject=f"schema {schema.name}", action="create objects in the schema",
        sql=f"CREATE TABLE {schema.name}.{PROBE} ()",
    )  # fmt: skip


def _of_table(relation: Relation, role: str, place: str) -> Iterator[Door]:
    name = relation.name
    yield Door(subject=name, action="empty the table", sql=f"TRUNCATE {name}", behind=REFERENCED)
    yield Door(
        subject=name, action="attach a trigger",
        sql=f"CREATE TRIGGER {PROBE} BEFORE UPDATE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    )  # fmt: skip
    yield Door(
        subject=name, action="switch row security off", sql=f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",
        why="the role is its owner",
    )  # fmt: skip
    yield from _pass_on(relation, role)
    if relation.key:
        yield _refer(relation, place)


def _pass_on(relation: Relation, role: str) -> Iterator[Door]:
    """With only a warning, nothing was granted; so the access list is looked at."""
    rights = relation.rights.get(role)
    parts = {"pass rights on": ""}
    if rights and any(rights.columns[action] and action not in rights.table for action in rights.columns):
        # Held for single columns only.
        parts["pass rights to columns on"] = f"({', '.join(column.name for column in relation.columns)}) "
    for action, part in parts.items():
        yield Door(
            subject=relation.name, action=action, sql=f"GRANT ALL {part}ON {relation.name} TO PUBLIC",
            trace=TRACE_OF_RIGHTS.format(oid=relation.oid),
        )  # fmt: skip


def _refer(relation: Relation, place: str) -> Door:
    """Whoever may refer to a table learns which keys it holds, and keeps its rows from being deleted."""
    columns = ", ".join(f"c{number} {relation.column(key).type}" for number, key in enumerate(relation.key))
    own = ", ".join(f"c{number}" for number in range(len(relation.key)))
    return Door(
        subject=relation.name, action="refer to the table", none_there=NOT_A_KEY,
        sql=f"CREATE TABLE {place}.{PROBE} ({columns}, FOREIGN KEY ({own}) "
        f"REFERENCES {relation.name} ({', '.join(relation.key)}))",
    )  # fmt: skip


def _place_for_a_table(role: str, schemas: tuple[Schema, ...]) -> str:
    """A schema in which the role may make one; any, where there is none and so nothing can refer to anything."""
    best = sorted(schemas, key=lambda schema: (role in schema.makers, schema.in_use), reverse=True)
    return best[0].name if best else "public"
