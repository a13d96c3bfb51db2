"""Asks a database every check, each in a read-only transaction of its own with short time limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.monitoring.health.judge import judged, not_run
from seatrial.monitoring.health.registry import CHECKS
from seatrial.monitoring.health.statements import with_statements
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import LiteralString

    from seatrial.model.health import Examined
    from seatrial.monitoring.health.check import Check
    from seatrial.pg.connection import Connection

__all__ = ["examine", "query_of"]

PACKAGE = "seatrial.monitoring.health"
#: Of one check; statistics of many thousands of tables take seconds.
LIMITS = "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '2s'; SET LOCAL search_path = pg_catalog"
#: SQLSTATEs that have words of their own.
REASONS = {"57014": "it took longer than 30 seconds", "55P03": "somebody holds a lock on what it looks at"}

TENANT_COLUMNS = "tenant-columns"


def examine(connection: Connection, tenant_columns: Sequence[tuple[str, str]] | None) -> tuple[Examined, ...]:
    """What every check says, in their order.

    Args:
        connection: outside a transaction.
        tenant_columns: tables and columns that row security asks for; None where nobody has declared them.

    Raises:
        ConnectionLost: the server went away.
    """
    return tuple(with_statements(connection, _examined(connection, check, tenant_columns)) for check in CHECKS)


def _examined(connection: Connection, check: Check, columns: Sequence[tuple[str, str]] | None) -> Examined:
    if check.needs and columns is None:
        return not_run(check, f"There is no {check.needs}.")
    try:
        return judged(check, _asked(connection, query_of(check), columns if check.needs else None))
    except StatementFailed as problem:
        return not_run(check, f"Not looked at: {REASONS.get(problem.sqlstate, problem.what)}.")


def _asked(
    connection: Connection, query: LiteralString, columns: Sequence[tuple[str, str]] | None
) -> list[dict[str, Any]]:  # fmt: skip
    with translated(connection), connection.transaction(force_rollback=True):
        execute(connection, "SET TRANSACTION READ ONLY")
        execute(connection, LIMITS)
        if columns is None:
            return rows(connection, query)
        named = [{"table_name": table, "column_name": column} for table, column in columns]
        return rows(connection, query, {"columns": json.dumps(named)})


def query_of(check: Check) -> LiteralString:
    """The whole query of a check; without parameters but where it needs something."""
    scope = load(PACKAGE, "scope")
    # What stands in front of it has no parameters, and is read as if it had where the rest has some.
    return (scope.replace("%", "%%") if check.needs else scope) + load(PACKAGE, check.name.replace("-", "_"))
