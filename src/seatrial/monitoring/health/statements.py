"""Which statements read the tables that are read as a whole: as shapes, without values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.health import Soundness
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.health import Ailment, Examined
    from seatrial.pg.connection import Connection

__all__ = ["with_statements"]

PACKAGE = "seatrial.monitoring.health"
CHECK = "sequential-scans"
#: Of each table; longer ones nobody reads.
MOST, LONGEST = 3, 1000
#: The first server that plans a statement without its values.
GENERIC_PLAN = 160000


def with_statements(connection: Connection, found: Examined) -> Examined:
    """The same, with the statements that name the tables, where that is the question and the server keeps them."""
    if found.check != CHECK or found.soundness is not Soundness.AILING:
        return found
    try:
        shapes = _shapes(connection, [one.object for one in found.ailments])
    except StatementFailed as problem:
        shapes = f"pg_stat_statements cannot be read: {problem.what}."
    if isinstance(shapes, str):
        return replace(found, remark=f"{found.remark} {shapes}")
    plans = connection.info.server_version >= GENERIC_PLAN
    return replace(found, ailments=tuple(_told(one, shapes.get(one.object, ()), plans=plans) for one in found.ailments))


def _shapes(connection: Connection, tables: Sequence[str]) -> Mapping[str, Sequence[str]] | str:
    """By table, those that took longest first; or why nobody knows."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with translated(connection), connection.transaction(force_rollback=True):
        execute(connection, "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '30s'")
        if not rows(connection, load(PACKAGE, "statements_place")):
            return "pg_stat_statements is not installed, so nobody knows which statements they are."
        for row in rows(connection, load(PACKAGE, "statements"), {"tables": list(tables)}):
            if len(row["shape"]) <= LONGEST and len(found[row["object"]]) < MOST:
                found[row["object"]].append(row["shape"].strip().rstrip(";"))
    return found


def _told(one: Ailment, shapes: Sequence[str], *, plans: bool) -> Ailment:
    remedy = "\n".join(f"EXPLAIN (GENERIC_PLAN) {shape};" for shape in shapes) if plans else ""
    return replace(one, statements=tuple(shapes), remedy=remedy)
