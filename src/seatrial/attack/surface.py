"""What users could reach: relations with their columns and keys, and the privileges of the roles of clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Column", "ForeignKey", "Relation", "Rights", "Unique", "client_roles", "read_relations"]

PACKAGE = "seatrial.attack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Of a relation; the name is quoted where SQL wants it, `bare` is as JSON has it."""

    name: str
    bare: str
    type: str
    not_null: bool
    generated: bool
    #: `a` for GENERATED ALWAYS AS IDENTITY, `d` for BY DEFAULT.
    identity: str
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """A key or an exclusion constraint: what tells that another row is there."""

    name: str
    columns: tuple[str, ...]
    exclusion: bool
    primary: bool
    partial: bool
    #: Over expressions, so the columns are not all of it.
    expressions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """To a parent, which may be the same table; column by column."""

    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    #: `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default.
    on_delete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role may do by privilege; row security is another matter."""

    #: Whether it reaches the schema.
    schema: bool
    #: It is the owner, or may become it.
    owner: bool
    #: SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER on the whole.
    table: frozenset[str]
    #: Columns by SELECT, INSERT, UPDATE; all of them where the table's privilege says so.
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, a partition, a view, a materialized view or a foreign table; names are quoted where SQL wants it."""

    oid: int
    name: str
    #: As in pg_class: r, p, v, m, f.
    kind: str
    is_partition: bool
    #: The topmost table of a partition, by oid; nought elsewhere.
    root: int
    row_security: bool
    forced: bool
    owner: str
    has_triggers: bool
    columns: tuple[Column, ...]
    #: What tells its rows apart; empty where nothing does.
    key: tuple[str, ...]
    uniques: tuple[Unique, ...]
    foreign_keys: tuple[ForeignKey, ...]
    #: By role of clients.
    rights: Mapping[str, Rights]

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of its own, or its partitions do."""
        return self.kind in {"r", "p"}

    def column(self, name: str) -> Column:
        """By its quoted name."""
        return next(one for one in self.columns if one.name == name)


def client_roles(tenancy: Tenancy) -> tuple[str, ...]:
    """Roles of the database that requests run as, those of the service aside."""
    return tuple(role for role in (tenancy.anonymous_role, tenancy.signed_in_role) if role)


def read_relations(
    connection: Connection, tenancy: Tenancy, only: Collection[str] | None = None
) -> dict[str, Relation]:
    """By name, in its order.

    Args:
        connection: of a superuser, at rest or in a transaction.
        tenancy: names the roles of clients, and tables that are looked at whoever owns them.
        only: of these relations; of all by default.
    """
    found = rows(
        connection,
        load(PACKAGE, "relations"),
        {
            "roles": list(client_roles(tenancy)),
            "declared": [*tenancy.tables, *(one.name for one in tenancy.shared)],
            "only": None if only is None else list(only),
        },
    )
    return {row["name"]: _relation(row) for row in found}


def _relation(row: Mapping[str, Any]) -> Relation:
    parts = {
        "columns": tuple(Column(**one) for one in row["columns"]),
        "key": tuple(row["key"]),
        "uniques": tuple(Unique(**{**one, "columns": tuple(one["columns"])}) for one in row["uniques"]),
        "foreign_keys": tuple(
            ForeignKey(**{**one, "columns": tuple(one["columns"]), "parent_columns": tuple(one["parent_columns"])})
            for one in row["foreign_keys"]
        ),
        "rights": {role: _rights(one) for role, one in row["rights"].items()},
    }
    return Relation(**{**row, **parts})


def _rights(found: Mapping[str, Any]) -> Rights:
    return Rights(
        schema=found["schema"],
        owner=found["owner"],
        table=frozenset(found["table"]),
        columns={action: tuple(found[action]) for action in ("SELECT", "INSERT", "UPDATE")},
    )
