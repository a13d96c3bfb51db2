"""Health checks, switching on and off, and what an organization sees of its integrations."""

from __future__ import annotations

import math
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, MAX, NOBODY, OTTO, SAM, VERA
from tests.hub.services.pretence import TOKEN, person

from integrations_hub.domain.integration import Status
from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services.refusals import NotFound

if TYPE_CHECKING:
    from tests.hub.services.pretence import At

#: Of the seed: telegram without credentials, e-mail that no pretended provider serves.
TELEGRAM, EMAIL = "60000000-0000-4000-8000-0000000000a3", "60000000-0000-4000-8000-0000000000a2"


@pytest.fixture
def connected(at: At) -> str:
    """An integration that works."""
    secret = Secret({"token": TOKEN})
    return at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, secret).id


def checks(at: At) -> list[dict[str, Any]]:
    return at.rows(
        "select * from public.system_health_checks where component = 'provider.telegram' order by checked_at"
    )


def test_a_check_that_goes_well(at: At, connected: str) -> None:
    at.execute("update public.integrations set status = 'error', last_error = 'before' where id = %s", connected)

    at.cases.checking.check(connected)

    row = at.integration(connected)
    assert (row["status"], row["last_error"]) == ("active", None)
    (check,) = checks(at)
    assert (check["status"], check["latency_ms"], str(check["organization_id"])) == ("healthy", 12.5, HARBOUR)
    assert check["details"] == {"integration_id": connected, "said": "number 1"}


def test_a_check_is_no_use(at: At, connected: str) -> None:
    at.cases.checking.check(connected)

    assert at.uses(connected) == []


@pytest.mark.parametrize(
    ("kind", "status", "health"),
    [
        (TroubleKind.MISCONFIGURED, "error", "unhealthy"), (TroubleKind.REFUSED, "error", "unhealthy"),
        (TroubleKind.REJECTED, "active", "degraded"), (TroubleKind.RATE_LIMITED, "rate_limited", "degraded"),
        (TroubleKind.UNREACHABLE, "error", "unhealthy"), (TroubleKind.TIMED_OUT, "error", "unhealthy"),
        (TroubleKind.UNAVAILABLE, "error", "unhealthy"), (TroubleKind.UNINTELLIGIBLE, "error", "unhealthy"),
        (TroubleKind.PAUSED, "error", "unhealthy"),
    ],
)  # fmt: skip
def test_every_trouble_and_the_way_out_of_it(
    at: At, connected: str, kind: TroubleKind, status: str, health: str
) -> None:
    at.provider.trouble = Trouble(kind, "it says why")
    at.cases.checking.check(connected)
    row = at.integration(connected)
    assert (row["status"], row["last_error"]) == (status, "it says why")
    assert (checks(at)[0]["status"], checks(at)[0]["latency_ms"]) == (health, None)

    at.provider.trouble = None
    at.cases.checking.check(connected)

    row = at.integration(connected)
    assert (row["status"], row["last_error"]) == ("active", None)


def test_the_same_trouble_again_leaves_the_row_alone(at: At, connected: str) -> None:
    at.provider.trouble = Trouble(TroubleKind.REFUSED, "revoked")
    at.cases.checking.check(connected)
    before = at.integration(connected)

    at.cases.checking.check(connected)

    assert at.integration(connected) == before
    assert len(checks(at)) == 1


def test_what_has_not_changed_is_noted_once_an_hour(at: At, connected: str) -> None:
    at.cases.checking.check(connected)
    at.execute("update public.system_health_checks set checked_at = checked_at - interval '61 minutes'")

    at.cases.checking.check(connected)
    at.cases.checking.check(connected)

    assert len(checks(at)) == 2


def test_what_is_off_gone_or_served_by_nobody_is_left_alone(at: At) -> None:
    before = at.integration(TELEGRAM), at.integration(EMAIL)

    for integration in (TELEGRAM, EMAIL, str(uuid.uuid4())):
        at.cases.checking.check(integration)

    assert (at.integration(TELEGRAM), at.integration(EMAIL)) == before
    assert (at.provider.checked, checks(at)) == ([], [])


def test_without_credentials_it_says_what_is_missing(at: At) -> None:
    at.execute("update public.integrations set is_active = true, status = 'active' where id = %s", TELEGRAM)

    at.cases.checking.check(TELEGRAM)

    assert at.integration(TELEGRAM)["last_error"] == "Token is missing"


def test_settings_that_were_written_past_the_hub_are_refused(at: At, connected: str) -> None:
    at.execute("""update public.integrations set configuration = '{"host": "10.0.0.1"}' where id = %s""", connected)

    at.cases.checking.check(connected)

    assert at.integration(connected)["last_error"] == "there is no setting host"


def test_a_key_that_is_not_known_here_says_nothing_about_the_integration(at: At, connected: str) -> None:
    at.execute("update private.integration_credentials set key_id = 'elsewhere' where integration_id = %s", connected)
    before = at.integration(connected)

    with pytest.raises(Refusal, match="under the key elsewhere"):
        at.cases.checking.check(connected)

    assert at.integration(connected) == before
    assert [check["status"] for check in checks(at)] == ["unknown"]


