"""Public keys out of a JSON Web Key Set: each for the algorithms of its kind and for no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from jwt.algorithms import get_default_algorithms
from jwt.exceptions import PyJWTError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwt.algorithms import Algorithm

__all__ = ["ALGORITHMS", "Keys", "algorithm", "keys_of", "same"]

#: Which keys an algorithm takes, as kty and crv of RFC 7517 and RFC 8037 have them; HS256 takes the secret alone.
ALGORITHMS = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
#: RFC 7518, section 3.3.
SMALLEST_RSA_BITS = 2048
MOST_KEYS = 50
LONGEST_KID = 200

#: By kid (none where the key has none) and algorithm.
Keys = dict[tuple[str | None, str], Any]

_known = get_default_algorithms()


def algorithm(name: str) -> Algorithm:
    """The one of that name."""
    return _known[name]


def keys_of(document: bytes) -> Keys:
    """The keys of a key set that verify signatures; those for anything else, and those that are unsafe, are left out.

    Raises:
        ValueError: this is no key set, or holds no key that can be used; in words.
    """
    try:
        listed = json.loads(document)["keys"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("this is no key set") from None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise ValueError(f"this is no list of at most {MOST_KEYS} keys")
    keys: Keys = {}
    for each in listed:
        if isinstance(each, dict) and _may_verify(each):
            keys.update(_by_algorithm(each))
    if not keys:
        raise ValueError(f"it has no key for {', '.join(ALGORITHMS)}")
    return keys


def same(some: Keys, others: Keys) -> bool:
    """Whether they are the same keys under the same names."""
    return _public(some) == _public(others)


def _public(keys: Keys) -> dict[tuple[str | None, str], object]:
    # Keys of Ed25519 have no numbers, but bytes.
    return {
        name: key.public_numbers() if hasattr(key, "public_numbers") else key.public_bytes_raw()
        for name, key in keys.items()
    }


def _may_verify(key: Mapping[str, Any]) -> bool:
    kid, operations = key.get("kid"), key.get("key_ops", ["verify"])
    return (
        (kid is None or (isinstance(kid, str) and 0 < len(kid) <= LONGEST_KID))
        and key.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        # Whoever publishes a private key has given it away.
        and "d" not in key
    )


def _by_algorithm(key: dict[str, Any]) -> Keys:
    return {
        (key.get("kid"), name): made
        for name, (kind, curve) in ALGORITHMS.items()
        if key.get("kty") == kind and key.get("crv") == curve and key.get("alg", name) == name
        if (made := _made(algorithm(name), key)) is not None
    }


def _made(of: Algorithm, key: dict[str, Any]) -> Any:  # noqa: ANN401 - cryptography has no common type of keys
    try:
        made: Any = of.from_jwk(key)
    except (PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError):
        return None
    return None if key["kty"] == "RSA" and made.key_size < SMALLEST_RSA_BITS else made
