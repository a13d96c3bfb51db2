"""Tries the rewrite of a policy: what it is worth, and whether every sender gets the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.performance import PolicyFault
from seatrial.performance.policies.same_rows import difference
from seatrial.performance.policies.sides import AS_IT_IS, Measured, Side, side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.performance import Call
    from seatrial.performance.policies.suspicion import Suspicion
    from seatrial.pg.connection import Connection

__all__ = ["as_sql", "tried"]


def tried(connection: Connection, call: Call, found: Suspicion, *, time_limit: float) -> PolicyFault:
    """The fault with the measured effect of its rewrite; nothing of it stays.

    Args:
        connection: of a superuser, idle.
        call: that showed the fault.
        found: the fault.
        time_limit: seconds for each run.
    """
    notes = [found.note] if found.note else []
    before, after = _measured(connection, call, found, notes, time_limit)
    if before.run is None:
        notes.append(f"the query as it is does not end within {time_limit:g} s")
    if after and after.run is None:
        notes.append(f"the rewritten one does not end within {time_limit:g} s")
    if after and before.run and after.run and (said := difference(connection, call, found, time_limit=time_limit)):
        notes.append(said)
    return PolicyFault(
        kind=found.kind, policy=found.policy.name, table=found.policy.table, code=found.code, what=found.what,
        rewrite=as_sql(found.rewrite),
        milliseconds=before.milliseconds, rewritten=after.milliseconds if after else None, note="; ".join(notes),
    )  # fmt: skip


def as_sql(rewrite: Sequence[str]) -> str:
    """Its statements as one text."""
    return "".join(f"{statement};\n" for statement in rewrite).rstrip()


def _measured(
    connection: Connection, call: Call, found: Suspicion, notes: list[str], time_limit: float
) -> tuple[Measured, Measured | None]:
    sides = [AS_IT_IS, Side(changes=found.rewrite, query=found.query)]
    if found.rewrite:
        try:
            before, after = side_by_side(connection, call, sides, time_limit=time_limit)
        except StatementFailed as error:
            notes.append(f"the rewrite could not be tried: {error.what}")
        else:
            return before, after
    return side_by_side(connection, call, sides[:1], time_limit=time_limit)[0], None
