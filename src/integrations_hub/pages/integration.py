"""Pages of one integration: how it is, the buttons that need nothing typed, and the test message."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from integrations_hub.domain.refusal import Refusal
from integrations_hub.pages.chart import bars, lanes
from integrations_hub.pages.words import component_labels
from integrations_hub.services.dashboard import HEALTH_DAYS, missing

if TYPE_CHECKING:
    from starlette.responses import Response

    from integrations_hub.pages.visit import Visit
    from integrations_hub.services.dashboard import Detail
    from integrations_hub.services.integrations import Credentials, Type

__all__ = ["base_of", "detail_of", "managed", "message", "press", "provider_of", "send", "shown"]

#: Of the words that the test begins with.
GREETING = "This is a test message of the integrations hub."


def shown(visit: Visit, problem: Refusal | None = None) -> Response:
    """State, usage, health, settings, credentials, and what can be done."""
    found = detail_of(visit)
    is_whole = found.organization.can_manage and not visit.wants_part
    provider = visit.site.types(visit.caller).get(found.integration.integration_type)
    return visit.show(
        "part.html" if visit.wants_part else "integration.html", part="integration_part.html", found=found,
        one=found.integration, organization=found.organization, here="overview", problem=problem, provider=provider,
        credentials=_credentials(visit, found.integration.id) if is_whole else None,
        usage=bars(found.usage), lanes=lanes(found.health, visit.now, HEALTH_DAYS), health_days=HEALTH_DAYS,
        labels=component_labels([found.integration]), base=base_of(found),
    )  # fmt: skip


def press(visit: Visit) -> Response:
    """One of the buttons that need nothing but to be pressed."""
    organization, key = visit.path("organization"), visit.path("integration")
    deeds = visit.site.integrations
    try:
        label = detail_of(visit).integration.label
        match visit.path("deed"):
            case "check":
                healthy = deeds.check(visit.caller, key)
                said = f"{label} works: {healthy.said} ({healthy.duration_ms:.0f} ms)."
            case "enable":
                deeds.enable(visit.caller, key)
                said = f"{label} is switched on."
            case "disable":
                deeds.disable(visit.caller, key)
                said = f"{label} is switched off. Its settings and credentials stay."
            case _:
                raise missing()
    except Refusal as refusal:
        return shown(visit, refusal)
    return visit.go(f"/organizations/{organization}/integrations/{key}", said)


def message(visit: Visit, problem: Refusal | None = None) -> Response:
    """The form for a test message; its key makes pressing twice one message."""
    found = detail_of(visit)
    managed(found.organization.can_manage)
    return visit.show(
        "message.html", organization=found.organization, here="overview", problem=problem, one=found.integration,
        provider=provider_of(visit, found.integration.integration_type), back=base_of(found),
        to=visit.form.get("to", ""), text=visit.form.get("text", GREETING), key=visit.form.get("key") or str(uuid4()),
    )  # fmt: skip


def send(visit: Visit) -> Response:
    """Send it once."""
    to, text = visit.form.get("to", "").strip(), visit.form.get("text", "").strip()
    try:
        found = detail_of(visit)
        visit.site.integrations.test(visit.caller, found.integration.id, to, text, _key(visit, to, text))
    except Refusal as refusal:
        return message(visit, refusal)
    return visit.go(base_of(found), f"{found.integration.label} took the message to {to}.")


def _key(visit: Visit, to: str, text: str) -> str:
    """The same for the same form with the same message; a message that was corrected is another one."""
    try:
        form = UUID(visit.form.get("key", ""))
    except ValueError:
        raise Refusal(400, "no_key", "This form has no key", hint="Load the page again.") from None
    return str(uuid5(form, uuid5(NAMESPACE_OID, to).hex + text))


def detail_of(visit: Visit) -> Detail:
    """What the path names.

    Raises:
        Refusal: it names nothing that the caller may see.
    """
    return visit.site.dashboard.integration(visit.caller, visit.path("organization"), visit.path("integration"))


def base_of(found: Detail) -> str:
    """Its address."""
    return f"/organizations/{found.organization.id}/integrations/{found.integration.id}"


def _credentials(visit: Visit, integration_id: str) -> Credentials | Refusal | None:
    """Which there are, or why that cannot be told: the rest of the page is shown all the same."""
    try:
        return visit.site.integrations.credentials(visit.caller, integration_id)
    except Refusal as refusal:
        return refusal


def provider_of(visit: Visit, integration_type: str) -> Type:
    """What the hub knows of a type.

    Raises:
        Refusal: the hub does not connect it.
    """
    if (found := visit.site.types(visit.caller).get(integration_type)) is None:
        raise missing()
    return found


def managed(may: bool) -> None:  # noqa: FBT001 - what the database said
    """A form that the database would refuse is not offered.

    Raises:
        Refusal: it would.
    """
    if not may:
        raise Refusal(403, "not_allowed", "This is for administrators and owners of the organization")
