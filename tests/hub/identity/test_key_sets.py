"""Which keys of a key set are used."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import get_default_algorithms
from tests.hub.identity.project import Project, key_pair

from integrations_hub.identity.keys import MOST_KEYS, keys_of, same

ALGORITHMS: dict[str, Any] = dict(get_default_algorithms())


def _jwk(kind: str, **changed: object) -> dict[str, Any]:
    found = next(key for key in Project().key_set()["keys"] if key["kid"] == f"{kind}-1")
    return {name: value for name, value in {**found, **changed}.items() if value is not ...}


def _names(*keys: object) -> set[tuple[str | None, str]]:
    return set(keys_of(json.dumps({"keys": keys}).encode()))


def test_a_key_serves_the_algorithms_of_its_kind() -> None:
    assert _names(_jwk("rsa"), _jwk("ec"), _jwk("ed25519")) == {
        ("rsa-1", "RS256"), ("rsa-1", "PS256"), ("ec-1", "ES256"), ("ed25519-1", "EdDSA"),
    }  # fmt: skip


def test_a_key_that_names_its_algorithm_serves_no_other() -> None:
    assert _names(_jwk("rsa", alg="PS256")) == {("rsa-1", "PS256")}


UNUSABLE: dict[str, object] = {
    "shared secret": {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
    "for encryption": _jwk("rsa", use="enc"),
    "for signing": _jwk("rsa", key_ops=["sign"]),
    "operations a word": _jwk("rsa", key_ops="verify"),
    "for RS512": _jwk("rsa", alg="RS512"),
    "for HS256": _jwk("rsa", alg="HS256"),
    "for none": _jwk("rsa", alg="none"),
    "kid a number": _jwk("rsa", kid=7),
    "kid too long": _jwk("rsa", kid="x" * 201),
    "of another kind": _jwk("rsa", kty="EC"),
    "without modulus": _jwk("rsa", n=...),
    "curve of another name": _jwk("ec", crv="P-384"),
    "coordinate too short": _jwk("ec", x="AAAA"),
    "not on the curve": _jwk("ec", y=_jwk("ec")["x"]),
    "for key agreement": _jwk("ed25519", crv="X25519"),
    "RSA of 1024 bits": ALGORITHMS["RS256"].to_jwk(
        rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key(),  # noqa: S505 - that is the point
        as_dict=True,
    ),
    "P-384": ALGORITHMS["ES256"].to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True),
    "private": {**ALGORITHMS["RS256"].to_jwk(key_pair("rsa"), as_dict=True), "key_ops": ["verify"], "kid": "private"},
    "a word": "rsa",
    "null": None,
    "empty": {},
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_key_that_cannot_or_must_not_be_used_is_left_out(what: str) -> None:
    assert _names(UNUSABLE[what], _jwk("ec")) == {("ec-1", "ES256")}


@pytest.mark.parametrize(
    "document",
    [b"", b"<html>", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "eA"}]}', b"\xff",
     b"[" * 60_000, json.dumps({"keys": [_jwk("ec", kid=str(number)) for number in range(MOST_KEYS + 1)]}).encode()],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        keys_of(document)


def test_sets_are_compared_by_their_keys() -> None:
    one, other = (json.dumps(Project(published=numbers).key_set()).encode() for numbers in ((1,), (2,)))

    assert same(keys_of(one), keys_of(one))
    assert not same(keys_of(one), keys_of(other))
