"""What may be an attack or a mistake, written into security_events by the service."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from integrations_hub.domain.caller import SERVICE
from integrations_hub.store.queries import load
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from integrations_hub.store.database import Database, Rows

__all__ = ["Occurrences", "SecurityEvent", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityEvent:
    """One thing that happened; two that differ only in the program that asked are the same thing."""

    #: Such as token.refused.
    event_type: str
    #: One word of few.
    reason: str
    severity: str = "warning"
    source_ip: str | None = None
    user_id: str | None = None
    #: Whose administrators are to see it; none is for the operators.
    organization_id: str | None = None
    #: What the request named, such as an organization that is not the caller's.
    about: str | None = None
    user_agent: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """How often it happened, from when to when."""

    event: SecurityEvent
    count: int
    first_at: datetime
    last_at: datetime


def record(database: Database, occurrences: Iterable[Occurrences]) -> int:
    """Write a row for each, and say how many events the database did not take for what they contain.

    Raises:
        Refusal: the database does not answer; nothing is written.
    """
    with transaction(database, SERVICE) as connection:
        return sum(each.count for each in occurrences if not _written(connection, each))


def _written(connection: Rows, each: Occurrences) -> bool:
    if each.event.user_id and _tried(connection, each, user_id=each.event.user_id):
        return True
    # The token is of a user who is not there any more, or there was none.
    return _tried(connection, each, user_id=None)


def _tried(connection: Rows, each: Occurrences, *, user_id: str | None) -> bool:
    event = each.event
    details = {
        "reason": event.reason, "count": each.count,
        "first_at": each.first_at.isoformat(), "last_at": each.last_at.isoformat(), "about": event.about,
    }  # fmt: skip
    try:
        with connection.transaction():
            connection.execute(
                load("record_security_event"),
                {
                    "event_type": event.event_type, "severity": event.severity, "user_id": user_id,
                    "organization_id": event.organization_id, "source_ip": event.source_ip,
                    "user_agent": event.user_agent,
                    "details": json.dumps({name: value for name, value in details.items() if value is not None}),
                },
            )  # fmt: skip
    except (psycopg.IntegrityError, psycopg.DataError):
        return False
    return True
