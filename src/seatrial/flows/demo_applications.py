"""Who uses the demo's production, what each asks, and how often: a laptop hardly notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.workload import WorkloadQuery
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FAILING", "ORGANIZATIONS", "SEND", "TYPE", "Application", "applications", "organization"]

#: Of the sample tenants, whom the queries of the workload are about; the demo has others.
SAMPLE = "20000000-0000-4000-8000-00000000000a"
#: Organizations of the demo, by number: each has an owner, an admin and a member, none of them suspended.
ORGANIZATIONS = (7, 8, 12, 14)
#: The one whose integration fails where that is what breaks.
FAILING = 12
#: What they send messages through.
TYPE = "whatsapp"
#: Name of what the service does for each message.
SEND = "send_message"
PACKAGE = "seatrial.flows"
SERVICE = {"role": "service_role"}

#: Names in the order in which they are asked, again and again; those that need the release wait for it.
MEMBER = (
    "events_by_date", "contacts_by_name", "events_by_date", "contacts_to_follow_up", "log_event", "events_by_date",
    "open_opportunities", "touch_contact", "events_by_date", "workflows_by_activity", "agent_runs_by_status",
    "contacts_full_text", "workflow_runs_by_time", "failed_workflow_runs",
)  # fmt: skip
ADMIN = ("save_integration", "active_integrations", "save_integration", "contacts_by_name", "save_integration")
WORKER = (
    "active_workflows_due", "pending_automation_requests", "rate_limit_check", "pending_notifications",
    "integrations_to_synchronise", "integrations_in_trouble",
)  # fmt: skip
JOBS = ("record_health", "evaluate_alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One that has a connection of its own."""

    name: str
    #: Requests a second.
    rate: float
    asks: tuple[WorkloadQuery, ...]


def applications(workload: Sequence[WorkloadQuery]) -> tuple[Application, ...]:
    """Members of two organizations and admins of four at work, and the service: 43 requests a second.

    Args:
        workload: of the release.
    """
    known = {query.name: query for query in workload}
    return (
        *(Application(name=f"web {number}", rate=9, asks=_of(MEMBER, known, number, "member")) for number in (7, 8)),
        *(
            Application(name=f"admin {number}", rate=2.5, asks=_of(ADMIN, known, number, "admin"))
            for number in ORGANIZATIONS
        ),
        Application(name="sender", rate=10, asks=tuple(_send(number) for number in ORGANIZATIONS)),
        Application(name="worker", rate=5, asks=_of(WORKER, known, 7, "")),
        Application(name="jobs", rate=0.2, asks=_of(JOBS, known, 7, "")),
    )


def organization(number: int) -> str:
    """Its identifier, as the demo's rows have it."""
    return f"20000000-0000-4000-8000-{number:012d}"


def _send(number: int) -> WorkloadQuery:
    return _own(SEND, SERVICE, (organization(number), TYPE, True, ""))


def _of(
    names: Sequence[str], workload: Mapping[str, WorkloadQuery], number: int, role: str
) -> tuple[WorkloadQuery, ...]:
    """The queries of these names, about one organization and as somebody of it, or as the service."""
    claims = {"sub": _user(number, role), "role": "authenticated"} if role else SERVICE
    about = {"save_integration": (organization(number), TYPE), "record_health": (), "evaluate_alerts": ()}
    return tuple(
        _here(workload[name], claims, number)
        if name in workload
        else _own(name, claims, about.get(name, (organization(number),)))
        for name in names
    )


def _here(query: WorkloadQuery, claims: Mapping[str, object], number: int) -> WorkloadQuery:
    params = tuple(organization(number) if value == SAMPLE else value for value in query.params)
    return replace(query, claims=claims, params=params)


def _own(name: str, claims: Mapping[str, object], params: tuple[str | bool, ...]) -> WorkloadQuery:
    return WorkloadQuery(
        name=name, role=str(claims["role"]), claims=claims, sql=load(PACKAGE, f"demo_{name}"), params=params
    )


def _user(number: int, role: str) -> str:
    """Somebody of the organization, as the demo's rows have it."""
    first = {"owner": 0, "admin": 2000, "member": 4000}[role]
    return f"10000000-0000-4000-8000-{first + number - 1:012d}"
