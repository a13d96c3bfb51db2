"""Test messages are sent once, whatever happens on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, MAX, OLGA, OTTO, SAM, early_in_a_minute
from tests.hub.services.pretence import TOKEN, at_once, person

from integrations_hub.domain.outside import Sent, Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services.sending import PER_MINUTE

if TYPE_CHECKING:
    from tests.hub.services.pretence import At


@pytest.fixture
def connected(at: At) -> str:
    """An integration that works."""
    secret = Secret({"token": TOKEN})
    return at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, secret).id


def send(at: At, integration: str, key: str = "key-1", *, user: str = ADA, text: str = "hello") -> Sent:
    return at.cases.integrations.test(person(user), integration, "4711", text, key)


def refusal(at: At, integration: str, key: str = "key-1", *, user: str = ADA, text: str = "hello") -> Refusal:
    with pytest.raises(Refusal) as caught:
        send(at, integration, key, user=user, text=text)
    return caught.value


def entries(at: At) -> list[str]:
    query = "select action from public.audit_logs where action like 'integration.test%%' order by created_at"
    return [row["action"] for row in at.rows(query)]


def test_it_is_sent_and_recorded(at: At, connected: str) -> None:
    assert send(at, connected) == Sent(provider_id="m1")

    assert [(message.to, message.text) for message in at.provider.sent] == [("4711", "hello")]
    assert entries(at) == ["integration.test_message_begun", "integration.test_message_sent"]
    (use,) = at.uses(connected)
    assert (use["event_type"], use["is_success"], use["error_code"]) == ("message.sent", True, None)
    assert use["duration_ms"] > 0


def test_the_same_key_tells_how_it_went_and_sends_nothing(at: At, connected: str) -> None:
    first = send(at, connected)

    assert send(at, connected) == first
    assert send(at, connected, user=OLGA) == first
    assert len(at.provider.sent) == len(at.uses(connected)) == 1


def test_another_key_sends_another(at: At, connected: str) -> None:
    send(at, connected)
    send(at, connected, "key-2")

    assert len(at.provider.sent) == 2


def test_a_key_belongs_to_its_message(at: At, connected: str) -> None:
    send(at, connected)

    assert refusal(at, connected, text="something else").code == "key_used"
    assert len(at.provider.sent) == 1


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [(MAX, 403, "admin_needed"), (OTTO, 404, "integration_not_found"), (SAM, 404, "integration_not_found")],
)
def test_only_administrators_send(at: At, connected: str, user: str, status: int, code: str) -> None:
    refused = refusal(at, connected, user=user)

    assert (refused.status, refused.code) == (status, code)
    assert (at.provider.sent, entries(at)) == ([], [])


def test_twenty_at_once_send_once(at: At, connected: str) -> None:
    results = at_once(lambda: send(at, connected), 20)

    assert len(at.provider.sent) == 1
    assert len(at.uses(connected)) == 1
    sent = [result for result in results if result == Sent(provider_id="m1")]
    others = [result for result in results if isinstance(result, Refusal)]
    assert len(sent) >= 1
    assert len(sent) + len(others) == 20
    assert {other.code for other in others} <= {"message_unresolved"}


@pytest.mark.parametrize("kind", list(TroubleKind))
def test_a_failure_is_recorded_and_told_again(at: At, connected: str, kind: TroubleKind) -> None:
    at.provider.trouble = Trouble(kind, "it says why", may_have_arrived=kind is TroubleKind.TIMED_OUT)
    first = refusal(at, connected)
    at.provider.trouble = None

    assert refusal(at, connected).body() == first.body()
    assert (first.code, first.message) == (f"provider_{kind}", "it says why")
    assert (first.hint is not None) is (kind is TroubleKind.TIMED_OUT)
    assert at.provider.sent == []
    (use,) = at.uses(connected)
    assert (use["is_success"], use["error_code"]) == (False, kind)
    row = at.integration(connected)
    assert row["last_error"] == "it says why"
    expected = {TroubleKind.RATE_LIMITED: "rate_limited", TroubleKind.REJECTED: "active"}.get(kind, "error")
    assert row["status"] == expected


def test_the_state_is_right_again_when_it_works_again(at: At, connected: str) -> None:
    at.provider.trouble = Trouble(TroubleKind.RATE_LIMITED, "too many", retry_after=30)
    refusal(at, connected)
    assert at.integration(connected)["status"] == "rate_limited"
    at.provider.trouble = None

    send(at, connected, "key-2")

    row = at.integration(connected)
    assert (row["status"], row["last_error"]) == ("active", None)


def test_that_it_can_send_does_not_say_that_it_is_called(at: At, connected: str) -> None:
    at.provider.deaf = Trouble(TroubleKind.REJECTED, "it does not take the address")
    at.cases.integrations.enable(person(ADA), connected)
    send(at, connected)
    assert at.integration(connected)["last_error"] == "it does not take the address"
    at.provider.deaf = None

    send(at, connected, "key-2")

    assert at.integration(connected)["status"] == "active"
    assert len(at.provider.announced) == 2


def test_too_many_are_refused_and_leave_no_reservation(at: At, connected: str) -> None:
    early_in_a_minute()
    for number in range(PER_MINUTE):
        send(at, connected, f"key-{number}")

    refused = refusal(at, connected, "one too many")

    assert (refused.status, refused.code) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert len(at.provider.sent) == PER_MINUTE
    assert send(at, connected, "key-0") == Sent(provider_id="m1")
    at.execute("update public.api_rate_limits set window_start = window_start - interval '1 hour'")
    assert send(at, connected, "one too many") == Sent(provider_id=f"m{PER_MINUTE + 1}")


def test_what_is_switched_off_sends_nothing(at: At, connected: str) -> None:
    at.cases.integrations.disable(person(ADA), connected)

    assert refusal(at, connected).code == "integration_inactive"
    assert (at.provider.sent, entries(at)) == ([], [])


def test_what_does_not_open_sends_nothing(at: At, connected: str) -> None:
    at.execute("update private.integration_credentials set nonce = decode(repeat('00', 12), 'hex')")

    refused = refusal(at, connected)

    assert refused.code == "provider_misconfigured"
    assert "enter the credentials again" in refused.message
    assert at.integration(connected)["status"] == "error"


def test_an_unknown_key_burns_no_idempotency_key(at: At, connected: str) -> None:
    at.execute("update private.integration_credentials set key_id = 'elsewhere' where integration_id = %s", connected)
    assert refusal(at, connected).code == "key_unknown"
    at.execute("update private.integration_credentials set key_id = 'old' where integration_id = %s", connected)

    assert send(at, connected) == Sent(provider_id="m1")


def test_an_integration_that_is_gone_in_the_meantime_is_no_error(at: At, connected: str) -> None:
    at.provider.meanwhile = lambda: at.execute("delete from public.integrations where id = %s", connected)

    assert send(at, connected) == Sent(provider_id="m1")


def test_new_secrets_are_not_blamed_for_what_the_old_ones_met(at: At, connected: str) -> None:
    def rotated() -> None:
        at.provider.meanwhile = lambda: None
        at.cases.integrations.rotate(person(OLGA), connected, Secret({"token": "new"}))
        at.provider.trouble = Trouble(TroubleKind.REFUSED, "the token was revoked")

    at.provider.meanwhile = rotated

    assert refusal(at, connected).code == "provider_refused"
    assert at.integration(connected)["status"] == "active"


def test_the_log_holds_neither_receiver_nor_text(at: At, connected: str) -> None:
    at.cases.integrations.test(person(ADA), connected, "+49301234567", "a private word", "key-1")

    everything = str(at.rows("select details::text from public.audit_logs"))
    assert "+49301234567" not in everything
    assert "private word" not in everything


def test_a_key_stays_used_when_its_user_is_erased(at: At, connected: str) -> None:
    send(at, connected)
    at.execute("update public.audit_logs set actor_id = null, details = '{}' where actor_id = %s", ADA)

    assert send(at, connected, user=OLGA) == Sent(provider_id="")
    assert len(at.provider.sent) == 1
