"""Envelopes open where they were sealed, with the key that sealed them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations_hub.domain.sealed import Sealed
from integrations_hub.vault.envelope import Elsewhere, Place, Tampered, opened, rewrapped, sealed

OLD, NEW = AESGCM(b"o" * 32), AESGCM(b"n" * 32)
PLACE = Place(
    organization_id="a0000000-0000-4000-8000-000000000001", integration_id="b0000000-0000-4000-8000-00000000000f"
)
AT: dict[str, object] = {"host": "smtp.example.org", "port": 587}
BYTES = tuple(name for name in Sealed.__slots__ if name != "key_id")


#: As settings are: texts and numbers, of which some read the same.
DESTINATIONS = st.dictionaries(
    st.sampled_from(["host", "port", "username"]), st.text(max_size=3) | st.integers(0, 3) | st.sampled_from(["0", "1"])
)


def with_part(envelope: Sealed, name: str, value: bytes) -> Sealed:
    parts: dict[str, Any] = {each: getattr(envelope, each) for each in Sealed.__slots__}
    return Sealed(**parts | {name: value})


def must_not_open(envelope: Sealed, *, key: AESGCM = OLD, place: Place = PLACE) -> None:
    with pytest.raises(Tampered):
        opened(key, place, envelope, AT)


@settings(deadline=None)
@given(st.binary(max_size=5000))
def test_what_is_sealed_opens(plaintext: bytes) -> None:
    assert opened(OLD, PLACE, sealed(OLD, "old", PLACE, plaintext, AT), AT) == plaintext


@settings(deadline=None)
@given(st.binary(max_size=5000))
def test_under_a_new_key_it_is_the_same_secret(plaintext: bytes) -> None:
    before = sealed(OLD, "old", PLACE, plaintext, AT)
    after = rewrapped(OLD, NEW, "new", PLACE, before)

    assert opened(NEW, PLACE, after, AT) == plaintext
    assert (after.ciphertext, after.nonce) == (before.ciphertext, before.nonce)
    assert after.wrapped_key_nonce != before.wrapped_key_nonce
    must_not_open(after, key=OLD)


@settings(deadline=None)
@given(st.data())
def test_no_bit_can_be_flipped(data: st.DataObject) -> None:
    envelope = sealed(OLD, "old", PLACE, data.draw(st.binary(max_size=100)), AT)
    name = data.draw(st.sampled_from(BYTES))
    value: bytes = getattr(envelope, name)
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    flipped = bytearray(value)
    flipped[bit // 8] ^= 1 << bit % 8

    must_not_open(with_part(envelope, name, bytes(flipped)))


@settings(deadline=None)
@given(st.data())
def test_nothing_can_be_cut_off_or_added(data: st.DataObject) -> None:
    envelope = sealed(OLD, "old", PLACE, b"a secret", AT)
    name = data.draw(st.sampled_from(BYTES))
    value: bytes = getattr(envelope, name)
    other = data.draw(st.sampled_from([value[:-1], value[1:], value + b"\0", b"", b"\0" + value]))

    must_not_open(with_part(envelope, name, other))


def test_a_row_cannot_be_moved() -> None:
    envelope = sealed(OLD, "old", PLACE, b"a secret", AT)

    must_not_open(envelope, place=replace(PLACE, organization_id=str(uuid4())))
    must_not_open(envelope, place=replace(PLACE, integration_id=str(uuid4())))
    must_not_open(
        envelope, place=Place(organization_id=PLACE.integration_id, integration_id=PLACE.organization_id)
    )  # fmt: skip


@settings(deadline=None)
@given(DESTINATIONS, DESTINATIONS)
def test_a_secret_opens_for_its_destination_and_for_no_other(mine: dict[str, object], other: dict[str, object]) -> None:
    """Also under another key, which it comes under without anybody's knowing what it is for."""
    before = sealed(OLD, "old", PLACE, b"a secret", mine)
    after = rewrapped(OLD, NEW, "new", PLACE, before)

    for key, envelope in ((OLD, before), (NEW, after)):
        assert opened(key, PLACE, envelope, dict(reversed(mine.items()))) == b"a secret"
        if other != mine:
            with pytest.raises(Elsewhere):
                opened(key, PLACE, envelope, other)


def test_parts_of_two_rows_cannot_be_put_together() -> None:
    mine, theirs = sealed(OLD, "old", PLACE, b"a secret", AT), sealed(OLD, "old", PLACE, b"another", AT)

    must_not_open(replace(mine, ciphertext=theirs.ciphertext, nonce=theirs.nonce))
    must_not_open(replace(mine, wrapped_key=theirs.wrapped_key, wrapped_key_nonce=theirs.wrapped_key_nonce))


def test_the_layers_cannot_be_exchanged() -> None:
    """A secret that looks like a data key is none."""
    inner = sealed(OLD, "old", PLACE, b"k" * 32, AT)

    must_not_open(
        replace(inner, wrapped_key=inner.ciphertext, wrapped_key_nonce=inner.nonce,
                ciphertext=inner.wrapped_key, nonce=inner.wrapped_key_nonce)
    )  # fmt: skip


def test_the_id_of_the_key_is_part_of_it() -> None:
    envelope = sealed(OLD, "old", PLACE, b"a secret", AT)

    must_not_open(replace(envelope, key_id="new"))
    must_not_open(envelope, key=NEW)
    with pytest.raises(Tampered):
        rewrapped(NEW, OLD, "old", PLACE, envelope)


def test_the_spelling_of_an_identifier_does_not_matter() -> None:
    envelope = sealed(OLD, "old", PLACE, b"a secret", AT)
    shouted = Place(organization_id=PLACE.organization_id.upper(), integration_id=PLACE.integration_id.upper())

    assert opened(OLD, shouted, envelope, AT) == b"a secret"


def test_no_key_and_no_nonce_is_used_twice() -> None:
    many = [sealed(OLD, "old", PLACE, b"the same", AT) for _ in range(5000)]

    assert len({envelope.nonce for envelope in many} | {envelope.wrapped_key_nonce for envelope in many}) == 10_000
    assert len({envelope.ciphertext for envelope in many}) == len({envelope.wrapped_key for envelope in many}) == 5000


def test_it_has_the_lengths_that_the_table_wants() -> None:
    envelope = sealed(OLD, "old", PLACE, b"", AT)

    assert len(envelope.ciphertext) == 16
    assert len(envelope.nonce) == len(envelope.wrapped_key_nonce) == 12
    assert len(envelope.wrapped_key) == 48


def test_it_shows_nothing_but_the_id_of_its_key() -> None:
    assert repr(sealed(OLD, "old", PLACE, b"a secret", AT)) == "Sealed(key_id='old')"
