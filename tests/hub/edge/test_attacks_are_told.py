"""Tokens and calls that are refused: answered, counted, and told where a super administrator reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.edge.door import Door, door, metric
from tests.hub.ground import ADA, LIGHTHOUSE, MAX, MIA, NOBODY, OLGA, OTTO, SUPER, bearer, settings_for, token
from tests.hub.identity.attacks import ATTACKS
from tests.hub.identity.project import Project

from integrations_hub.domain.caller import Caller
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hub.ground import Ground

SUPER_ADMINISTRATOR = Caller(
    role="authenticated", claims={"sub": SUPER, "app_metadata": {"super_admin": True}, "role": "authenticated"}
)


@pytest.fixture
def entrance(ground: Ground, tmp_path: Path) -> Iterator[Door]:
    """One whose project has a secret and a key set."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(Project().key_set()))
    with door(settings_for(ground, tokens={"jwks": str(file)})) as opened:
        yield opened


def _events(ground: Ground, caller: Caller = SUPER_ADMINISTRATOR) -> list[dict[str, Any]]:
    """Those of this test, without those of the sample tenants, as the caller sees them."""
    database = Database(ground.dsn, connections=2)
    database.open()
    with database.transaction(caller) as connection:
        found = connection.execute(
            "select * from public.security_events where details ? 'count' order by occurred_at"
        ).fetchall()
    database.close()
    return found


def _user(user: str) -> Caller:
    return Caller(role="authenticated", claims={"sub": user})


def _sendable(what: str) -> bool:
    """Whether HTTP can carry the token in its header."""
    made = ATTACKS[what][0]()
    return made.isascii() and "\n" not in made and len(made) < 12_000


def test_every_attack_is_refused_counted_and_told(ground: Ground, entrance: Door) -> None:
    attacks = {what: attack for what, attack in ATTACKS.items() if _sendable(what) and what != "empty"}
    assert len(attacks) > 90
    before = {reason: 0 for _, reason in attacks.values()}

    for what, (make, reason) in attacks.items():
        answer = entrance.client.get("/v1/me", headers={"Authorization": f"Bearer {make()}"})
        assert (what, answer.status_code, answer.json()["details"]) == (what, 401, reason)
        assert answer.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
        before[reason] += 1
    entrance.hub.told.flush(everything=True)

    figures = entrance.figures()
    assert before == {
        reason: metric(figures, "hub_refused_total", event="token.refused", reason=reason) for reason in before
    }
    told: dict[str, int] = dict.fromkeys(before, 0)
    for event in _events(ground):
        assert (event["event_type"], str(event["source_ip"])) == ("token.refused", "127.0.0.1")
        told[event["details"]["reason"]] += event["details"]["count"]
    assert told == before


@pytest.mark.parametrize("what", ["of another project", "role 'postgres'", "unknown kid", "huge"])
@pytest.mark.parametrize("header", ["apikey", "authorization"])
def test_a_bad_token_is_bad_in_either_header(entrance: Door, what: str, header: str) -> None:
    value = ATTACKS[what][0]()

    answer = entrance.client.get(
        "/v1/known", headers={header: f"bearer {value}" if header == "authorization" else value}
    )

    assert answer.status_code == 401


def test_only_super_administrators_read_what_concerns_the_system(ground: Ground, entrance: Door) -> None:
    entrance.client.get("/v1/me", headers={"Authorization": "Bearer x"})
    entrance.hub.told.flush()

    assert len(_events(ground)) == 1
    for user in (OLGA, ADA, NOBODY):
        assert _events(ground, _user(user)) == []


def test_a_page_without_the_header_verifies_the_same_way(ground: Ground, entrance: Door) -> None:
    assert entrance.client.get(f"/sign-in/{token(ADA)}").json() == {"user": ADA}

    answer = entrance.client.get(f"/sign-in/{Project().token('ES256', number=2)}")
    entrance.hub.told.flush()

    assert (answer.status_code, answer.json()["details"]) == (401, "unknown_key")
    assert [event["details"]["reason"] for event in _events(ground)] == ["unknown_key"]


