"""A secret as it may lie in the database."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The columns of private.integration_credentials that hold a secret; the vault makes and opens them."""

    #: The secret under the data key, with its 16-byte tag.
    ciphertext: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    #: The data key under the key-encryption key, with its 16-byte tag.
    wrapped_key: bytes = field(repr=False)
    wrapped_key_nonce: bytes = field(repr=False)
    #: Which key-encryption key that is.
    key_id: str
