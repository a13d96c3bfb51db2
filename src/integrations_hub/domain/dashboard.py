"""What the dashboard shows: records as the database gives them to the one who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

__all__ = [
    "Alert",
    "AuditEntry",
    "Day",
    "IndexSeen",
    "IntegrationSeen",
    "OrganizationCounts",
    "OrganizationSeen",
    "Person",
    "SecurityEvent",
    "Span",
    "SystemFigures",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who looks."""

    name: str | None
    #: As the database reads the claims.
    is_operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSeen:
    """An organization that the caller may see."""

    id: str
    name: str
    #: None for an operator who is no member.
    role: str | None
    #: Whether the caller may change its integrations and deal with its alerts.
    can_manage: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationCounts:
    """An organization as operators see it in a list."""

    id: str
    name: str
    healthy: int
    error: int
    rate_limited: int
    inactive: int
    open_alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationSeen:
    """A row of public.integration_dashboard, with the settings of the integration."""

    organization_id: str
    id: str
    integration_type: str
    label: str
    is_active: bool
    status: str
    #: healthy, degraded, unhealthy, unknown or inactive.
    health: str
    reasons: tuple[str, ...]
    last_sync_at: datetime | None
    last_error: str | None
    calls_24_hours: int
    failures_24_hours: int
    calls_30_days: int
    failures_30_days: int
    average_duration_ms: float | None
    last_used_at: datetime | None
    configuration: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        # The driver brings lists.
        object.__setattr__(self, "reasons", tuple(self.reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How much was done on a day, in UTC."""

    day: date
    calls: int
    failures: int
    average_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time during which a component was seen to be in one state."""

    component: str
    status: str
    since: datetime
    until: datetime
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        # The driver brings lists.
        object.__setattr__(self, "reasons", tuple(self.reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert, and who dealt with it."""

    id: str
    rule_name: str
    description: str
    metric_name: str
    severity: str
    status: str
    observed_value: float
    threshold: float
    fired_at: datetime
    last_seen_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry of the audit trail."""

    id: str
    actor_id: str | None
    #: In the organization, now; none for the hub and for people who left.
    actor_role: str | None
    action: str
    entity_type: str
    entity_id: str | None
    details: Mapping[str, Any]
    source_ip: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityEvent:
    """What may have been an attack, or a mistake."""

    id: str
    user_id: str | None
    event_type: str
    severity: str
    source_ip: str | None
    user_agent: str | None
    details: Mapping[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFigures:
    """Everything in a few numbers."""

    organizations: int
    healthy: int
    error: int
    rate_limited: int
    inactive: int
    open_system_alerts: int
    open_alerts: int
    indexes_checked_at: datetime | None
    indexes_ailing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSeen:
    """An index, as the last weekly look saw it."""

    schema_name: str
    table_name: str
    index_name: str
    verdict: str
    covered_by: str | None
    scans: int
    size_bytes: int
    checked_at: datetime
