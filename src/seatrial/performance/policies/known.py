"""Policies and the functions that they call, as the server knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.sql.policy_condition import mentioned
from seatrial.sql.written import written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.expression import Call, Expression
    from seatrial.pg.connection import Connection

__all__ = ["Function", "Policy", "Secured", "bare", "functions_of", "secured"]

PACKAGE = "seatrial.performance.policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function; of an overloaded name there are several."""

    name: str
    signature: str
    builtin: bool
    #: `v`, `s` or `i`.
    volatility: str
    parallel_safe: bool
    leakproof: bool
    returns_set: bool
    returns: str
    owner: int
    #: As SQL.
    owned_by: str
    #: Whether no row security applies to its owner.
    owner_above: bool
    definer: bool
    #: Empty for those of PostgreSQL itself.
    source: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that a role is under; names as they are, and as SQL."""

    schema: str
    table_name: str
    quoted: str
    #: What plans call the table: itself, or its partitions.
    read_as: tuple[str, ...]
    name: str
    quoted_name: str
    permissive: bool
    using: str
    check: str
    #: As SQL; none: everybody.
    roles: tuple[str, ...]
    #: Of the table, by number.
    owner: int
    #: Roles that the default privileges let call any new function, as SQL.
    opened: tuple[str, ...]
    #: Names that a function which is made cannot have.
    taken: tuple[str, ...]
    #: What its condition mentions; None where it cannot be read.
    expression: Expression | None

    @property
    def table(self) -> str:
        """`public.notes`."""
        return f"{self.schema}.{self.table_name}"

    @property
    def calls(self) -> tuple[Call, ...]:
        """What its condition calls."""
        return self.expression.calls if self.expression else ()

    def altered(self, using: str, check: str = "") -> str:
        """ALTER POLICY that gives it other conditions."""
        checked = f" WITH CHECK ({check})" if check and check != self.check else ""
        return f"ALTER POLICY {self.quoted_name} ON {self.quoted} USING ({using}){checked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """The tables of a plan that are under row security for a role."""

    tables: tuple[str, ...]
    policies: tuple[Policy, ...]


def secured(connection: Connection, tables: Collection[str], role: str, *, writes: bool) -> Secured:
    """What a role is under that reads these tables.

    Args:
        connection: in a transaction.
        tables: as plans name them: `public.notes`.
        role: who reads.
        writes: whether the policies for changes count, too.
    """
    commands = ["*", "r", *("awd" if writes else "")]
    # So that every name is written with its schema, whatever the path.
    execute(connection, "SET LOCAL search_path = ''")
    found = rows(connection, load(PACKAGE, "policies"), {"tables": list(tables), "role": role, "commands": commands})
    execute(connection, "SET LOCAL search_path TO DEFAULT")
    return Secured(
        tables=tuple(dict.fromkeys(f"{row['schema']}.{row['table_name']}" for row in found)),
        policies=tuple(
            Policy(**{**row, "read_as": tuple(row["read_as"]), "roles": tuple(row["roles"] or ()),
                      "opened": tuple(row["opened"]), "taken": tuple(row["taken"])},
                   expression=mentioned(row["using"], row["table_name"]))
            for row in found if row["name"] is not None
        ),
    )  # fmt: skip


def bare(connection: Connection, tables: Collection[str]) -> tuple[str, ...]:
    """Statements after which no policy of these tables applies; all else stays as it is."""
    found = rows(connection, load(PACKAGE, "bare"), {"tables": list(tables)})
    return tuple(row["statement"] for row in found)


def functions_of(connection: Connection, policies: Collection[Policy]) -> Mapping[str, tuple[Function, ...]]:
    """The functions that policies call, and those that these call, by name."""
    found = _named(connection, {call.name for policy in policies for call in policy.calls})
    inside = {name for made in found.values() for one in made for name in written(one.definition).calls}
    return {**_named(connection, inside), **found}


def _named(connection: Connection, names: Collection[str]) -> dict[str, tuple[Function, ...]]:
    found: dict[str, tuple[Function, ...]] = {}
    execute(connection, "SET LOCAL search_path = ''")
    for row in rows(connection, load(PACKAGE, "functions"), {"names": sorted(names)}):
        found[row["name"]] = (*found.get(row["name"], ()), Function(**row))
    execute(connection, "SET LOCAL search_path TO DEFAULT")
    return found
