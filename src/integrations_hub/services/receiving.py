"""Calls of providers: verified, and what they tell kept once however often they tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.states import HEARD, after, is_news
from integrations_hub.services.recording import until_recorded
from integrations_hub.services.refusals import WebhookRefused, webhook_not_found
from integrations_hub.store import events, integrations
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.domain.outside import Received, WebhookCall
    from integrations_hub.services.accounts import Accounts, Held

__all__ = ["Receiving"]

#: Seconds that a provider waits for us at least; when they are over it calls again.
PATIENCE = 4.0


class Receiving:
    """Nothing is lost: a provider hears that its call was taken only when what it tells is in the database."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def receive(self, integration_type: str, integration_id: str, call: WebhookCall) -> Received:
        """Take a call.

        Args:
            integration_type: as the address names it.
            integration_id: as the address names it.
            call: as it came.

        Raises:
            WebhookRefused: 401, it is not the provider's or too old.
            Refusal: 404, no integration takes calls there, or it is switched off; 400, it is the provider's and not
                understood; 503, it cannot be verified or kept at the moment: the provider calls again.
        """
        held = self._held(integration_type, integration_id)
        provider = self._accounts.provider(integration_type)
        try:
            account = self._accounts.account(held)
            received = provider.receive(account, call)
        except Trouble as trouble:
            raise _refusal(trouble, held) from None
        if received.events:
            until_recorded(lambda: self._keep(held, received, call), patience=PATIENCE)
        return received

    def _held(self, integration_type: str, integration_id: str) -> Held:
        if integration_type not in self._accounts.providers.types():
            raise webhook_not_found()
        with transaction(self._accounts.database, SERVICE) as connection:
            found = integrations.find(connection, integration_id)
            if found is None or found.integration_type != integration_type or not found.is_active:
                raise webhook_not_found()
            return self._accounts.held(connection, found)

    def _keep(self, held: Held, received: Received, call: WebhookCall) -> int:
        of = held.integration
        named = [(str(uuid5(UUID(of.id), f"event {event.id}")), event) for event in received.events]
        with transaction(self._accounts.database, SERVICE) as connection:
            # The row before its statistics, as everybody locks them; and only now and then, as all calls of an
            # integration would wait for each other otherwise.
            if is_news(of, after(of, HEARD, call.at)) and (now := integrations.lock(connection, of.id)):
                integrations.set_state(connection, after(now, HEARD, call.at))
            return events.receive(connection, of, named, call.at)


def _refusal(trouble: Trouble, held: Held) -> Refusal:
    if trouble.kind is TroubleKind.REFUSED:
        return WebhookRefused(trouble.reason, organization_id=held.integration.organization_id)
    if trouble.kind is TroubleKind.UNINTELLIGIBLE:
        return Refusal(400, "webhook_unintelligible", trouble.reason)
    # What is wrong is ours, and no business of whoever calls.
    return Refusal(503, "webhook_not_ready", "the call cannot be verified at the moment; call again later")
