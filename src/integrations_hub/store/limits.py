"""Requests of organizations, counted in public.api_rate_limits, where all servers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations_hub.domain.caller import SERVICE
from integrations_hub.store.queries import load
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.domain.caller import Caller
    from integrations_hub.store.database import Database, Row, Rows

__all__ = ["WINDOW", "Granted", "grant", "organizations_of"]

#: Seconds; windows begin at the full minute of the database's clock.
WINDOW = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What an organization may still ask for in the running window."""

    #: Counted already, for whoever asked; none when the limit is reached.
    requests: int
    #: Not counted yet.
    remaining: int
    #: Until the window ends.
    seconds: float


def organizations_of(database: Database, caller: Caller) -> tuple[str, ...]:
    """Those that the caller is an active member of, as the caller.

    Raises:
        Refusal: the database does not answer.
    """
    with transaction(database, caller) as connection:
        row = connection.execute(load("organizations_of_caller")).fetchone()
    return tuple(row["organizations"]) if row else ()


def grant(database: Database, organization_id: str, endpoint: str, *, limit: int, requests: int) -> Granted:
    """Count so many requests, or as many as there are left.

    Args:
        database: which.
        organization_id: whose.
        endpoint: part of the API.
        limit: requests in a window.
        requests: wanted.

    Raises:
        Refusal: the database does not answer.
    """
    asked = {"organization_id": organization_id, "endpoint": endpoint, "limit": limit, "window": WINDOW}
    with transaction(database, SERVICE) as connection:
        row = _counted(connection, {**asked, "requests": requests})
        if not row["is_allowed"] and row["remaining"]:
            requests = row["remaining"]
            row = _counted(connection, {**asked, "requests": requests})
    return Granted(requests=requests if row["is_allowed"] else 0, remaining=row["remaining"], seconds=row["seconds"])


def _counted(connection: Rows, asked: Row) -> Row:
    return connection.execute(load("count_requests"), asked).fetchall()[0]
