"""A password goes to the server that it was given for: nobody who changes the settings learns it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, OLGA
from tests.hub.services.pretence import TOKEN, At, person

from integrations_hub.domain.outside import Field
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.store import credentials

if TYPE_CHECKING:
    from integrations_hub.domain.integration import Integration
    from integrations_hub.store.credentials import Kept
    from integrations_hub.store.database import Rows

ELSEWHERE = "its credentials were given for another server or account"


@pytest.fixture
def connected(at: At) -> str:
    """An integration whose number decides where its two secrets go."""
    at.provider.fields = (
        Field(name="number", label="Number", is_destination=True),
        Field(name="token", label="Token", is_secret=True),
        Field(name="pin", label="Pin", is_secret=True, is_required=False),
    )
    secret = Secret({"token": TOKEN, "pin": "1234"})
    return at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, secret).id


def moved(at: At, integration_id: str, number: str = "2") -> None:
    """As an administrator may write it past the hub."""
    at.execute(
        "update public.integrations set configuration = jsonb_build_object('number', %s::text) where id = %s",
        number, integration_id,
    )  # fmt: skip


def seen(at: At) -> list[tuple[object, str]]:
    """Which secret was sent where."""
    return [(each.configuration["number"], each.secret.reveal("token")) for each in at.provider.checked]


def refused(at: At, number: str, **secrets: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        at.cases.integrations.connect(person(OLGA), HARBOUR, "telegram", {"number": number}, Secret(secrets))
    assert TOKEN not in repr(caught.value.body())
    return caught.value


@pytest.mark.parametrize(("given", "missing"), [({}, "Pin, Token"), ({"token": "x"}, "Pin"), ({"pin": "0"}, "Token")])
def test_for_another_destination_every_secret_is_given_again(
    at: At, connected: str, given: dict[str, str], missing: str
) -> None:
    before = at.integration(connected), at.sealed(connected)

    refusal = refused(at, "2", **given)

    assert (refusal.status, refusal.code) == (422, "secrets_needed")
    assert refusal.message.endswith(f"are for other settings (Number) and are sent nowhere else: give {missing} again")
    assert (at.integration(connected), at.sealed(connected)) == before
    assert seen(at) == [("1", TOKEN)]


@pytest.mark.usefixtures("connected")
def test_given_again_they_are_for_the_new_one_alone(at: At) -> None:
    whole = Secret({"token": "mine", "pin": "0"})

    at.cases.integrations.connect(person(OLGA), HARBOUR, "telegram", {"number": "2"}, whole)
    at.cases.integrations.connect(person(OLGA), HARBOUR, "telegram", {"number": "2"}, Secret({"pin": "1"}))

    assert seen(at) == [("1", TOKEN), ("2", "mine"), ("2", "mine")]
    assert refused(at, "1").code == "secrets_needed"


def test_moved_past_the_hub_nothing_is_sent_and_the_state_says_why(at: At, connected: str) -> None:
    moved(at, connected)
    ada, integrations = person(ADA), at.cases.integrations

    at.cases.checking.check(connected)
    row = at.integration(connected)
    assert row["status"] == "error"
    assert row["last_error"].startswith(ELSEWHERE)
    for act in (
        lambda: integrations.check(ada, connected),
        lambda: integrations.test(ada, connected, "4711", "hello", "key"),
        lambda: integrations.rotate(ada, connected, Secret({"pin": "0"})),
        lambda: integrations.connect(ada, HARBOUR, "telegram", {"number": "2"}, Secret({}), check=False),
        lambda: integrations.connect(ada, HARBOUR, "telegram", {"number": "3"}, Secret({"pin": "0"})),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.status == 422
    assert integrations.enable(ada, connected).status == "error"
    with pytest.raises(Refusal) as known:
        integrations.credentials(ada, connected)

    assert known.value.message.startswith(ELSEWHERE)
    assert (seen(at), at.provider.sent, len(at.provider.announced)) == ([("1", TOKEN)], [], 1)


@pytest.mark.parametrize("through", ["table", "hub"])
def test_put_back_it_works_again(at: At, connected: str, through: str) -> None:
    moved(at, connected)
    at.cases.checking.check(connected)

    if through == "table":
        moved(at, connected, "1")
    else:
        at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, Secret({}))
    at.cases.checking.check(connected)

    assert at.integration(connected)["status"] == "active"
    assert set(seen(at)) == {("1", TOKEN)}


def test_under_a_new_key_they_are_for_the_same_destination(at: At, connected: str) -> None:
    at.execute("update public.integrations set configuration = configuration")
    at.cases.rotation.run()
    moved(at, connected)

    at.cases.checking.check(connected)

    assert at.integration(connected)["last_error"].startswith(ELSEWHERE)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_moved_while_it_is_read_the_secret_goes_where_it_is_for(
    at: At, connected: str, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A check reads the row and then the secret: one that is new and the other old is no pair."""
    read, mine = credentials.read, Secret({"token": "mine", "pin": "0"})

    def moving(connection: Rows, integration: Integration) -> Kept | None:
        monkeypatch.setattr(credentials, "read", read)
        found = read(connection, integration) if moment == "after" else None
        at.cases.integrations.connect(person(OLGA), HARBOUR, "telegram", {"number": "2"}, mine, check=False)
        return found or read(connection, integration)

    monkeypatch.setattr(credentials, "read", moving)
    at.cases.checking.check(connected)

    assert seen(at) == [("1", TOKEN)] + [("1", TOKEN)] * (moment == "after")
    assert at.integration(connected)["status"] == "active"


def test_moved_between_reading_and_sending_it_goes_where_it_was_read_to_go(at: At, connected: str) -> None:
    at.provider.meanwhile = lambda: moved(at, connected)

    at.cases.checking.check(connected)
    at.provider.meanwhile = lambda: None
    at.cases.checking.check(connected)

    assert seen(at) == [("1", TOKEN)] * 2


def test_a_secret_is_not_sealed_for_settings_that_its_giver_has_not_seen(at: At, connected: str) -> None:
    before = at.sealed(connected)
    at.provider.meanwhile = lambda: moved(at, connected)

    with pytest.raises(Refusal) as caught:
        at.cases.integrations.rotate(person(ADA), connected, Secret({"token": "new", "pin": "0"}))

    assert (caught.value.status, caught.value.code) == (409, "changed_meanwhile")
    assert at.sealed(connected) == before
    assert seen(at)[-1] == ("1", "new")


def test_what_is_of_another_type_now_is_not_sent_there(at: At, connected: str) -> None:
    """The other type has no setting that decides where secrets go, so that it is another destination."""
    at.execute("update public.integrations set integration_type = 'sms' where id = %s", connected)
    other = replace(at.provider, integration_type="sms", fields=(), checked=[])
    at.cases.checking._accounts.providers._providers["sms"] = other  # noqa: SLF001 - one more service

    at.cases.checking.check(connected)

    assert other.checked == []
    assert at.integration(connected)["status"] == "error"
