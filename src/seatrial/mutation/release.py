"""What a release could be weakened in, read from the catalogs of a database that has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["PACKAGE", "Policy", "Relation", "Release", "Rights", "Routine", "Trigger", "read_release"]

PACKAGE = "seatrial.mutation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role of clients may do with a relation by privilege."""

    #: Whether it reaches the schema.
    schema: bool
    owner: bool
    #: SELECT, INSERT … on the whole.
    whole: frozenset[str]
    #: Columns by SELECT, INSERT, UPDATE.
    columns: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, a view, a sequence …; names are quoted where SQL wants it, but for `bare`."""

    oid: int
    name: str
    bare: str
    schema: str
    #: As in pg_class.
    kind: str
    row_security: bool
    forced: bool
    #: Its owner may bypass row security.
    bypasses: bool
    #: Options of a view.
    invoker: bool
    barrier: bool
    columns: tuple[str, ...]
    rights: Mapping[str, Rights]

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of its own, or its partitions do."""
        return self.kind in {"r", "p"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy; without roles it is for everybody, and an empty condition is none."""

    name: str
    table: str
    permissive: bool
    #: As in pg_policy: r, a, w, d, or * for all.
    command: str
    roles: tuple[str, ...]
    using: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function or a procedure."""

    oid: int
    #: `public.f(uuid, text)`, quoted where SQL wants it.
    name: str
    bare: str
    schema: str
    language: str
    #: Its body is in the SQL standard's form.
    atomic: bool
    source: str
    definition: str
    returns: str
    is_set: bool
    definer: bool
    #: Its owner may bypass row security.
    bypasses: bool
    has_path: bool
    is_trigger: bool
    #: It is not declared to be STABLE or IMMUTABLE, in which the server lets nothing be written.
    may_write: bool
    #: Roles of clients that may execute it.
    callers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger, with its table and its function by name; the function is empty where it is not the project's."""

    name: str
    table: str
    routine: str
    before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All of it; relations and routines by name."""

    relations: Mapping[str, Relation]
    policies: tuple[Policy, ...]
    routines: Mapping[str, Routine]
    triggers: tuple[Trigger, ...]
    #: CHECK constraints of each table.
    checks: Mapping[str, tuple[str, ...]]
    #: Pairs of names: the first needs the second.
    uses: frozenset[tuple[str, str]]


def read_release(connection: Connection, tenancy: Tenancy) -> Release:
    """What there is in a database; no setting of the session stays changed.

    Args:
        connection: of a superuser, at rest or in a transaction.
        tenancy: names the roles of clients, and tables that are looked at whoever owns them.
    """
    parameters = {
        "roles": [role for role in (tenancy.anonymous_role, tenancy.signed_in_role) if role],
        "declared": [*tenancy.tables, *(one.name for one in tenancy.shared)],
    }
    with connection.transaction(force_rollback=True):
        # So every name comes qualified.
        execute(connection, "SET LOCAL search_path = pg_catalog")
        relations = {row["name"]: _relation(row) for row in rows(connection, load(PACKAGE, "relations"), parameters)}
        routines = {row["name"]: _routine(row) for row in rows(connection, load(PACKAGE, "routines"), parameters)}
        policies, triggers, checks, uses = (
            rows(connection, load(PACKAGE, name)) for name in ("policies", "triggers", "checks", "uses")
        )
    tables = {one.oid: name for name, one in relations.items()}
    functions = {one.oid: name for name, one in routines.items()}
    return Release(
        relations=relations,
        policies=tuple(_policy(row, tables[row["relation"]]) for row in policies if row["relation"] in tables),
        routines=routines,
        triggers=tuple(
            Trigger(
                name=row["name"], table=tables[row["relation"]], routine=functions.get(row["routine"], ""),
                before=row["before"],
            )
            for row in triggers if row["relation"] in tables
        ),
        checks={
            table: tuple(row["name"] for row in checks if row["relation"] == oid) for oid, table in tables.items()
        },
        uses=_uses(uses, tables, functions),
    )  # fmt: skip


def _uses(
    found: list[dict[str, Any]], tables: Mapping[int, str], functions: Mapping[int, str]
) -> frozenset[tuple[str, str]]:
    names = {False: tables, True: functions}
    pairs = ((names[row["by_routine"]].get(row["by"]), names[row["on_routine"]].get(row["on"])) for row in found)
    return frozenset((by, on) for by, on in pairs if by and on)


def _relation(row: Mapping[str, Any]) -> Relation:
    rights = {
        role: Rights(
            schema=one["schema"], owner=one["owner"], whole=frozenset(one["whole"]),
            columns={action: frozenset(names) for action, names in one["columns"].items()},
        )
        for role, one in row["rights"].items()
    }  # fmt: skip
    return Relation(**{**row, "columns": tuple(row["columns"]), "rights": rights})


def _policy(row: Mapping[str, Any], table: str) -> Policy:
    facts = {name: row[name] for name in ("name", "permissive", "command", "using", "check")}
    return Policy(table=table, roles=tuple(row["roles"]), **facts)


def _routine(row: Mapping[str, Any]) -> Routine:
    return Routine(**{**row, "callers": frozenset(row["callers"])})
