"""Kills and restarts: nothing is sent twice, nothing is lost, and the state is right at the end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR
from tests.hub.services.pretence import TOKEN, call, person
from tests.hub.services.victim import killed

from integrations_hub.domain.outside import Sent, Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services import recording
from integrations_hub.services.recording import until_recorded
from integrations_hub.store import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.services.pretence import At


@pytest.fixture
def connected(at: At) -> str:
    """An integration that works."""
    secret = Secret({"token": TOKEN})
    return at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, secret).id


def send(at: At, integration: str, key: str) -> Sent:
    return at.cases.integrations.test(person(ADA), integration, "4711", "hello", key)


def shut(at: At) -> None:
    """Nobody gets in, and whoever is in is thrown out."""
    name = at.ground.name
    with at.ground.server.superuser("postgres") as connection:
        connection.execute(f'alter database "{name}" allow_connections false'.encode())
        connection.execute(
            b"select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        )  # fmt: skip


def open_again(at: At) -> None:
    with at.ground.server.superuser("postgres") as connection:
        connection.execute(f'alter database "{at.ground.name}" allow_connections true'.encode())


def restarting(at: At) -> None:
    """The database is away, and back in a moment."""
    shut(at)
    threading.Timer(0.7, open_again, [at]).start()


def test_killed_between_reservation_and_message_it_is_not_sent_again(at: At, connected: str) -> None:
    killed(at.ground, "sending", connected, "key-1")

    with pytest.raises(Refusal) as caught:
        send(at, connected, "key-1")

    assert (caught.value.status, caught.value.code) == (409, "message_unresolved")
    assert at.provider.sent == []
    assert send(at, connected, "key-2") == Sent(provider_id="m1")


def test_killed_before_the_provider_knows_where_to_call_the_next_check_makes_good_for_it(at: At) -> None:
    killed(at.ground, "connecting")
    telegram = "60000000-0000-4000-8000-0000000000a3"
    row = at.integration(telegram)
    assert (row["is_active"], row["status"]) == (True, "error")

    at.cases.checking.check(telegram)

    assert at.provider.announced == [f"https://hub.example/v1/webhooks/telegram/{telegram}"]
    assert at.integration(telegram)["status"] == "active"


def test_a_message_is_recorded_though_the_database_restarts(at: At, connected: str) -> None:
    at.provider.meanwhile = lambda: restarting(at)

    sent = send(at, connected, "key-1")

    assert send(at, connected, "key-1") == sent
    assert (len(at.provider.sent), len(at.uses(connected))) == (1, 1)


def test_a_message_is_recorded_once_though_the_connection_breaks_meanwhile(
    at: At, connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[int] = []
    use: Callable[..., None] = events.use

    def breaking(*words: object) -> None:
        if not broken:
            broken.append(1)
            at.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name = 'integrations_hub'"
            )
        use(*words)

    monkeypatch.setattr(events, "use", breaking)

    assert send(at, connected, "key-1") == Sent(provider_id="m1") == send(at, connected, "key-1")

    assert (broken, len(at.provider.sent), len(at.uses(connected))) == ([1], 1, 1)


def test_a_failure_is_recorded_though_the_database_restarts(at: At, connected: str) -> None:
    at.provider.trouble = Trouble(TroubleKind.REFUSED, "revoked")
    at.provider.meanwhile = lambda: restarting(at)

    with pytest.raises(Refusal, match="revoked"):
        send(at, connected, "key-1")

    assert at.integration(connected)["status"] == "error"
    assert [use["error_code"] for use in at.uses(connected)] == ["refused"]


def test_a_check_is_recorded_though_the_database_restarts(at: At, connected: str) -> None:
    at.execute("update public.integrations set status = 'error', last_error = 'before' where id = %s", connected)
    at.provider.meanwhile = lambda: restarting(at)

    at.cases.checking.check(connected)

    assert at.integration(connected)["status"] == "active"


def test_a_call_is_taken_only_when_it_is_kept(at: At, connected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = call({"id": "e1", "event_type": "message.received", "payload": {"text": "hello"}})
    monkeypatch.setattr("integrations_hub.services.receiving.PATIENCE", 0.1)
    validate = type(at.provider).receive

    def receive(*words: object) -> object:
        shut(at)
        return validate(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(type(at.provider), "receive", receive)
    with pytest.raises(Refusal) as caught:
        at.cases.receiving.receive("telegram", connected, told)
    assert caught.value.status == 503
    monkeypatch.undo()
    open_again(at)

    at.cases.receiving.receive("telegram", connected, told)

    assert len(at.uses(connected)) == 1


def test_what_cannot_be_recorded_at_last_is_told() -> None:
    def away() -> None:
        raise Refusal(503, "PGRST001", "the connection was lost")

    with pytest.raises(Refusal, match="lost"):
        until_recorded(away, patience=0.05)
    assert recording.PATIENCE >= 30


def test_what_the_database_refuses_is_not_tried_again() -> None:
    times = []

    def denied() -> None:
        times.append(1)
        raise Refusal(403, "42501", "no")

    with pytest.raises(Refusal, match="no"):
        until_recorded(denied)
    assert len(times) == 1
