"""One request of an application, the way the REST layer makes it: a transaction as a role, with claims."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from psycopg import RawCursor

from seatrial.pg.failure import translated
from seatrial.pg.impersonate import impersonating

if TYPE_CHECKING:
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["request"]


def request(connection: Connection, query: WorkloadQuery) -> int:
    """Send a query as its role, and commit; how many rows came back or were changed.

    Args:
        connection: idle, as somebody who may take the query's role.
        query: what is asked, and by whom.

    Raises:
        StatementFailed: the server refused it; nothing of it stays.
        ConnectionLost: the connection broke.
    """
    with translated(connection), connection.transaction():
        with impersonating(connection, query.role, json.dumps(query.claims)), RawCursor(connection) as cursor:
            found = cursor.execute(query.sql.encode(), query.params).rowcount
        return max(found, 0)
