"""What lies beside relations and functions: schemas, roles, sequences and large objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.surface import client_roles
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.attack.scene import Scene

__all__ = ["Role", "Schema", "Sequence", "Surroundings", "read_surroundings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Named as SQL wants it."""

    name: str
    #: Relations that are attacked are in it.
    in_use: bool
    #: Roles of clients that may create something in it.
    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One that is worth becoming."""

    name: str
    bare: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Where it stands, and the table that draws its numbers from it; empty where none does."""

    name: str
    table: str
    last: int
    called: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All of it."""

    schemas: tuple[Schema, ...]
    roles: tuple[Role, ...]
    sequences: tuple[Sequence, ...]
    #: A few of them, by oid.
    large_objects: tuple[int, ...]


def read_surroundings(scene: Scene) -> Surroundings:
    """Ask a scene's database as a superuser."""
    scene.session.renew()
    [found] = rows(
        scene.session.connection,
        load("seatrial.attack", "surroundings"),
        {
            "roles": list(client_roles(scene.tenancy)),
            "relations": [one.oid for one in scene.relations.values()],
            "service": scene.tenancy.service_role,
            "signed_in": scene.tenancy.signed_in_role,
        },
    )
    return Surroundings(
        schemas=tuple(Schema(**{**one, "makers": tuple(one["makers"])}) for one in found["schemas"]),
        roles=tuple(Role(**one) for one in found["roles"]),
        sequences=tuple(Sequence(**one) for one in found["sequences"]),
        large_objects=tuple(found["large_objects"]),
    )
