"""What happened to integrations: uses, events of their providers, entries of the audit log, checks; for the service."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from integrations_hub.domain.integration import Integration
    from integrations_hub.domain.outside import Event
    from integrations_hub.store.database import Row, Rows

__all__ = ["Entry", "Use", "check", "entry", "receive", "tests_within_limit", "use", "write_entry"]

#: Of error_code, as the table has it.
LONGEST_CODE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of an integration."""

    #: The same however often it is recorded.
    id: str
    event_type: str
    is_success: bool
    duration_ms: float | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the audit log."""

    #: The same however often it is recorded.
    id: str
    action: str
    actor: str | None
    #: No secrets.
    details: Mapping[str, Any] = field(default_factory=dict)


def use(connection: Rows, integration: Integration, used: Use) -> None:
    """Record one use, once."""
    values = asdict(used) | {"duration_ms": _duration(used.duration_ms)}
    _take_turn(connection, integration)
    connection.execute(load("usage_add"), values | _place(integration))


def receive(connection: Rows, integration: Integration, events: Sequence[tuple[str, Event]], at: datetime) -> int:
    """Keep the events of a provider, each with the id that it has here, once; returns how many are new.

    Args:
        connection: in a transaction of the service.
        integration: whose they are.
        events: as the provider tells them.
        at: when; nothing has happened later than that, whatever the provider's clock says.
    """
    rows = [
        {
            "id": event_id, "event_type": event.event_type, "payload": storable(dict(event.payload)),
            "occurred_at": min(event.occurred_at, at).isoformat(),
            "error_code": None if event.error_code is None else storable(event.error_code)[:LONGEST_CODE],
        }
        for event_id, event in events
    ]  # fmt: skip
    _take_turn(connection, integration)
    row = connection.execute(load("events_receive"), _place(integration) | {"events": Jsonb(rows)}).fetchone()
    return int(row["fresh"]) if row else 0


def write_entry(connection: Rows, integration: Integration, written: Entry) -> bool:
    """Add it to the audit log; false when it is there already."""
    values = asdict(written) | {"details": Jsonb(storable(dict(written.details)))}
    return connection.execute(load("audit_add"), values | _place(integration)).fetchone() is not None


def entry(connection: Rows, entry_id: str) -> Row | None:
    """One of the audit log: action, details, created_at."""
    return connection.execute(load("audit_entry"), {"id": entry_id}).fetchone()


def check(
    connection: Rows, integration: Integration, status: str, duration_ms: float | None, details: Mapping[str, str]
) -> None:
    """Record how a check went, where that is news: healthy, degraded, unhealthy; unknown where it could not be made."""
    values = _place(integration) | {
        # Beside integration.TYPE, by which the release's own job says how it is used.
        "component": f"provider.{integration.integration_type}", "status": status,
        "latency_ms": _duration(duration_ms), "details": Jsonb(storable(dict(details))),
    }  # fmt: skip
    connection.execute(load("health_check_add"), values)


def tests_within_limit(connection: Rows, integration: Integration, limit: int) -> int | None:
    """Count a test message of the organization; the seconds to wait where it is more than `limit` in this minute."""
    row = connection.execute(load("tests_within_limit"), _place(integration) | {"limit": limit}).fetchone()
    return None if row is None or row["is_allowed"] else int(row["wait"])


def storable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """The same without what PostgreSQL's jsonb cannot hold: NUL, halves of characters, numbers that are none."""
    if isinstance(value, str):
        return (
            value.replace("\0", "\N{REPLACEMENT CHARACTER}")
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )
    if isinstance(value, dict):
        return {storable(str(name)): storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _take_turn(connection: Rows, integration: Integration) -> None:
    connection.execute(load("usage_turn"), _place(integration))


def _place(integration: Integration) -> dict[str, str]:
    return {"organization_id": integration.organization_id, "integration_id": integration.id}


def _duration(milliseconds: float | None) -> float | None:
    """What the tables take: a duration is finite and not negative."""
    return milliseconds if milliseconds is not None and 0 <= milliseconds < math.inf else None
