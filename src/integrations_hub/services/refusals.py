"""What the use-cases answer when the answer is no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.outside import TroubleKind
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integrations_hub.domain.outside import Trouble

__all__ = [
    "SECRETS_NEEDED", "NotFound", "WebhookRefused", "admin_needed", "changed_meanwhile", "integration_not_found",
    "organization_not_found", "refusal_of_trouble", "secrets_needed", "type_not_found", "webhook_not_found",
]  # fmt: skip

#: What the caller can mend is 422; what only the provider can is one of the others.
STATUS = {
    TroubleKind.MISCONFIGURED: 422, TroubleKind.REFUSED: 422, TroubleKind.REJECTED: 422,
    TroubleKind.RATE_LIMITED: 503, TroubleKind.PAUSED: 503,
    TroubleKind.UNREACHABLE: 502, TroubleKind.UNAVAILABLE: 502, TroubleKind.UNINTELLIGIBLE: 502,
    TroubleKind.TIMED_OUT: 504,
}  # fmt: skip
LONGEST_WAIT = 86400
#: Of the refusal where kept secrets are for other settings.
SECRETS_NEEDED = "secrets_needed"


class NotFound(Refusal):
    """There is nothing of that name for this caller; the words are the same whether there is something for others."""

    def __init__(self, code: str, message: str, *, organization_id: str | None) -> None:
        super().__init__(404, code, message)
        #: Whose it is, for the audit trail and not for the answer.
        self.organization_id = organization_id


class WebhookRefused(Refusal):
    """A call that is not the provider's, or too old; counted and told where it came in."""

    def __init__(self, reason: str, *, organization_id: str) -> None:
        super().__init__(401, "webhook_refused", reason)
        #: Whose integration it was for; for the audit trail and not for the answer.
        self.organization_id = organization_id


def organization_not_found(organization_id: str) -> NotFound:
    """It is not there, or not the caller's."""
    return NotFound(
        "organization_not_found", "there is no such organization that you belong to", organization_id=organization_id
    )


def integration_not_found(organization_id: str | None) -> NotFound:
    """It is not there, or the organization's that is named, which is not the caller's."""
    return NotFound(
        "integration_not_found", "there is no such integration in your organizations", organization_id=organization_id
    )


def type_not_found(integration_type: str) -> Refusal:
    """No provider of the hub serves it."""
    return Refusal(
        404, "integration_type_not_found", f"the hub connects no integration of the type {integration_type}",
        hint="GET /v1/types lists those that it connects",
    )  # fmt: skip


def webhook_not_found() -> Refusal:
    """No integration takes calls at this address, or none that is switched on."""
    return Refusal(404, "webhook_not_found", "no integration takes calls at this address")


def admin_needed() -> Refusal:
    """The caller belongs to the organization and may not change it."""
    return Refusal(403, "admin_needed", "only an administrator or owner of the organization may do this")


def changed_meanwhile() -> Refusal:
    """Two changes of the same credentials, or of the settings that they are for."""
    return Refusal(
        409, "changed_meanwhile", "somebody else has changed the settings or credentials at the same moment",
        hint="look at the settings, and try again",
    )  # fmt: skip


def secrets_needed(settings: Sequence[str], secrets: Sequence[str]) -> Refusal:
    """The secrets that are kept are for other settings; both by their labels."""
    return Refusal(
        422, SECRETS_NEEDED,
        f"the credentials that are kept are for other settings ({', '.join(settings)}) and are sent nowhere else: "
        f"give {', '.join(secrets)} again",
    )  # fmt: skip


def refusal_of_trouble(trouble: Trouble) -> Refusal:
    """A provider's trouble as an answer, in its own words."""
    wait = trouble.retry_after
    return Refusal(
        STATUS[trouble.kind], f"provider_{trouble.kind}", trouble.reason,
        hint="the message may have arrived: look before you send it again" if trouble.may_have_arrived else None,
        headers={"Retry-After": str(int(wait) + 1)} if wait is not None and 0 < wait <= LONGEST_WAIT else None,
    )  # fmt: skip
