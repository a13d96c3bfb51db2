"""Sequences: they know no row security, and what was done to one outlives a rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.doors import Door
from seatrial.model.tenancy import ANYONE, NOBODY
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.roles.surroundings import Sequence
    from seatrial.model.tenancy import Tenancy

__all__ = ["doors"]


def doors(tenancy: Tenancy, role: str, sequences: tuple[Sequence, ...]) -> Iterator[Door]:
    """What a role must not do with each sequence.

    Nobody has to set one. To draw a number, or to read the last one, tells how many rows others have made; but whoever
    may insert into the table learns that from a row of their own, and needs the sequence for it where its default draws
    from it, so nothing is said of them. A sequence that belongs to no table has no such reason.
    """
    for one in sequences:
        name = literal(one.name)
        yield Door(
            subject=one.name, action="set the sequence",
            # To where it stands: no rollback undoes it.
            sql=f"SELECT setval({name}, {one.last}, {str(one.called).lower()})",
        )  # fmt: skip
        if not _inserts(tenancy, role, one.table):
            yield Door(subject=one.name, action="draw from the sequence", sql=f"SELECT nextval({name})")
            yield Door(subject=one.name, action="read the sequence", sql=f"SELECT last_value FROM {one.name}")


def _inserts(tenancy: Tenancy, role: str, table: str) -> bool:
    """Whether somebody with that role may insert, as declared."""
    rule = tenancy.tables.get(table)
    if rule is None:
        return False
    signed_in = rule.insert not in {NOBODY, ANYONE} or "insert" in rule.super_administrator
    return rule.insert == ANYONE or (role == tenancy.signed_in_role and signed_in)
