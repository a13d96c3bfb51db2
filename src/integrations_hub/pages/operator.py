"""Pages for operators: all organizations, the system's alerts and events, indexes, queue."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from integrations_hub.domain.refusal import Refusal
from integrations_hub.pages.chart import lanes
from integrations_hub.pages.organization import dealt_with
from integrations_hub.services.dashboard import HEALTH_DAYS

if TYPE_CHECKING:
    from starlette.responses import Response

    from integrations_hub.pages.visit import Visit

__all__ = ["alerts", "handle_alert", "indexes", "organizations", "queue", "security", "system"]


def system(visit: Visit) -> Response:
    """Everything at a glance."""
    found = visit.site.dashboard.system(visit.caller)
    return visit.show(
        "part.html" if visit.wants_part else "system.html", part="system_part.html", here="system", found=found,
        lanes=lanes(found.health, visit.now, HEALTH_DAYS), health_days=HEALTH_DAYS, labels={},
    )  # fmt: skip


def organizations(visit: Visit) -> Response:
    """A page of them, with how many of their integrations are in which state."""
    words, troubled = visit.asked("q").replace("\x00", "")[:200], visit.asked("trouble") == "yes"
    after = (visit.asked("name"), visit.asked("id")) if visit.asked("id") else None
    page = visit.site.dashboard.all_organizations(visit.caller, words, troubled=troubled, after=after)
    asked = {"q": words, "trouble": "yes" if troubled else ""}
    rest = urlencode({**asked, "name": page.after[0], "id": page.after[1]}) if page.after else ""
    return visit.show(
        "all_organizations.html", here="organizations", page=page, q=words, troubled=troubled,
        more=f"/operator/organizations?{rest}" if rest else None,
    )  # fmt: skip


def alerts(visit: Visit, problem: Refusal | None = None) -> Response:
    """Those of the system."""
    listed = visit.site.dashboard.alerts
    unresolved = listed(visit.caller, None, resolved=False, after=None) if visit.after is None else None
    resolved = listed(visit.caller, None, resolved=True, after=visit.after)
    return visit.show(
        "alerts.html", here="alerts", problem=problem, may=True, unresolved=unresolved, resolved=resolved,
        more=visit.more(resolved.after), base="/operator/alerts",
    )  # fmt: skip


def handle_alert(visit: Visit) -> Response:
    """Acknowledge or resolve one of them."""
    visit.site.dashboard.operators_only(visit.caller)
    try:
        said = dealt_with(visit, None)
    except Refusal as refusal:
        return alerts(visit, refusal)
    return visit.go("/operator/alerts", said)


def security(visit: Visit) -> Response:
    """What may have been an attack on the whole."""
    page = visit.site.dashboard.security(visit.caller, None, after=visit.after)
    return visit.show("security.html", here="security", page=page, more=visit.more(page.after))


def indexes(visit: Visit) -> Response:
    """As the last weekly look saw them."""
    return visit.show("indexes.html", here="indexes", found=visit.site.dashboard.indexes(visit.caller))


def queue(visit: Visit) -> Response:
    """Jobs of the hub by task and state."""
    return visit.show("queue.html", here="queue", found=visit.site.dashboard.queue(visit.caller))
