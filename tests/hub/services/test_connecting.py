"""Connecting and rotating: who may, what the provider says, what is written."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, MAX, NOBODY, OLGA, OTTO, SAM, SUPER, TIDEWATER, VERA
from tests.hub.services.pretence import TOKEN, at_once, nothing, person

from integrations_hub.domain.integration import Integration, Status
from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services.refusals import NotFound

if TYPE_CHECKING:
    from tests.hub.services.pretence import At

SECRET = Secret({"token": TOKEN})
#: Telegram of Harbour, switched off and without credentials.
TELEGRAM = "60000000-0000-4000-8000-0000000000a3"


def connect(at: At, user: str = ADA, organization: str = HARBOUR, *, check: bool = True) -> Integration:
    return at.cases.integrations.connect(person(user), organization, "telegram", {"number": "1"}, SECRET, check=check)


def refused(status: int, code: str, raised: BaseException) -> None:
    assert isinstance(raised, Refusal)
    assert (raised.status, raised.code) == (status, code)
    assert TOKEN not in repr(raised.body())


def sealed(at: At, integration_id: str = TELEGRAM) -> list[dict[str, object]]:
    return at.rows("select * from private.integration_credentials where integration_id = %s", integration_id)


def test_an_administrator_connects(at: At) -> None:
    connected = connect(at)

    row = at.integration(connected.id)
    assert (row["is_active"], row["status"], row["last_error"]) == (True, "active", None)
    assert row["configuration"] == {"number": "1"}
    assert row["last_sync_at"] is not None
    assert at.provider.announced == [f"https://hub.example/v1/webhooks/telegram/{connected.id}"]
    assert len(sealed(at)) == 1
    assert at.secret(HARBOUR, connected.id).reveal("token") == TOKEN


def test_what_was_not_there_is_added(at: At) -> None:
    connected = connect(at, OTTO, LIGHTHOUSE)

    assert str(at.integration(connected.id)["organization_id"]) == LIGHTHOUSE
    assert at.secret(LIGHTHOUSE, connected.id).reveal("token") == TOKEN


def test_the_audit_log_names_who_changed_credentials_and_not_the_secret(at: At) -> None:
    connect(at)

    entries = at.rows("select * from public.audit_logs where action = 'integration.credentials_changed'")
    assert [(str(entry["actor_id"]), entry["details"]) for entry in entries] == [(ADA, {"names": ["token"]})]


@pytest.mark.parametrize("user", [MAX, VERA])
def test_a_member_may_not(at: At, user: str) -> None:
    with pytest.raises(Refusal) as caught:
        connect(at, user)
    refused(403, "admin_needed", caught.value)
    assert at.provider.checked == []


@pytest.mark.parametrize("user", [OTTO, SAM, NOBODY])
def test_for_whoever_does_not_belong_there_is_no_such_organization(at: At, user: str) -> None:
    with pytest.raises(NotFound) as theirs:
        connect(at, user)
    with pytest.raises(NotFound) as none:
        connect(at, user, str(uuid.uuid4()))

    refused(404, "organization_not_found", theirs.value)
    assert theirs.value.body() == none.value.body()
    assert theirs.value.organization_id == HARBOUR
    assert (at.provider.checked, sealed(at)) == ([], [])


def test_a_super_administrator_connects_anywhere(at: At) -> None:
    admin = person(SUPER, app_metadata={"super_admin": True})

    connected = at.cases.integrations.connect(admin, TIDEWATER, "telegram", {}, SECRET)

    assert at.integration(connected.id)["status"] == "active"


def test_a_visitor_is_refused(at: At) -> None:
    with pytest.raises(Refusal) as caught:
        at.cases.integrations.connect(person(None, "anon"), HARBOUR, "telegram", {}, SECRET)
    assert caught.value.code == "42501"


def test_a_type_that_nobody_serves_is_refused(at: At) -> None:
    for name in ("sms", "no_such_type"):
        with pytest.raises(Refusal) as caught:
            at.cases.integrations.connect(person(ADA), HARBOUR, name, {}, SECRET)
        refused(404, "integration_type_not_found", caught.value)


def test_settings_that_cannot_be_are_told_and_nothing_is_written(at: At) -> None:
    before = at.integration(TELEGRAM)

    with pytest.raises(Refusal) as caught:
        at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"colour": "red"}, SECRET)

    refused(422, "provider_misconfigured", caught.value)
    assert caught.value.message == "there is no setting colour"
    assert at.integration(TELEGRAM) == before


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (TroubleKind.MISCONFIGURED, 422), (TroubleKind.REFUSED, 422), (TroubleKind.REJECTED, 422),
        (TroubleKind.RATE_LIMITED, 503), (TroubleKind.PAUSED, 503), (TroubleKind.UNREACHABLE, 502),
        (TroubleKind.UNAVAILABLE, 502), (TroubleKind.UNINTELLIGIBLE, 502), (TroubleKind.TIMED_OUT, 504),
    ],
)  # fmt: skip
def test_what_the_provider_does_not_take_is_not_kept(at: At, kind: TroubleKind, status: int) -> None:
    before = at.integration(TELEGRAM)
    at.provider.trouble = Trouble(kind, "it says why")

    with pytest.raises(Refusal) as caught:
        connect(at)

    refused(status, f"provider_{kind}", caught.value)
    assert caught.value.message == "it says why"
    assert (at.integration(TELEGRAM), sealed(at), at.provider.announced) == (before, [], [])


def test_unchecked_it_is_kept_and_nothing_is_said_of_how_it_is(at: At) -> None:
    at.provider.trouble = Trouble(TroubleKind.UNREACHABLE, "nobody is there")

    connected = connect(at, check=False)

    assert (connected.status, connected.last_sync_at) == (Status.ACTIVE, None)
    assert at.provider.checked == []


def test_what_cannot_be_announced_is_connected_and_says_so(at: At) -> None:
    at.provider.deaf = Trouble(TroubleKind.REJECTED, "the address of the hub is not https")

    connected = connect(at)

    assert connected.last_error == at.integration(connected.id)["last_error"] == "the address of the hub is not https"
    assert len(sealed(at)) == 1


def test_a_check_goes_well_only_when_the_provider_knows_where_to_call(at: At) -> None:
    at.provider.deaf = Trouble(TroubleKind.REJECTED, "the address of the hub is not https")
    connected = connect(at)
    at.provider.deaf = Trouble(TroubleKind.REFUSED, "the token may not set it")

    at.cases.checking.check(connected.id)
    assert at.integration(connected.id)["last_error"] == "the token may not set it"
    at.provider.deaf = None
    at.cases.checking.check(connected.id)
    at.cases.checking.check(connected.id)

    assert at.integration(connected.id)["status"] == "active"
    assert len(at.provider.announced) == 1


def test_connecting_again_changes_the_settings_and_keeps_the_secret(at: At) -> None:
    connected = connect(at)
    before = sealed(at)

    again = at.cases.integrations.connect(person(OLGA), HARBOUR, "telegram", {"number": "2"}, Secret({}))

    assert (again.id, again.configuration) == (connected.id, {"number": "2"})
    assert sealed(at) == before
    assert [account.secret.reveal("token") for account in at.provider.checked] == [TOKEN, TOKEN]


def test_a_name_that_is_not_given_keeps_its_secret(at: At) -> None:
    connected = connect(at)

    at.cases.integrations.rotate(person(ADA), connected.id, Secret({"other": "more"}))

    assert at.secret(HARBOUR, connected.id).reveal_all() == {
        "token": TOKEN, "other": "more",
    }  # fmt: skip


def test_new_secrets_take_the_place_of_those_that_do_not_open(at: At) -> None:
    """The samples of the seed are sealed under a key that nobody has."""
    connected = at.cases.integrations.connect(person(ADA), HARBOUR, "whatsapp", {}, SECRET)

    assert at.secret(HARBOUR, connected.id).reveal("token") == TOKEN
    at.execute("update private.integration_credentials set key_id = 'sample' where integration_id = %s", connected.id)
    with pytest.raises(Refusal) as caught:
        at.cases.integrations.connect(person(ADA), HARBOUR, "whatsapp", {}, Secret({}))
    refused(503, "key_unknown", caught.value)


@pytest.mark.parametrize("kind", [TroubleKind.REFUSED, TroubleKind.MISCONFIGURED])
def test_a_rotation_that_the_provider_does_not_take_is_refused(at: At, kind: TroubleKind) -> None:
    connected = connect(at)
    before = sealed(at)
    at.provider.trouble = Trouble(kind, "no")

    with pytest.raises(Refusal):
        at.cases.integrations.rotate(person(ADA), connected.id, Secret({"token": "other"}))

    assert sealed(at) == before


def test_a_rotation_while_the_provider_is_away_is_kept_and_the_state_says_so(at: At) -> None:
    connected = connect(at)
    at.provider.trouble = Trouble(TroubleKind.UNREACHABLE, "nobody is there")

    rotated = at.cases.integrations.rotate(person(ADA), connected.id, Secret({"token": "other"}))

    assert (rotated.status, rotated.last_error) == (Status.ERROR, "nobody is there")
    assert at.secret(HARBOUR, connected.id).reveal("token") == "other"
    assert len(at.provider.announced) == 2


def test_a_member_rotates_nothing_and_a_stranger_finds_nothing(at: At) -> None:
    connected = connect(at)
    rotate = at.cases.integrations.rotate
    for user, status, code in ((MAX, 403, "admin_needed"), (OTTO, 404, "integration_not_found")):
        with pytest.raises(Refusal) as caught:
            rotate(person(user), connected.id, Secret({"token": "x"}))
        refused(status, code, caught.value)
    with pytest.raises(NotFound) as theirs:
        rotate(person(OTTO), connected.id, SECRET)
    with pytest.raises(NotFound) as none:
        rotate(person(OTTO), str(uuid.uuid4()), SECRET)

    assert theirs.value.body() == none.value.body()
    assert (theirs.value.organization_id, none.value.organization_id) == (HARBOUR, None)


def test_of_many_who_connect_at_once_one_secret_is_kept_whole(at: At) -> None:
    results = at_once(lambda: connect(at, OTTO, LIGHTHOUSE), 8)

    done = [result for result in results if isinstance(result, Integration)]
    for other in results:
        if not isinstance(other, Integration):
            refused(409, "changed_meanwhile", other)  # type: ignore[arg-type]
    assert len({integration.id for integration in done}) == 1
    assert at.secret(LIGHTHOUSE, done[0].id).reveal("token") == TOKEN


def test_a_secret_that_is_changed_meanwhile_is_not_lost(at: At) -> None:
    connected = connect(at)

    def olga() -> None:
        at.provider.meanwhile = nothing
        at.cases.integrations.rotate(person(OLGA), connected.id, Secret({"token": "olga's"}))

    at.provider.meanwhile = olga

    with pytest.raises(Refusal) as caught:
        at.cases.integrations.rotate(person(ADA), connected.id, Secret({"other": "ada's"}))

    refused(409, "changed_meanwhile", caught.value)
    assert at.secret(HARBOUR, connected.id).reveal_all() == {"token": "olga's"}


def test_which_secrets_there_are_can_be_known_and_not_what_they_are(at: At) -> None:
    assert at.cases.integrations.credentials(person(ADA), TELEGRAM) is None
    connect(at)

    known = at.cases.integrations.credentials(person(ADA), TELEGRAM)

    assert known is not None
    assert known.names == ("token",)
    with pytest.raises(Refusal):
        at.cases.integrations.credentials(person(MAX), TELEGRAM)
