"""The integrations of an organization: connect, configure, rotate, switch, test, check, and see how they are."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Healthy, Trouble
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.states import DISABLED, ENABLED, after
from integrations_hub.services.connecting import Connecting
from integrations_hub.services.refusals import organization_not_found, refusal_of_trouble
from integrations_hub.store import integrations
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integrations_hub.domain.caller import Caller
    from integrations_hub.domain.integration import Integration
    from integrations_hub.domain.outside import Field, Sent
    from integrations_hub.domain.secret import Secret
    from integrations_hub.domain.states import Happening
    from integrations_hub.services.accounts import Accounts, Held
    from integrations_hub.services.checking import Checking
    from integrations_hub.services.sending import Sending
    from integrations_hub.store.database import Row, Rows

__all__ = ["Credentials", "Integrations", "Type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What may be known of the credentials of an integration."""

    names: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type that an integration can have, and what an administrator fills in where the hub connects it."""

    integration_type: str
    label: str
    description: str
    is_available: bool
    #: What a receiver of messages is; empty where the hub does not connect it.
    receiver: str = ""
    fields: tuple[Field, ...] = ()


class Integrations:
    """Each use-case for its caller, whose rights the database knows; providers are asked between transactions."""

    def __init__(self, *, accounts: Accounts, checking: Checking, sending: Sending) -> None:
        """Nothing is asked yet."""
        self._accounts = accounts
        self._checking = checking
        self._sending = sending
        self._connecting = Connecting(accounts)

    def connect(
        self, caller: Caller, organization_id: str, integration_type: str, configuration: Mapping[str, object],
        secret: Secret, *, check: bool = True,
    ) -> Integration:  # fmt: skip
        """Connect a service, or configure the one that is connected; it is switched on.

        Args:
            caller: an administrator of the organization.
            organization_id: whose it is.
            integration_type: one that the hub connects.
            configuration: replaces what was there.
            secret: replaces what was there of the same names; the others stay, unless a setting that decides where they
                are sent is another one: then each is given again.
            check: whether the provider has to take them before they are kept.

        Raises:
            Refusal: 404, 403, 409, 422, or what the provider answered.
        """
        return self._connecting.connect(caller, organization_id, integration_type, configuration, secret, check=check)

    def rotate(self, caller: Caller, integration_id: str, secret: Secret) -> Integration:
        """Replace secrets of an integration; those of other names stay.

        Raises:
            Refusal: 404, 403, 409; 422, the provider does not take them. Where it cannot be asked they are kept, as a
                secret that others know cannot wait, and the state says so.
        """
        return self._connecting.rotate(caller, integration_id, secret)

    def enable(self, caller: Caller, integration_id: str) -> Integration:
        """Switch it on, tell the provider again where to call, and look how it is.

        Raises:
            Refusal: 404, 403; 503, this process does not know its key.
        """
        return self._checking.look(self._switched(caller, integration_id, ENABLED), announce=True)[0]

    def disable(self, caller: Caller, integration_id: str) -> Integration:
        """Switch it off: nothing is sent or received, and nobody asks how it is, until it is switched on.

        Raises:
            Refusal: 404, 403.
        """
        return self._switched(caller, integration_id, DISABLED).integration

    def test(self, caller: Caller, integration_id: str, to: str, text: str, key: str) -> Sent:
        """Send a test message, at most once for each key; as of `Sending.send`."""
        return self._sending.send(caller, integration_id, to, text, key)

    def check(self, caller: Caller, integration_id: str) -> Healthy:
        """Ask the provider now.

        Raises:
            Refusal: the trouble, in words; 404, 403.
        """
        answer = self._checking.look(self._held(caller, integration_id))[1]
        if isinstance(answer, Trouble):
            raise refusal_of_trouble(answer)
        return answer

    def credentials(self, caller: Caller, integration_id: str) -> Credentials | None:
        """Which secrets there are, and since when; never what they are.

        Raises:
            Refusal: 404, 403; 409, they do not open; 503, this process does not know their key.
        """
        held = self._held(caller, integration_id)
        if held.kept is None:
            return None
        try:
            return Credentials(names=self._accounts.secret(held).names(), since=held.kept.since)
        except Trouble as trouble:
            raise Refusal(409, "credentials_unreadable", trouble.reason) from None

    def types(self, caller: Caller) -> list[Type]:
        """The types that there can be, and what an administrator fills in for those that the hub connects."""
        with transaction(self._accounts.database, caller) as connection:
            rows = integrations.types(connection)
        return [self._type(row) for row in rows]

    def health(self, caller: Caller, organization_id: str) -> list[Row]:
        """How an organization's integrations are, as the view integration_dashboard has it.

        Raises:
            Refusal: 404.
        """
        with self._visible(caller, organization_id) as connection:
            return integrations.health(connection, organization_id)

    def usage(self, caller: Caller, organization_id: str, days: int) -> list[Row]:
        """How they were used in the last days, by day.

        Raises:
            Refusal: 404.
        """
        with self._visible(caller, organization_id) as connection:
            return integrations.usage(connection, organization_id, days)

    def _type(self, row: Row) -> Type:
        name = row["integration_type"]
        if name not in self._accounts.providers.types():
            return Type(**row, is_available=False)
        provider = self._accounts.provider(name)
        return Type(**row, is_available=True, receiver=provider.receiver, fields=provider.fields)

    def _held(self, caller: Caller, integration_id: str) -> Held:
        with transaction(self._accounts.database, caller) as connection:
            return self._accounts.held(connection, self._accounts.locked(connection, integration_id))

    def _switched(self, caller: Caller, integration_id: str, happening: Happening) -> Held:
        with transaction(self._accounts.database, caller) as connection:
            before = self._accounts.locked(connection, integration_id)
            now = integrations.set_state(connection, after(before, happening, datetime.now(UTC)))
            return self._accounts.held(connection, now)

    @contextmanager
    def _visible(self, caller: Caller, organization_id: str) -> Iterator[Rows]:
        with transaction(self._accounts.database, caller) as connection:
            if not integrations.organization_is_visible(connection, organization_id):
                raise organization_not_found(organization_id)
            yield connection
