"""How the state of an integration follows from what happened to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from integrations_hub.domain.integration import Integration, Status
from integrations_hub.domain.outside import TroubleKind

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "DISABLED",
    "ENABLED",
    "HEARD",
    "TOLD",
    "UNTOLD",
    "WORKED",
    "Happening",
    "Simple",
    "Troubled",
    "after",
    "is_news",
]

#: Characters of a reason that are kept.
LONGEST = 500
NOT_TOLD = "the service has not been told yet where to call the hub"
#: A longer wait is no limit of a rate, but an answer that makes no sense.
LONGEST_WAIT = 7 * 86400
#: The time of the last exchange is written once in so long, as every message would lock the row otherwise.
COARSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Simple:
    """Something that happened and needs no more words."""

    name: str


#: The provider answered and took the credentials.
WORKED = Simple("worked")
#: The provider called us, which says nothing about the credentials.
HEARD = Simple("heard")
#: It is connected, and the provider does not know yet where to call; and then it does.
UNTOLD = Simple("untold")
TOLD = Simple("told")
#: The organization wants it to be used, or not.
ENABLED = Simple("enabled")
DISABLED = Simple("disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """It did not work."""

    kind: TroubleKind
    #: A sentence for a person, without secrets.
    reason: str
    #: Seconds after which the provider wants to be asked again.
    retry_after: float | None = None


Happening = Simple | Troubled


def after(before: Integration, happening: Happening, at: datetime) -> Integration:
    """The integration as it is now.

    Args:
        before: as it was.
        happening: what was seen or decided.
        at: when.
    """
    if isinstance(happening, Troubled):
        return _troubled(before, happening, at)
    match happening:
        case Simple("enabled"):
            # What went wrong before may be over: the next check says so, or says it again.
            now = replace(before, is_active=True, status=Status.ACTIVE, last_error=None)
        case Simple("disabled"):
            now = replace(before, is_active=False, status=Status.INACTIVE)
        case Simple("untold"):
            # Whoever is killed before it is told leaves this behind, and the next check makes good for it.
            now = replace(before, status=_status(before, Status.ERROR), last_error=NOT_TOLD)
        case Simple("told"):
            now = replace(before, status=_status(before, Status.ACTIVE), last_error=None)
        case Simple("heard"):
            now = replace(before, last_sync_at=_latest(before, at))
        case _:
            works = _status(before, Status.ACTIVE)
            now = replace(before, status=works, last_error=None, last_sync_at=_latest(before, at))
    return now


def is_news(before: Integration, now: Integration) -> bool:
    """Whether the change is worth a write: a success like the one a moment ago is not."""
    if replace(before, last_sync_at=None) != replace(now, last_sync_at=None):
        return True
    if before.last_sync_at is None or now.last_sync_at is None:
        return before.last_sync_at != now.last_sync_at
    return now.last_sync_at - before.last_sync_at >= COARSE


def _troubled(before: Integration, trouble: Troubled, at: datetime) -> Integration:
    reason = trouble.reason.strip()[:LONGEST] or f"the provider failed without a reason ({trouble.kind})"
    if trouble.kind is TroubleKind.PAUSED and before.status in (Status.ERROR, Status.RATE_LIMITED):
        # Nobody was asked: what is known already says more.
        return before
    if trouble.kind is TroubleKind.REJECTED:
        # It took the credentials and answered; only this message was none that it wants.
        return replace(
            before, status=_status(before, Status.ACTIVE), last_error=reason, last_sync_at=_latest(before, at)
        )
    if trouble.kind is TroubleKind.RATE_LIMITED:
        reason += _until(trouble.retry_after, at)
        return replace(before, status=_status(before, Status.RATE_LIMITED), last_error=reason)
    return replace(before, status=_status(before, Status.ERROR), last_error=reason)


def _status(before: Integration, status: Status) -> Status:
    """One that is switched off stays so, whatever is seen of it."""
    return status if before.is_active else Status.INACTIVE


def _latest(before: Integration, at: datetime) -> datetime:
    return at if before.last_sync_at is None else max(before.last_sync_at, at)


def _until(seconds: float | None, at: datetime) -> str:
    # "not >" refuses what is no number, too.
    if seconds is None or not 0 < seconds <= LONGEST_WAIT:
        return ""
    return f"; not before {(at + timedelta(seconds=seconds)):%Y-%m-%d %H:%M} UTC"
