"""Envelopes: a secret under a data key of its own, and the data key under a key that never enters the database.

Both layers are AES-256-GCM (NIST SP 800-38D) with a fresh nonce of 96 bits. What is authenticated beside each of them
says which table and which row it is for, and which layer it is, so that nothing opens in another place. Beside the
secret it also says where the secret may be sent: whoever changes that has nothing that opens. The data key does not
depend on it, so that it is put under another key without knowing.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from integrations_hub.domain.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEY_BYTES", "NONCE_BYTES", "Elsewhere", "Place", "Tampered", "opened", "rewrapped", "sealed"]

KEY_BYTES = 32
NONCE_BYTES = 12
TABLE = "private.integration_credentials"


class Tampered(Exception):
    """It was sealed under another key, for another place, or has been changed since; which of them cannot be known."""


class Elsewhere(Tampered):
    """The data key opens and the secret does not, as it was sealed for another destination, or has been changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The row that a secret is sealed for."""

    organization_id: str
    integration_id: str

    def associated_data(self, layer: str, *more: object) -> bytes:
        """What is authenticated with a layer and not stored; a list in JSON, so that no two places read the same."""
        row = [str(UUID(self.organization_id)), str(UUID(self.integration_id))]
        return json.dumps(["1", TABLE, *row, layer, *more], sort_keys=True, separators=(",", ":")).encode()


def sealed(key: AESGCM, key_id: str, place: Place, plaintext: bytes, destination: Mapping[str, object]) -> Sealed:
    """Seal it under a data key that is used for nothing else.

    Args:
        key: the key-encryption key.
        key_id: its name.
        place: the only one where it opens.
        plaintext: the secret.
        destination: the only one for which it opens.
    """
    data_key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
    nonce, wrapped_key_nonce = os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
    return Sealed(
        ciphertext=AESGCM(data_key).encrypt(nonce, plaintext, place.associated_data("secret", dict(destination))),
        nonce=nonce,
        wrapped_key=key.encrypt(wrapped_key_nonce, data_key, place.associated_data(f"data key under {key_id}")),
        wrapped_key_nonce=wrapped_key_nonce,
        key_id=key_id,
    )


def opened(key: AESGCM, place: Place, envelope: Sealed, destination: Mapping[str, object]) -> bytes:
    """The secret.

    Raises:
        Elsewhere: its data key opens, and it does not for this destination.
        Tampered: it does not open with this key at this place.
    """
    data_key = _data_key(key, place, envelope)
    try:
        return AESGCM(data_key).decrypt(
            envelope.nonce, envelope.ciphertext, place.associated_data("secret", dict(destination))
        )
    except (InvalidTag, ValueError):
        raise Elsewhere from None


def rewrapped(old: AESGCM, new: AESGCM, new_id: str, place: Place, envelope: Sealed) -> Sealed:
    """The same secret, its data key under another key-encryption key; the secret itself is not opened.

    Raises:
        Tampered: the data key does not open with the old key at this place.
    """
    data_key = _data_key(old, place, envelope)
    nonce = os.urandom(NONCE_BYTES)
    wrapped_key = new.encrypt(nonce, data_key, place.associated_data(f"data key under {new_id}"))
    return replace(envelope, wrapped_key=wrapped_key, wrapped_key_nonce=nonce, key_id=new_id)


def _data_key(key: AESGCM, place: Place, envelope: Sealed) -> bytes:
    layer = f"data key under {envelope.key_id}"
    try:
        return key.decrypt(envelope.wrapped_key_nonce, envelope.wrapped_key, place.associated_data(layer))
    except (InvalidTag, ValueError):
        raise Tampered from None