def test_who_names_another_organization_is_told_to_that_one(ground: Ground, entrance: Door) -> None:
    for _ in range(50):
        for written in (LIGHTHOUSE, LIGHTHOUSE.upper(), LIGHTHOUSE.replace("-", "")):
            entrance.client.get(f"/v1/organizations/{written}", headers={**bearer(ADA), "User-Agent": "probe/1\t2"})
    entrance.hub.told.flush(everything=True)

    events = _events(ground)
    assert len(events) <= 4, "a minute has two rows at most, and here are two minutes at most"
    for event in events:
        assert (event["event_type"], str(event["user_id"])) == ("access.refused", ADA)
        assert (event["details"]["reason"], event["details"]["about"]) == ("organization", LIGHTHOUSE)
        assert event["user_agent"] == "probe/12"
    assert sum(event["details"]["count"] for event in events) == 150
    assert _events(ground, _user(OTTO)) == events, "its owner sees it"
    assert [_events(ground, _user(user)) for user in (OLGA, ADA, MIA, NOBODY)] == [[]] * 4


def test_an_organization_that_is_not_there_is_told_to_the_operators(ground: Ground, entrance: Door) -> None:
    strange = ["20000000-0000-4000-8000-00000000dead", "nonsense", "x" * 500]
    for named in strange:
        entrance.client.get(f"/v1/organizations/{named}", headers=bearer(ADA))
    entrance.hub.told.flush()

    events = _events(ground)
    assert {event["organization_id"] for event in events} == {None}
    assert {event["details"]["about"] for event in events} == {named[:64] for named in strange}
    assert metric(entrance.figures(), "hub_security_events_lost_total") == 0


def test_what_the_database_denies_a_user_is_told(ground: Ground, entrance: Door) -> None:
    assert entrance.client.get("/v1/denied", headers=bearer(MAX)).status_code == 403
    assert entrance.client.get("/v1/denied").status_code == 403
    entrance.hub.told.flush()

    [event] = _events(ground)
    assert (event["event_type"], event["details"]["reason"], str(event["user_id"])) == ("access.refused", "42501", MAX)


def test_a_webhook_that_is_refused_is_told(ground: Ground, entrance: Door) -> None:
    entrance.client.post("/v1/webhooks/telegram")
    entrance.hub.told.flush()

    [event] = _events(ground)
    assert (event["event_type"], event["details"]["about"]) == ("webhook.refused", "telegram")
    assert _events(ground, _user(OTTO)) == [event], "the owner of the integration's organization sees it"
    assert _events(ground, _user(OLGA)) == []


def test_a_user_who_is_gone_does_not_keep_the_others_from_being_told(ground: Ground, entrance: Door) -> None:
    stranger = "10000000-0000-4000-8000-00000000dead"
    for user in (stranger, ADA):
        entrance.client.get("/v1/denied", headers=bearer(user))
    entrance.hub.told.flush()

    assert {str(event["user_id"]) for event in _events(ground)} == {"None", ADA}
    assert metric(entrance.figures(), "hub_security_events_lost_total") == 0


def test_callers_are_told_apart_by_their_headers(entrance: Door) -> None:
    def seen(**headers: str) -> object:
        return entrance.client.get("/v1/known", headers=headers).json()

    service, ada = token(role="service_role"), token(ADA)
    assert seen() == {"role": "anon", "user": None}
    assert seen(apikey="sb_publishable_something") == {"role": "anon", "user": None}
    assert seen(apikey=service) == {"role": "service_role", "user": None}
    assert seen(apikey=service, authorization=f"Bearer {ada}") == {"role": "authenticated", "user": ADA}
    assert seen(authorization="Basic dXNlcjpwYXNz") == {"role": "anon", "user": None}


def test_no_token_and_two_tokens_are_malformed(entrance: Door) -> None:
    ada = ("Authorization", f"Bearer {token(ADA)}")

    for headers in ([("Authorization", "Bearer")], [ada, ada]):
        answer = entrance.client.get("/v1/known", headers=headers)
        assert (answer.status_code, answer.json()["details"]) == (401, "malformed")


def test_an_asymmetric_token_is_verified_as_soon_as_its_key_is_fetched(entrance: Door) -> None:
    for algorithm in ("ES256", "RS256", "PS256", "EdDSA"):
        answer = entrance.client.get("/v1/known", headers={"Authorization": f"Bearer {Project().token(algorithm)}"})
        assert answer.json() == {"role": "authenticated", "user": ADA}
