"""Bodies, preferences and media types: what is taken, what is refused, what is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations_hub.dialect.media import read_accept, read_content_type
from integrations_hub.dialect.payload import Payload, read_payload
from integrations_hub.dialect.preferences import applied, read_preferences
from integrations_hub.dialect.records import Preferences
from integrations_hub.domain.refusal import Refusal


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b'{"a": 1, "b": null}', Payload(text='{"a": 1, "b": null}', keys=("a", "b"), objects=1)),
        (b'[{"b": 1, "a": 2}, {"a": 1, "b": 2}]',
         Payload(text='[{"b": 1, "a": 2}, {"a": 1, "b": 2}]', keys=("b", "a"), objects=2, is_array=True)),
        (b"[]", Payload(text="[]", keys=(), objects=0, is_array=True)),
        (b"{}", Payload(text="{}", keys=(), objects=1)),
    ],
)  # fmt: skip
def test_a_body_is_one_object_or_many_alike(body: bytes, payload: Payload) -> None:
    assert read_payload(body) == payload


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"{", b'{"a": NaN}', b'{"a": Infinity}', b"\xff", b"1", b'"text"', b"null", b"[1]", b"[[]]",
        b'[{"a": 1}, {"b": 1}]', b'[{"a": 1}, {"a": 1, "b": 2}]', b'{"\\ud800": 1}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_any_other_body_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_payload(body)

    assert (refused.value.status, refused.value.code) == (400, "PGRST102")


@given(some.binary())
def test_no_body_is_too_much(body: bytes) -> None:
    assert _status(body) in {200, 400}


def _status(body: bytes) -> int:
    try:
        read_payload(body)
    except Refusal as refusal:
        return refusal.status
    return 200


def test_the_first_of_a_preference_counts_in_any_header() -> None:
    read = read_preferences(("count=exact,return=representation", "return=minimal, resolution=merge-duplicates"))

    assert read == Preferences(count="exact", returns="representation", resolution="merge-duplicates")
    assert applied(read, "returns", "count") == {"Preference-Applied": "count=exact, return=representation"}


def test_only_who_is_strict_hears_of_unknown_preferences() -> None:
    assert read_preferences(("foo, bar=1, max-affected=5",)) == Preferences()
    assert read_preferences(("handling=strict, max-affected=5",)) == Preferences(handling="strict", max_affected=5)
    with pytest.raises(Refusal) as refused:
        read_preferences(("handling=strict, foo, bar=1",))
    assert (refused.value.code, refused.value.details) == ("PGRST122", "Invalid preferences: foo, bar=1")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, (False, False)), ("*/*", (False, False)), ("application/json", (False, False)),
        ("application/vnd.pgrst.object+json", (True, False)),
        ("application/vnd.pgrst.object+json;nulls=stripped", (True, True)),
        ("application/vnd.pgrst.array+json;nulls=stripped", (False, True)),
        ("text/html, application/json;q=0.9", (False, False)),
        ("application/json;q=0.1, application/vnd.pgrst.object+json", (True, False)),
    ],
)  # fmt: skip
def test_an_answer_is_what_is_accepted(header: str | None, wanted: tuple[bool, bool]) -> None:
    assert read_accept(header) == wanted


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("text/csv", 501, "PGRST127"), ("application/geo+json", 501, "PGRST127"),
        ("application/vnd.pgrst.plan+json", 501, "PGRST127"), ("application/octet-stream", 501, "PGRST127"),
        ("text/html", 406, "PGRST107"),
    ],
)  # fmt: skip
def test_other_media_are_not_there(header: str, status: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_accept(header)

    assert (refused.value.status, refused.value.code) == (status, code)


@pytest.mark.parametrize(
    ("header", "status"), [("text/csv", 501), ("application/x-www-form-urlencoded", 501), ("image/png", 400)]
)
def test_a_body_is_json(header: str, status: int) -> None:
    read_content_type(None)
    read_content_type("application/json; charset=utf-8")
    with pytest.raises(Refusal) as refused:
        read_content_type(header)

    assert refused.value.status == status
