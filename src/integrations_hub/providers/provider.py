"""What a provider is: each folder beside this file has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations_hub.domain.outside import Account, Field, Healthy, Message, Received, Sent, WebhookCall
    from integrations_hub.domain.secret import Secret

__all__ = ["Provider"]


class Provider(Protocol):
    """An outside service; each method raises `Trouble`, and nothing else, when it cannot do what it is asked."""

    #: As in public.integration_types.
    integration_type: str
    label: str
    #: What an administrator fills in.
    fields: tuple[Field, ...]
    #: What `Message.to` is: "telephone number", "address", "chat".
    receiver: str

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """The settings and secrets as they are to be kept; asks nobody.

        Raises:
            Trouble: MISCONFIGURED, with the field and what is wrong with it.
        """

    def check(self, account: Account) -> Healthy:
        """Ask the service whether it answers and takes the credentials; sends nothing to anybody."""

    def send(self, account: Account, message: Message) -> Sent:
        """Send one message, once: never tried again when it may have arrived."""

    def announce(self, account: Account, address: str) -> None:
        """Tell the service at which address it shall call the hub, where it can be told."""

    def receive(self, account: Account, call: WebhookCall) -> Received:
        """Verify a call of the service and read its events.

        Raises:
            Trouble: REFUSED where the signature is not the service's or the call is too old; UNINTELLIGIBLE.
        """
