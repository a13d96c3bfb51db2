"""Pages of an organization: the first one, its integrations, alerts, audit trail and security events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.refusal import Refusal
from integrations_hub.pages.chart import bars, lanes
from integrations_hub.pages.words import component_labels
from integrations_hub.services.dashboard import HEALTH_DAYS, missing

if TYPE_CHECKING:
    from starlette.responses import Response

    from integrations_hub.pages.visit import Visit

__all__ = ["alerts", "audit", "chooser", "handle_alert", "home", "overview", "security"]


def home(visit: Visit) -> Response:
    """Where somebody belongs."""
    if visit.person.is_operator:
        return visit.go("/operator")
    found = visit.site.dashboard.organizations(visit.caller)
    return visit.go(f"/organizations/{found[0].id}" if len(found) == 1 else "/organizations")


def chooser(visit: Visit) -> Response:
    """Organizations of the caller."""
    return visit.show("chooser.html", found=visit.site.dashboard.organizations(visit.caller), here="organizations")


def overview(visit: Visit) -> Response:
    """Integrations with their state, open alerts, usage and health."""
    found = visit.site.dashboard.overview(visit.caller, visit.path("organization"))
    taken = {one.integration_type for one in found.integrations}
    offered = visit.site.types(visit.caller) if found.organization.can_manage and not visit.wants_part else {}
    return visit.show(
        "part.html" if visit.wants_part else "overview.html", part="overview_part.html", found=found,
        organization=found.organization, here="overview", usage=bars(found.usage),
        lanes=lanes(found.health, visit.now, HEALTH_DAYS), health_days=HEALTH_DAYS,
        labels=component_labels(found.integrations),
        connectable=[one for name, one in offered.items() if name not in taken],
    )  # fmt: skip


def alerts(visit: Visit, problem: Refusal | None = None) -> Response:
    """Those that nobody has resolved, and those that are over."""
    organization = visit.site.dashboard.organization(visit.caller, visit.path("organization"))
    listed = visit.site.dashboard.alerts
    is_first = visit.after is None
    unresolved = listed(visit.caller, organization.id, resolved=False, after=None) if is_first else None
    resolved = listed(visit.caller, organization.id, resolved=True, after=visit.after)
    return visit.show(
        "alerts.html", organization=organization, here="alerts", problem=problem, may=organization.can_manage,
        unresolved=unresolved, resolved=resolved, more=visit.more(resolved.after),
        base=f"/organizations/{organization.id}/alerts",
    )  # fmt: skip


def handle_alert(visit: Visit) -> Response:
    """Acknowledge or resolve one, with a note."""
    organization = visit.path("organization")
    try:
        said = dealt_with(visit, organization)
    except Refusal as refusal:
        return alerts(visit, refusal)
    return visit.go(f"/organizations/{organization}/alerts", said)


def dealt_with(visit: Visit, organization: str | None) -> str:
    """What was done, in words.

    Raises:
        Refusal: there is no such alert for the caller.
    """
    note, alert = visit.form.get("note", ""), visit.path("alert")
    if len(note) > 2000:  # noqa: PLR2004 - system_alert_history_note_check
        raise Refusal(422, "too_long", "A note has at most 2,000 characters")
    match visit.path("deed"):
        case "acknowledge":
            visit.site.dashboard.handle_alert(visit.caller, "acknowledge", organization, alert, note)
            return "The alert is yours now."
        case "resolve":
            visit.site.dashboard.handle_alert(visit.caller, "resolve", organization, alert, note)
            return "The alert is resolved."
        case _:
            raise missing()


def audit(visit: Visit) -> Response:
    """Who did what, newest first, or what of it matches."""
    organization = visit.site.dashboard.organization(visit.caller, visit.path("organization"))
    words = visit.asked("q").replace("\x00", "").strip()[:200]
    problem, page = None, None
    try:
        page = visit.site.dashboard.audit(visit.caller, organization.id, words, after=visit.after)
    except Refusal as refusal:
        # Words that leave nothing to search for.
        if refusal.status != 400:  # noqa: PLR2004 - what was asked cannot be
            raise
        problem = refusal
    return visit.show(
        "audit.html", organization=organization, here="audit", q=words, page=page, problem=problem,
        more=visit.more(page.after, q=words) if page else None,
    )  # fmt: skip


def security(visit: Visit) -> Response:
    """What may have been an attack."""
    organization = visit.site.dashboard.organization(visit.caller, visit.path("organization"))
    page = visit.site.dashboard.security(visit.caller, organization.id, after=visit.after)
    return visit.show(
        "security.html", organization=organization, here="security", page=page, more=visit.more(page.after)
    )
