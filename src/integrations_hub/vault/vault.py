"""The vault: secrets in, envelopes out, and back."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.vault.envelope import Elsewhere, Place, Tampered, opened, rewrapped, sealed
from integrations_hub.vault.keyring import Keyring
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from integrations_hub.domain.sealed import Sealed
    from integrations_hub.settings import Keys

__all__ = ["FOR_ELSEWHERE", "Vault"]

#: Of the refusal where a secret is not for the settings that are there.
FOR_ELSEWHERE = "credentials_for_elsewhere"


class Vault:
    """Seals under the primary key, and opens under each that is known."""

    def __init__(self, keys: Keys, environment: Mapping[str, str] = os.environ) -> None:
        """Nothing is read yet.

        Args:
            keys: where each comes from.
            environment: for those that come from it.
        """
        self._ring = Keyring(keys, environment)

    @property
    def primary(self) -> str:
        """The id of the key that seals what is new."""
        return self._ring.primary

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of all keys."""
        return self._ring.ids

    def prepare(self) -> None:
        """Read every key now, so that one that is missing is told at the start and not in the middle of a request.

        Raises:
            CannotRun: one cannot be read, or is no key; or two ids mean the same key.
        """
        place = Place(organization_id=_NOBODY, integration_id=_NOBODY)
        for key_id in self.known:
            envelope = sealed(self._ring.key(key_id), key_id, place, b"", {})
            for other in self.known:
                if other != key_id and _opens(self._ring.key(other), place, envelope):
                    what = f"the keys {key_id} and {other} are the same: a rotation between them would change nothing"
                    raise CannotRun("hub.same-key", what, where="keys.known")

    def seal(
        self, organization_id: str, integration_id: str, secret: Secret, *, destination: Mapping[str, object]
    ) -> Sealed:
        """Seal it for the row of an integration, under the primary key.

        Args:
            organization_id: whose it is.
            integration_id: which.
            secret: what is sealed.
            destination: the settings that decide where it is sent; it opens for these and for no others.

        Raises:
            CannotRun: the key cannot be read.
        """
        place = Place(organization_id=organization_id, integration_id=integration_id)
        plaintext = json.dumps(secret.reveal_all(), sort_keys=True, separators=(",", ":")).encode()
        return sealed(self._ring.key(self.primary), self.primary, place, plaintext, destination)

    def open(
        self, organization_id: str, integration_id: str, envelope: Sealed, *, destination: Mapping[str, object]
    ) -> Secret:
        """Open what was sealed for the row of an integration.

        Raises:
            Refusal: `key_unknown` where this process does not know the key; where it does, `credentials_for_elsewhere`
                when all is well but for the destination, and else `credentials_unreadable`.
            CannotRun: the key cannot be read.
        """
        place = Place(organization_id=organization_id, integration_id=integration_id)
        try:
            return Secret(json.loads(opened(self._key(envelope.key_id), place, envelope, destination)))
        except Elsewhere:
            raise (_for_elsewhere() if destination else _unreadable()) from None
        except Tampered:
            raise _unreadable() from None

    def rewrap(self, organization_id: str, integration_id: str, envelope: Sealed) -> Sealed:
        """The same secret with its data key under the primary key; the secret itself is not opened.

        Raises:
            Refusal: as of `open`.
            CannotRun: a key cannot be read.
        """
        place = Place(organization_id=organization_id, integration_id=integration_id)
        new = self._ring.key(self.primary)
        try:
            return rewrapped(self._key(envelope.key_id), new, self.primary, place, envelope)
        except Tampered:
            raise _unreadable() from None

    def _key(self, key_id: str) -> AESGCM:
        if key_id not in self.known:
            raise Refusal(
                503, "key_unknown", f"the credentials are sealed under the key {key_id}, which is not known here",
                hint="the operator adds that key to keys.known, or the credentials are entered again",
            )  # fmt: skip
        return self._ring.key(key_id)


_NOBODY = "00000000-0000-0000-0000-000000000000"


def _opens(key: AESGCM, place: Place, envelope: Sealed) -> bool:
    try:
        opened(key, place, envelope, {})
    except Tampered:
        return False
    return True


def _for_elsewhere() -> Refusal:
    return Refusal(
        409, FOR_ELSEWHERE, "its credentials were given for another server or account, and are not sent to this one",
        hint="give them again, or put the settings back",
    )  # fmt: skip


def _unreadable() -> Refusal:
    return Refusal(
        409, "credentials_unreadable",
        "the credentials do not open: they were changed, or moved from another place, after they were sealed",
        hint="enter the credentials again",
    )  # fmt: skip
