"""Over HTTP, with two mail servers: one administrator's, and another's who wants the password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.hub.ground import ADA, HARBOUR, OLGA, bearer, running, settings_for
from tests.hub.providers.fakes.email import CONFIGURATION, PASSWORD, SECRETS, USERNAME, MailFake, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hub.ground import Ground

#: E-mail of Harbour, as the seed has it.
EMAIL = "60000000-0000-4000-8000-0000000000a2"
PATH, ROW = f"/v1/organizations/{HARBOUR}/integrations/email", f"/rest/v1/integrations?id=eq.{EMAIL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """A hub, the server that the password is for, and the other one."""

    client: httpx.Client
    own: MailFake
    theirs: MailFake

    def __call__(self, method: str, path: str, user: str, body: object = None, **headers: str) -> httpx.Response:
        """A request of somebody, whose answer never has the password."""
        response = self.client.request(method, path, json=body, headers={**bearer(user), **headers})
        assert PASSWORD not in response.text
        return response

    def settings(self, fake: MailFake, **changes: object) -> dict[str, object]:
        """That lead to one of the servers."""
        return {**CONFIGURATION, "host": "localhost", "port": int(fake.address.rpartition(":")[2]), **changes}

    def row(self) -> dict[str, Any]:
        """The integration as its organization sees it."""
        (row,) = self("GET", ROW, ADA).json()
        return dict(row)


@pytest.fixture
def two(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Connected by Ada; the other server is trusted as much as hers."""
    settings = settings_for(ground, providers={"email": {"private_hosts": True, "timeout": 30}})
    with mail(tmp_path / "own") as own, mail(tmp_path / "theirs") as theirs, running(settings) as address:
        both = tmp_path / "both.crt"
        both.write_bytes(own.authority.read_bytes() + theirs.authority.read_bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            two = Two(client=client, own=own, theirs=theirs)
            connected = two("PUT", PATH, ADA, {"configuration": two.settings(own), "secret": SECRETS})
            assert connected.status_code == 200, connected.text
            assert own.logins == [(USERNAME, True)]
            yield two


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "changes", [{}, {"host": "127.0.0.1"}, {"username": "eve@example.org"}, {"encryption": "tls"}], ids=str
)
def test_another_administrator_does_not_get_it_by_connecting(
    two: Two, changes: dict[str, object], *, check: bool
) -> None:
    before = two.row()
    wanted = two.settings(two.own if changes else two.theirs, **changes)

    response = two("PUT", PATH, OLGA, {"configuration": wanted, "check": check})

    assert response.status_code == 422
    assert response.json()["code"] == "secrets_needed"
    assert "(Mail server, Port, Encryption, User name)" in response.json()["message"]
    assert response.json()["message"].endswith("give Password again")
    assert two.row() == before
    assert (two.theirs.asked, len(two.own.asked)) == ([], 1)


def test_another_administrator_does_not_get_it_by_writing_the_row(two: Two) -> None:
    changed = two("PATCH", ROW, OLGA, {"configuration": two.settings(two.theirs)})
    assert changed.status_code == 204, changed.text

    message = {"to": "nora@example.org", "text": "hello"}
    checked = two("POST", f"/v1/integrations/{EMAIL}/check", OLGA)
    tested = two("POST", f"/v1/integrations/{EMAIL}/test", OLGA, message, **{"Idempotency-Key": "key"})
    for response in (checked, tested, two("PUT", PATH, OLGA, {"configuration": two.settings(two.theirs)})):
        assert response.status_code == 422, response.text
        assert set(response.json()) == {"code", "message", "details", "hint", "request_id"}
    enabled = two("POST", f"/v1/integrations/{EMAIL}/enable", OLGA)

    assert enabled.json()["status"] == "error"
    assert two.row()["last_error"].startswith("its credentials were given for another server or account")
    assert (two.theirs.asked, len(two.own.asked)) == ([], 1)


def test_the_row_put_back_is_served_again(two: Two) -> None:
    two("PATCH", ROW, OLGA, {"configuration": two.settings(two.theirs)})
    two("POST", f"/v1/integrations/{EMAIL}/check", OLGA)

    two("PATCH", ROW, ADA, {"configuration": two.settings(two.own)})

    assert two("POST", f"/v1/integrations/{EMAIL}/check", ADA).status_code == 200
    assert (two.row()["status"], two.theirs.asked) == ("active", [])


def test_whoever_gives_a_password_of_their_own_sends_that_one(two: Two) -> None:
    two.theirs.passwords = {USERNAME: "another-password"}
    body = {"configuration": two.settings(two.theirs), "secret": {"password": "another-password"}}

    assert two("PUT", PATH, OLGA, body).status_code == 200
    assert two.theirs.logins == [(USERNAME, True)]


def test_what_does_not_decide_where_it_goes_is_changed_without_it(two: Two) -> None:
    changed = two("PUT", PATH, OLGA, {"configuration": two.settings(two.own, from_name="The harbour")})

    assert changed.status_code == 200, changed.text
    assert two.own.logins == [(USERNAME, True)] * 2
