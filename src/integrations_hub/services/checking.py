"""Health checks: a provider is asked, and the state of the integration follows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.integration import Status
from integrations_hub.domain.outside import Healthy, Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.states import WORKED, Troubled
from integrations_hub.store import events, integrations
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.domain.integration import Integration
    from integrations_hub.services.accounts import Accounts, Held
    from integrations_hub.store.database import Rows

__all__ = ["Checking", "troubled"]

#: It works, with trouble.
DEGRADED = (TroubleKind.RATE_LIMITED, TroubleKind.REJECTED)


class Checking:
    """A check is no use of an integration: it writes its state and a result, and no usage."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def check(self, integration_id: str) -> None:
        """Check one, for nobody in particular; nothing happens where it is switched off, gone, or has no provider.

        Raises:
            Refusal: 503, the database is not there, or this process does not know the key.
            CannotRun: the hub's own key cannot be read, which says nothing about the integration.
        """
        with transaction(self._accounts.database, SERVICE) as connection:
            found = integrations.find(connection, integration_id)
            if found is None or not found.is_active:
                return
            held = self._accounts.held(connection, found)
        if found.integration_type in self._accounts.providers.types():
            self.look(held)

    def look(self, held: Held, *, announce: bool = False) -> tuple[Integration, Healthy | Trouble]:
        """Ask the provider and write how it went; the integration as it is now, and the answer.

        Args:
            held: which.
            announce: whether the provider is told again where to call; it is after an error, which may have been that
                it could not be told.

        Raises:
            Refusal, CannotRun: as of `check`.
        """
        try:
            answer: Healthy | Trouble = self._ask(held, announce=announce or held.integration.status is Status.ERROR)
        except Refusal as refusal:
            self._write(held, None, "unknown", {"reason": refusal.message})
            raise
        if isinstance(answer, Healthy):
            return self._write(held, answer, "healthy", {"said": answer.said}), answer
        status = "degraded" if answer.kind in DEGRADED else "unhealthy"
        return self._write(held, answer, status, {"kind": answer.kind, "reason": answer.reason}), answer

    def _ask(self, held: Held, *, announce: bool) -> Healthy | Trouble:
        try:
            account = self._accounts.account(held)
            healthy = self._accounts.provider(held.integration.integration_type).check(account)
            if announce:
                self._accounts.announce(account, held.integration)
        except Trouble as trouble:
            return trouble
        return healthy

    def _write(self, held: Held, answer: Healthy | Trouble | None, status: str, details: dict[str, str]) -> Integration:
        duration = answer.duration_ms if isinstance(answer, Healthy) else None

        def record(connection: Rows, integration: Integration) -> None:
            about = {"integration_id": integration.id, **details}
            events.check(connection, integration, status, duration, about)

        happening = troubled(answer) if isinstance(answer, Trouble) else WORKED if answer else None
        return self._accounts.note(held, happening, datetime.now(UTC), record=record)


def troubled(trouble: Trouble) -> Troubled:
    """As the state of an integration takes it."""
    return Troubled(kind=trouble.kind, reason=trouble.reason, retry_after=trouble.retry_after)
