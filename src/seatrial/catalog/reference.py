"""Reads a schema as a person looks it up; what the platform and extensions bring is left out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from seatrial.model.reference import (
    ColumnPrivilege,
    Reference,
    ReferenceColumn,
    ReferenceConstraint,
    ReferenceFunction,
    ReferenceIndex,
    ReferenceKey,
    ReferencePolicy,
    ReferenceTable,
    ReferenceTrigger,
)
from seatrial.pg.connection import rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.pg.connection import Connection

__all__ = ["read_reference"]

PACKAGE = "seatrial.catalog"
PARTS = ("columns", "constraints", "indexes", "policies", "triggers", "privileges")

_Row = dict[str, Any]


def read_reference(connection: Connection) -> Reference:
    """The project's tables, views and functions by name; nothing is written, no setting stays changed.

    Args:
        connection: idle, or in a transaction that has not failed.
    """
    # Rolling back gives the caller's settings back, whatever they were.
    with translated(connection), connection.transaction(force_rollback=True):
        rows(connection, load(PACKAGE, "settings"))
        tables, functions = _found(connection, "tables"), _found(connection, "functions")
        parts = {name: _by_relation(_found(connection, name)) for name in PARTS}
    return Reference(
        tables=tuple(_table(row, {name: found[row["oid"]] for name, found in parts.items()}) for row in tables),
        functions=tuple(ReferenceFunction(**row | {"callers": tuple(row["callers"])}) for row in functions),
    )


def _found(connection: Connection, name: str) -> list[_Row]:
    return rows(connection, load(PACKAGE, "reference_scope") + load(PACKAGE, f"reference_{name}"))


def _by_relation(found: Sequence[_Row]) -> defaultdict[int, list[_Row]]:
    grouped: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in found:
        grouped[row.pop("relation")].append(row)
    return grouped


def _table(row: _Row, parts: dict[str, list[_Row]]) -> ReferenceTable:
    facts = {name: value for name, value in row.items() if name != "oid"}
    keys = [one for one in parts["constraints"] if one["foreign_key"]]
    others = [one for one in parts["constraints"] if not one["foreign_key"]]
    return ReferenceTable(
        **facts | {"primary_key": tuple(row["primary_key"])},
        columns=tuple(ReferenceColumn(**one) for one in parts["columns"]),
        foreign_keys=tuple(map(_key, keys)),
        constraints=tuple(
            ReferenceConstraint(name=one["name"], definition=one["definition"], comment=one["comment"])
            for one in others
        ),
        indexes=tuple(ReferenceIndex(**one) for one in parts["indexes"]),
        policies=tuple(ReferencePolicy(**one | {"roles": tuple(one["roles"])}) for one in parts["policies"]),
        triggers=tuple(ReferenceTrigger(**one) for one in parts["triggers"]),
        privileges=_privileges(parts["privileges"]),
        column_privileges=_column_privileges(parts["privileges"]),
    )


def _key(row: _Row) -> ReferenceKey:
    return ReferenceKey(
        name=row["name"], columns=tuple(row["columns"]), parent=row["parent"],
        parent_columns=tuple(row["parent_columns"]),
    )  # fmt: skip


def _privileges(found: Sequence[_Row]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    roles: defaultdict[str, list[str]] = defaultdict(list)
    for row in found:
        if not row["column"]:
            roles[row["role"]].append(row["privilege"])
    return tuple((role, tuple(privileges)) for role, privileges in roles.items())


def _column_privileges(found: Sequence[_Row]) -> tuple[ColumnPrivilege, ...]:
    columns: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in found:
        if row["column"]:
            columns[row["role"], row["privilege"]].append(row["column"])
    return tuple(
        ColumnPrivilege(role=role, privilege=privilege, columns=tuple(names))
        for (role, privilege), names in columns.items()
    )