@pytest.mark.parametrize("duration", [-1.0, math.nan, math.inf])
def test_a_duration_that_cannot_be_is_not_kept(at: At, connected: str, duration: float) -> None:
    at.provider.duration_ms = duration

    at.cases.checking.check(connected)

    assert checks(at)[0]["latency_ms"] is None


def test_switched_off_in_the_middle_of_a_check_it_stays_off(at: At, connected: str) -> None:
    at.provider.meanwhile = lambda: at.cases.integrations.disable(person(ADA), connected)

    at.cases.checking.check(connected)

    row = at.integration(connected)
    assert (row["is_active"], row["status"]) == (False, "inactive")


def test_gone_in_the_middle_of_a_check_is_no_error(at: At, connected: str) -> None:
    at.provider.meanwhile = lambda: at.execute("delete from public.integrations where id = %s", connected)

    at.cases.checking.check(connected)

    assert checks(at) == []


def test_no_transaction_is_open_while_a_provider_is_asked(at: At, connected: str) -> None:
    seen: list[dict[str, Any]] = []
    query = """select state from pg_stat_activity
                where application_name = 'integrations_hub' and datname = current_database() and state <> 'idle'"""
    at.provider.meanwhile = lambda: seen.extend(at.rows(query))
    ada = person(ADA)

    at.cases.checking.check(connected)
    at.cases.integrations.connect(ada, HARBOUR, "telegram", {}, Secret({"token": TOKEN}))
    at.cases.integrations.rotate(ada, connected, Secret({"token": "other"}))
    at.cases.integrations.enable(ada, connected)
    at.cases.integrations.test(ada, connected, "4711", "hello", "key")

    assert (len(at.provider.checked), len(at.provider.sent), seen) == (5, 1, [])


def test_an_administrator_asks_now(at: At, connected: str) -> None:
    assert at.cases.integrations.check(person(ADA), connected).said == "number 1"
    at.provider.trouble = Trouble(TroubleKind.TIMED_OUT, "no answer within 10 seconds")

    with pytest.raises(Refusal) as caught:
        at.cases.integrations.check(person(ADA), connected)

    assert (caught.value.status, caught.value.message) == (504, "no answer within 10 seconds")
    assert at.integration(connected)["status"] == "error"


@pytest.mark.parametrize(("user", "status"), [(MAX, 403), (VERA, 403), (OTTO, 404), (SAM, 404), (NOBODY, 404)])
def test_nobody_else_asks_or_switches(at: At, connected: str, user: str, status: int) -> None:
    before = at.integration(connected)
    asked = len(at.provider.checked)
    integrations = at.cases.integrations

    for act in (integrations.check, integrations.enable, integrations.disable, integrations.credentials):
        with pytest.raises(Refusal) as caught:
            act(person(user), connected)
        assert caught.value.status == status

    assert (at.integration(connected), len(at.provider.checked)) == (before, asked)


def test_off_and_on_again(at: At, connected: str) -> None:
    assert at.cases.integrations.disable(person(ADA), connected).status is Status.INACTIVE
    at.provider.trouble = Trouble(TroubleKind.REFUSED, "revoked")

    on = at.cases.integrations.enable(person(ADA), connected)

    assert (on.is_active, on.status, on.last_error) == (True, Status.ERROR, "revoked")
    at.provider.trouble = None
    assert at.cases.integrations.enable(person(ADA), connected).status is Status.ACTIVE


def test_members_see_how_it_is(at: At, connected: str) -> None:
    at.cases.integrations.test(person(ADA), connected, "4711", "hello", "key")

    health = {row["integration_type"]: row for row in at.cases.integrations.health(person(VERA), HARBOUR)}
    usage = at.cases.integrations.usage(person(VERA), HARBOUR, 30)

    assert (health["telegram"]["health"], health["telegram"]["calls_24_hours"]) == ("healthy", 1)
    assert {row["integration_type"]: row["calls"] for row in usage if str(row["integration_id"]) == connected} == {
        "telegram": 1
    }


@pytest.mark.parametrize("user", [OTTO, SAM, NOBODY])
def test_strangers_see_nothing(at: At, user: str) -> None:
    integrations = at.cases.integrations
    with pytest.raises(NotFound) as health:
        integrations.health(person(user), HARBOUR)
    with pytest.raises(NotFound) as usage:
        integrations.usage(person(user), HARBOUR, 30)

    assert (health.value.organization_id, usage.value.organization_id) == (HARBOUR, HARBOUR)


def test_whoever_belongs_to_two_sees_the_one_that_is_named(at: At) -> None:
    assert {row["integration_type"] for row in at.cases.integrations.health(person(OTTO), LIGHTHOUSE)} == {
        "whatsapp", "webhook",
    }  # fmt: skip


def test_the_types_say_what_to_fill_in(at: At) -> None:
    types = {each.integration_type: each for each in at.cases.integrations.types(person(NOBODY))}

    assert types["telegram"].is_available
    assert [field.name for field in types["telegram"].fields] == ["number", "token"]
    assert (types["sms"].is_available, types["sms"].fields) == (False, ())
