"""Privileges that clients do not have, given to them one by one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutant
from seatrial.mutation.barriers import TABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.mutation.barriers import Barrier, Barriers, Weakened
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Relation, Release, Rights

__all__ = ["more_privileges"]

#: By kind of relation; through a view, what is not reading is left to its tables.
GRANTED = {"r": TABLE, "p": TABLE, "f": TABLE[:-1], "v": ("SELECT",), "m": ("SELECT",), "S": ("UPDATE",)}


def more_privileges(release: Release, tenancy: Tenancy, reach: Reach, barriers: Barriers) -> Iterator[Weakened]:
    """Each privilege that a role of clients lacks, on relations, columns and sequences, and in closed schemas."""
    for relation in release.relations.values():
        touched = reach.of_privilege(relation.name)
        for role, rights in relation.rights.items():
            for privilege, sql in _lacking(relation, rights, role, tenancy):
                subject = f"privileges of {role} on {relation.name}"
                mutant = Mutant(
                    sort="privilege", subject=subject, change=f"{privilege} is granted", sql=sql, reach=touched
                )
                but = (privilege.split()[0].partition("(")[0], relation.name)
                yield mutant, partial(_around, barriers, touched, but)


def _around(barriers: Barriers, touched: frozenset[str], but: tuple[str, str]) -> Iterator[Barrier]:
    first, *others = barriers.around(touched, privileges=False, policies=True) or (None,)
    yield from (one for one in (first, barriers.privileges(touched, but=but), *others) if one)


def _lacking(relation: Relation, rights: Rights, role: str, tenancy: Tenancy) -> Iterator[tuple[str, str]]:
    """Names of privileges, and the statements that grant them."""
    if rights.owner:
        return
    to = f'TO "{role}"'
    sort = "SEQUENCE" if relation.kind == "S" else "TABLE"
    for privilege in GRANTED[relation.kind]:
        if privilege not in rights.whole:
            yield privilege, f"GRANT {privilege} ON {sort} {relation.name} {to}"
    for privilege in ("SELECT", "INSERT", "UPDATE"):
        for column in _further(relation, rights, privilege, _named(tenancy, relation, role, privilege)):
            yield f"{privilege} ({column})", f"GRANT {privilege} ({column}) ON TABLE {relation.name} {to}"
    if not rights.schema and "SELECT" in GRANTED[relation.kind]:
        yield (
            f"SELECT with USAGE of schema {relation.schema}",
            f"GRANT USAGE ON SCHEMA {relation.schema} {to}; GRANT SELECT ON TABLE {relation.name} {to}",
        )


def _further(relation: Relation, rights: Rights, privilege: str, named: Collection[str]) -> Iterator[str]:
    """Columns to grant one by one: the named ones, and where some were granted so, all others."""
    granted = rights.columns.get(privilege, frozenset())
    yield from (one for one in relation.columns if one not in granted and (granted or one in named))


def _named(tenancy: Tenancy, relation: Relation, role: str, privilege: str) -> Collection[str]:
    """Columns of which the tenancy says something that a privilege could undo."""
    rule = tenancy.tables.get(relation.name)
    if privilege == "SELECT":
        return {column for one in tenancy.unreadable if one.table == relation.name for column in one.columns}
    limited = rule and (rule.insert_columns if privilege == "INSERT" else rule.update_columns)
    return relation.columns if limited and role == tenancy.signed_in_role else ()
