"""Integrations together with what is sealed for them: found, opened for their provider, and their state written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.outside import Account, Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.domain.states import after, is_news
from integrations_hub.providers.form import destination
from integrations_hub.services.recording import until_recorded
from integrations_hub.services.refusals import admin_needed, integration_not_found, type_not_found
from integrations_hub.store import credentials, integrations
from integrations_hub.store.transaction import become_service, transaction
from integrations_hub.vault.vault import FOR_ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from integrations_hub.domain.integration import Integration
    from integrations_hub.domain.sealed import Sealed
    from integrations_hub.domain.states import Happening
    from integrations_hub.providers.provider import Provider
    from integrations_hub.providers.registry import Providers
    from integrations_hub.store.credentials import Kept
    from integrations_hub.store.database import Database, Rows
    from integrations_hub.vault.vault import Vault

__all__ = ["Accounts", "ForElsewhere", "Held", "account_of"]


class ForElsewhere(Trouble):
    """The secrets are for other settings than those that are there, and are sent nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An integration as it was read, with what was sealed for it then."""

    integration: Integration
    kept: Kept | None

    @property
    def nonce(self) -> bytes | None:
        """Another one for each secret that is sealed; the same when only its key was rotated."""
        return None if self.kept is None else self.kept.sealed.nonce


class Accounts:
    """What the use-cases share; never a provider's call within a transaction."""

    def __init__(self, *, database: Database, vault: Vault, providers: Providers, address: str) -> None:
        """Nothing is asked yet; `address` is where providers reach the hub."""
        self._address = address.rstrip("/")
        self.database = database
        self.vault = vault
        self.providers = providers

    def provider(self, integration_type: str) -> Provider:
        """The one of a type.

        Raises:
            Refusal: 404, there is none.
        """
        try:
            return self.providers.of(integration_type)
        except KeyError:
            raise type_not_found(integration_type) from None

    def announce(self, account: Account, integration: Integration) -> None:
        """Tell its provider where to call.

        Raises:
            Trouble: it cannot be told; never REJECTED, as it is no message that the provider does not want.
        """
        address = f"{self._address}/v1/webhooks/{integration.integration_type}/{integration.id}"
        try:
            self.provider(integration.integration_type).announce(account, address)
        except Trouble as trouble:
            if trouble.kind is TroubleKind.REJECTED:
                raise Trouble(TroubleKind.MISCONFIGURED, trouble.reason) from None
            raise

    def locked(self, connection: Rows, integration_id: str) -> Integration:
        """One that the caller of the transaction may change: the database says whether.

        Raises:
            Refusal: 404, not theirs or not there; 403, they may only read it.
        """
        if found := integrations.lock(connection, integration_id):
            return found
        if integrations.find(connection, integration_id):
            raise admin_needed()
        become_service(connection)
        foreign = integrations.find(connection, integration_id)
        raise integration_not_found(foreign.organization_id if foreign else None)

    def held(self, connection: Rows, integration: Integration) -> Held:
        """With what is sealed for it; from here on the transaction is the service's."""
        become_service(connection)
        return Held(integration=integration, kept=credentials.read(connection, integration))

    def secret(self, held: Held) -> Secret:
        """What is sealed for it and for its settings as they were read; nothing, where nothing is.

        Raises:
            ForElsewhere: it is for other settings.
            Trouble: MISCONFIGURED, it does not open, or the settings cannot be.
            Refusal: 503, this process does not know the key.
        """
        if held.kept is None:
            return Secret({})
        of = held.integration
        try:
            return self.vault.open(of.organization_id, of.id, held.kept.sealed, destination=self._destination(of))
        except Refusal as refusal:
            if refusal.code == "key_unknown":
                raise
            kind = ForElsewhere if refusal.code == FOR_ELSEWHERE else Trouble
            raise kind(TroubleKind.MISCONFIGURED, f"{refusal.message}; {refusal.hint}") from None

    def sealed(self, integration: Integration, secret: Secret) -> Sealed:
        """Seal secrets for an integration and its settings, which are valid."""
        place = (integration.organization_id, integration.id)
        return self.vault.seal(*place, secret, destination=self._destination(integration))

    def _destination(self, integration: Integration) -> dict[str, object]:
        if integration.integration_type not in self.providers.types():
            return {}
        return destination(self.providers.of(integration.integration_type).fields, integration.configuration)

    def account(self, held: Held) -> Account:
        """What its provider needs to act for it; the provider validates the settings, each time.

        Raises:
            Trouble: MISCONFIGURED.
            Refusal: 503, this process does not know the key.
        """
        return account_of(held.integration, held.integration.configuration, self.secret(held))

    def note(
        self, held: Held, happening: Happening | None, at: datetime, *,
        record: Callable[[Rows, Integration], None] | None = None,
    ) -> Integration:  # fmt: skip
        """Write what was seen of an integration, in one transaction with what else is to be recorded of it.

        What was seen with settings or secrets that are no longer in force says nothing about how it is now.

        Args:
            held: as it was when it was asked.
            happening: what was seen; nothing changes where there is none.
            at: when.
            record: called in the transaction; writes the same however often it is called.
        """

        def write() -> Integration:
            with transaction(self.database, SERVICE) as connection:
                now = integrations.lock(connection, held.integration.id)
                if now is None:
                    return held.integration
                if record is not None:
                    record(connection, now)
                if happening is None or not self._in_force(connection, held, now):
                    return now
                then = after(now, happening, at)
                return integrations.set_state(connection, then) if is_news(now, then) else now

        return until_recorded(write)

    def _in_force(self, connection: Rows, held: Held, now: Integration) -> bool:
        kept = Held(integration=now, kept=credentials.read(connection, now))
        return kept.nonce == held.nonce and now.configuration == held.integration.configuration


def account_of(integration: Integration, configuration: Mapping[str, Any], secret: Secret) -> Account:
    """An integration with the settings and secrets that are to be used."""
    return Account(
        organization_id=integration.organization_id, integration_id=integration.id, configuration=configuration,
        secret=secret,
    )  # fmt: skip
