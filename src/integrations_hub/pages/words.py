"""How the dashboard speaks of states: a sign and a word, what a reason means and what to do, times in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.report.readiness.verdict import Sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integrations_hub.domain.dashboard import IntegrationSeen, OrganizationCounts

__all__ = [
    "CHECKS",
    "RESOLVED",
    "SEVERITIES",
    "VERDICTS",
    "advice",
    "ago",
    "component_labels",
    "doings",
    "happening",
    "headline",
    "job",
    "sign_of",
    "trouble_of",
    "utc",
]

_WORKS = Sign(state="passed", symbol="✓", word="works")
_TROUBLE = Sign(state="undecided", symbol="!", word="works with trouble")
_LIMITED = Sign(state="undecided", symbol="!", word="slowed down by the service")
_BROKEN = Sign(state="failed", symbol="✗", word="does not work")
_UNKNOWN = Sign(state="undecided", symbol="?", word="not known yet")
_OFF = Sign(state="idle", symbol="–", word="switched off")
_HEALTH = {"healthy": _WORKS, "degraded": _TROUBLE, "unhealthy": _BROKEN, "unknown": _UNKNOWN, "inactive": _OFF}

#: Of system_health_checks.
CHECKS = {
    "healthy": _WORKS,
    "degraded": _TROUBLE,
    "unhealthy": _BROKEN,
    "unknown": Sign(state="idle", symbol="?", word="could not be checked"),
}
RESOLVED = Sign(state="passed", symbol="✓", word="resolved")
SEVERITIES = {
    "info": Sign(state="idle", symbol="·", word="for information"),
    "warning": Sign(state="undecided", symbol="!", word="warning"),
    "critical": Sign(state="failed", symbol="✗", word="critical"),
}
#: Of index_health_reports.
VERDICTS = {
    "healthy": Sign(state="passed", symbol="✓", word="sound"),
    "invalid": Sign(state="failed", symbol="✗", word="invalid"),
    "duplicate": Sign(state="undecided", symbol="!", word="duplicate"),
    "unused": Sign(state="undecided", symbol="!", word="unused"),
}
_JOBS = {
    "todo": Sign(state="idle", symbol="·", word="to do"),
    "doing": Sign(state="passed", symbol="●", word="under way"),
    "succeeded": Sign(state="passed", symbol="✓", word="done"),
    "failed": Sign(state="failed", symbol="✗", word="failed"),
}
_REASONS = {
    "in_error": (
        "The last check or message failed.",
        "See what the service said, change settings or credentials if it is about them, then check now.",
    ),
    "rate_limited": (
        "The service takes no more for a while.",
        "The hub waits as long as it was told. If it lasts, send less, or ask for a higher limit.",
    ),
    "calls_fail": (
        "A tenth or more of the calls of the last 24 hours failed.",
        "See since when, and what the service said.",
    ),
    "never_synchronised": ("Nothing was exchanged with the service yet.", "Check now, or send a test message."),
    "not_synchronised_for_a_day": (
        "Nothing was exchanged with the service for a day.",
        "Check now, to see whether it still answers.",
    ),
}
#: Of the audit trail, where the word that the database has is not one for people.
_ACTIONS = {
    "integration.created": "Integration connected",
    "integration.updated": "Integration changed",
    "integration.deleted": "Integration removed",
    "organization_member.created": "Member added",
    "organization_member.updated": "Member changed",
    "organization_member.deleted": "Member removed",
}
#: Of security events, by what happened and why.
_HAPPENINGS = {
    "access.refused": "Somebody wanted what their rights do not allow",
    "access.refused organization": "Somebody asked for an organization that they do not belong to",
    "rate_limit.exceeded": "More requests than the limit allows",
    "token.refused": "A token that does not hold",
    "webhook.refused": "A call that was not the service's",
}


def sign_of(one: IntegrationSeen) -> Sign:
    """How an integration is, as integration_dashboard judges."""
    return _LIMITED if one.health == "degraded" and one.status == "rate_limited" else _HEALTH[one.health]


def advice(reason: str) -> tuple[str, str]:
    """What a reason means, and what to do."""
    return _REASONS.get(reason, (reason.replace("_", " "), ""))


def headline(integrations: list[IntegrationSeen]) -> tuple[Sign, str]:
    """The one sentence that answers how they are."""
    used = [one for one in integrations if one.is_active]
    broken = [one for one in used if one.health == "unhealthy"]
    troubled = [one for one in used if one.health == "degraded"]
    unknown = [one for one in used if one.health == "unknown"]
    if not integrations:
        return _UNKNOWN, "Nothing is connected yet."
    if not used:
        return _OFF, "Every integration is switched off."
    if broken:
        return _BROKEN, f"{_named(broken, len(used))} {'does' if len(broken) == 1 else 'do'} not work."
    if troubled:
        return _TROUBLE, f"{_named(troubled, len(used))} {'works' if len(troubled) == 1 else 'work'} with trouble."
    if unknown:
        return _UNKNOWN, f"{_named(unknown, len(used))} {'was' if len(unknown) == 1 else 'were'} not used yet."
    return _WORKS, "Everything that is switched on works."


def _named(some: list[IntegrationSeen], of: int) -> str:
    return some[0].label if len(some) == 1 else f"{len(some)} of {count(of, 'integration')}"


def job(status: str) -> Sign:
    """Of a job of the queue."""
    return _JOBS.get(status) or Sign(state="idle", symbol="–", word=status)


def trouble_of(one: OrganizationCounts) -> Sign:
    """Of an organization, in a list."""
    if one.error:
        return Sign(state="failed", symbol="✗", word="has errors")
    if one.rate_limited or one.open_alerts:
        return Sign(state="undecided", symbol="!", word="has trouble")
    if one.healthy:
        return _WORKS
    return Sign(state="idle", symbol="–", word="nothing in use")


def utc(moment: datetime, now: datetime) -> str:
    """`Sun 1 Mar 12:30 UTC`, with the year where it is not this one."""
    at = moment.astimezone(UTC)
    return f"{at:%a} {at.day} {at:%b}{'' if at.year == now.astimezone(UTC).year else f' {at.year}'} {at:%H:%M} UTC"


def ago(moment: datetime, now: datetime) -> str:
    """`just now`, `5 minutes ago`, `3 days ago`, `in 2 hours`."""
    seconds = (now - moment).total_seconds()
    for size_of, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if abs(seconds) >= size_of:
            number = int(abs(seconds) // size_of)
            words = f"{number} {noun}{'' if number == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def doings(action: str) -> str:
    """`contact.created` in words."""
    return _ACTIONS.get(action) or action.replace("_", " ").replace(".", " ").capitalize()


def happening(event_type: str, reason: object) -> str:
    """What a security event is, in words."""
    return _HAPPENINGS.get(f"{event_type} {reason}") or _HAPPENINGS.get(event_type) or doings(event_type)


def component_labels(integrations: Iterable[IntegrationSeen]) -> dict[str, str]:
    """What the components of health are called: how it is used, and how its provider answers."""
    return {
        f"{what}.{one.integration_type}": label
        for one in integrations
        for what, label in (("integration", one.label), ("provider", f"{one.label}: the service asked"))
    }
