"""Connecting a service and replacing its secrets: validated, asked, written as the caller, announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from integrations_hub.domain.integration import Integration
from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.domain.states import ENABLED, TOLD, UNTOLD, WORKED, after
from integrations_hub.services.accounts import ForElsewhere, Held, account_of
from integrations_hub.services.checking import troubled
from integrations_hub.services.refusals import (
    admin_needed,
    changed_meanwhile,
    organization_not_found,
    refusal_of_trouble,
    secrets_needed,
)
from integrations_hub.store import credentials, events, integrations
from integrations_hub.store.credentials import Kept
from integrations_hub.store.transaction import become_service, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from integrations_hub.domain.caller import Caller
    from integrations_hub.domain.outside import Account
    from integrations_hub.domain.states import Happening
    from integrations_hub.providers.provider import Provider
    from integrations_hub.services.accounts import Accounts
    from integrations_hub.store.database import Rows

__all__ = ["Connecting"]

#: The provider has said no; in every other trouble it has said nothing, and a leaked secret is replaced all the same.
SAID_NO = (TroubleKind.MISCONFIGURED, TroubleKind.REFUSED)


class Connecting:
    """The database decides whether the caller may, before the provider hears of it and again when it is written."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def connect(
        self, caller: Caller, organization_id: str, integration_type: str, configuration: Mapping[str, object],
        secret: Secret, *, check: bool,
    ) -> Integration:  # fmt: skip
        """As of `Integrations.connect`."""
        held = self._before(caller, organization_id, integration_type)
        provider = self._accounts.provider(integration_type)
        old = self._old(held, configuration, secret)
        settings, whole = _validated(provider, configuration, _merged(old, secret))
        wanted = after(replace(held.integration, configuration=settings), ENABLED, datetime.now(UTC))
        if check:
            _asked(provider, account_of(wanted, settings, whole), refused=tuple(TroubleKind))
            wanted = after(wanted, WORKED, datetime.now(UTC))
        wanted = after(wanted, UNTOLD, datetime.now(UTC))
        fresh = None if held.kept and old is not None and whole.reveal_all() == old.reveal_all() else whole
        written = self._write(caller, held, fresh, lambda connection: integrations.connect(connection, wanted))
        return self._announced(written, whole, TOLD)

    def rotate(self, caller: Caller, integration_id: str, secret: Secret) -> Integration:
        """As of `Integrations.rotate`."""
        with transaction(self._accounts.database, caller) as connection:
            held = self._accounts.held(connection, self._accounts.locked(connection, integration_id))
        provider = self._accounts.provider(held.integration.integration_type)
        configuration = held.integration.configuration
        settings, whole = _validated(provider, configuration, _merged(self._old(held, configuration, secret), secret))
        happening = _asked(provider, account_of(held.integration, settings, whole), refused=SAID_NO)

        def put(connection: Rows) -> Integration:
            now = self._accounts.locked(connection, integration_id)
            if (now.integration_type, now.configuration) != (held.integration.integration_type, configuration):
                # The secrets were given for what was there.
                raise changed_meanwhile()
            then = after(after(now, happening, datetime.now(UTC)), UNTOLD, datetime.now(UTC))
            return integrations.set_state(connection, then)

        written = self._write(caller, held, whole, put)
        return self._announced(written, whole, TOLD if happening == WORKED else happening)

    def _before(self, caller: Caller, organization_id: str, integration_type: str) -> Held:
        """What there is of it, for a caller who may change it; its id is new where there is nothing."""
        with transaction(self._accounts.database, caller) as connection:
            if not integrations.organization_is_visible(connection, organization_id):
                raise organization_not_found(organization_id)
            self._accounts.provider(integration_type)
            found = integrations.of_type(connection, organization_id, integration_type) or Integration(
                id=str(uuid4()), organization_id=organization_id, integration_type=integration_type
            )
            if not integrations.may_connect(connection, found):
                raise admin_needed()
            return self._accounts.held(connection, found)

    def _old(self, held: Held, configuration: Mapping[str, object], given: Secret) -> Secret | None:
        """The secrets that stay with these settings; where they do not open, whoever gives new ones can do without."""
        try:
            return self._accounts.secret(
                replace(held, integration=replace(held.integration, configuration=configuration))
            )  # fmt: skip
        except ForElsewhere:
            self._whole_anew(held, given)
            return None
        except Trouble as trouble:
            if given.names():
                return None
            raise refusal_of_trouble(trouble) from None
        except Refusal:
            if given.names():
                return None
            raise

    def _whole_anew(self, held: Held, given: Secret) -> None:
        """For another destination, each secret that is there is given again, as none of them goes there by itself.

        Raises:
            Refusal: 422, one is missing.
        """
        fields = self._accounts.provider(held.integration.integration_type).fields
        try:
            names = self._accounts.secret(held).names()
        except Trouble:
            names = tuple(field.name for field in fields if field.is_secret and field.is_required)
        labels = {field.name: field.label for field in fields}
        if missing := [labels.get(name, name) for name in names if name not in given]:
            raise secrets_needed([field.label for field in fields if field.is_destination], missing)

    def _write(self, caller: Caller, held: Held, secret: Secret | None, put: Callable[[Rows], Integration]) -> Held:
        """The row as the caller, the secret as the service, in one transaction."""
        with transaction(self._accounts.database, caller) as connection:
            written = put(connection)
            become_service(connection)
            kept = credentials.read(connection, written)
            if (kept and kept.sealed.nonce) != held.nonce:
                raise changed_meanwhile()
            if secret is None:
                return Held(integration=written, kept=kept)
            sealed = self._accounts.sealed(written, secret)
            credentials.write(connection, written, sealed)
            events.write_entry(connection, written, events.Entry(
                id=str(uuid4()), action="integration.credentials_changed", actor=caller.user_id,
                details={"names": list(secret.names())},
            ))  # fmt: skip
            return Held(integration=written, kept=Kept(sealed=sealed, since=datetime.now(UTC)))

    def _announced(self, held: Held, secret: Secret, then: Happening) -> Integration:
        """Tell the provider where to call; what is connected stays so when it cannot be told."""
        of = held.integration
        try:
            self._accounts.announce(account_of(of, of.configuration, secret), of)
        except Trouble as trouble:
            then = troubled(trouble)
        return self._accounts.note(held, then, datetime.now(UTC))


def _validated(
    provider: Provider, configuration: Mapping[str, object], secret: Secret
) -> tuple[dict[str, object], Secret]:
    try:
        return provider.validate(configuration, secret)
    except Trouble as trouble:
        raise refusal_of_trouble(trouble) from None


def _asked(provider: Provider, account: Account, *, refused: Collection[TroubleKind]) -> Happening:
    """What asking the provider came to.

    Raises:
        Refusal: trouble of one of the kinds that are refused.
    """
    try:
        provider.check(account)
    except Trouble as trouble:
        if trouble.kind in refused:
            raise refusal_of_trouble(trouble) from None
        return troubled(trouble)
    return WORKED


def _merged(old: Secret | None, given: Secret) -> Secret:
    return Secret({**(old.reveal_all() if old else {}), **given.reveal_all()})
