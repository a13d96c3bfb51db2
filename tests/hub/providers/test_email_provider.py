"""E-mail: letters as they arrive, every recorded reply in words, TLS before anything else, and no way inside."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.providers.accounts import Ready, account, ready, trouble
from tests.hub.providers.fakes.email import PASSWORD, USERNAME, MailFake, mail
from tests.hub.providers.fakes.web import Mood

import integrations_hub.providers.email
from integrations_hub.domain.outside import Message, TroubleKind, WebhookCall
from integrations_hub.providers.deadline import Deadline
from integrations_hub.providers.email.place import Place, connected
from integrations_hub.providers.email.provider import create
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

RECORDED = Path(integrations_hub.providers.email.__file__).parent / "recorded"
REPLIES = json.loads((RECORDED / "replies.json").read_text(encoding="utf-8"))
LETTER = Message(to="nora@example.org", text="Is the berth free?", key="key-1")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Ready]:
    with ready("email", tmp_path) as found:
        yield found


def arrived(fake: MailFake) -> EmailMessage:
    (letter,) = fake.sent
    return message_from_string(letter.content, policy=default)


@pytest.mark.parametrize("recorded", REPLIES, ids=lambda recorded: f"{recorded['stage']} {recorded['reply'][:9]}")
def test_a_reply_says_what_to_do(it: Ready, recorded: dict[str, str | None]) -> None:
    it.fake.replies = {recorded["stage"]: recorded["reply"]}

    if recorded["kind"] is None:
        assert it.provider.send(it.account, it.message()).provider_id
        assert len(it.fake.sent) == 1
        return
    caught = trouble(lambda: it.provider.send(it.account, it.message()))

    code, _, words = str(recorded["reply"]).partition(" ")
    assert caught.kind.value == recorded["kind"]
    assert code in caught.reason
    assert words.split(" ", 1)[1] not in caught.reason
    assert not caught.may_have_arrived
    assert it.fake.sent == []


def test_a_letter_arrives_as_it_was_written(it: Ready) -> None:
    text = "Le mouillage est-il libre ?\n.un point\n\n" + "Grüße " * 300
    it.provider.send(it.account, it.message(text=text))

    letter, (taken,) = arrived(it.fake), it.fake.sent
    assert letter.get_content().splitlines() == text.splitlines()
    assert letter["Subject"] == "Le mouillage est-il libre ?"
    assert (letter["From"], letter["To"]) == (f"Harbour <{USERNAME}>", "nora@example.org")
    assert (taken.sender, taken.receivers) == (USERNAME, ("nora@example.org",))
    assert taken.is_encrypted
    assert taken.is_logged_in
    assert taken.content.isascii()


def test_every_attempt_at_one_letter_has_the_same_identity(it: Ready) -> None:
    first = it.provider.send(it.account, it.message(key="key-1"))
    again = it.provider.send(it.account, it.message(key="key-1"))
    other = it.provider.send(it.account, it.message(key="key-2"))
    elsewhere = it.provider.send(it.of("second"), it.message(key="key-1"))

    names = [message_from_string(letter.content)["Message-ID"] for letter in it.fake.sent]
    assert names == [each.provider_id for each in (first, again, other, elsewhere)]
    assert names[0] == names[1]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    "text", ["hello\r\nBcc: eve@example.org\r\n\r\nx", "hello\x0bBcc: eve@example.org", "\x1b[31mred"]
)
def test_no_text_makes_a_header(it: Ready, text: str) -> None:
    it.provider.send(it.account, it.message(text=text))

    letter, (taken,) = arrived(it.fake), it.fake.sent
    assert letter["Bcc"] is None
    assert taken.receivers == ("nora@example.org",)


@pytest.mark.parametrize("to", [
    "nora@example.org, eve@example.org", "Nora <nora@example.org>", "nora@example.org>\r\nRCPT TO:<eve@example.org",
    "nora@localhost", "nora@@example.org",
    '"nora x"@example.org', "@example.org", "nora@-example.org", "nöra@example.org",
])  # fmt: skip
def test_only_one_plain_address_is_written_to(it: Ready, to: str) -> None:
    assert trouble(lambda: it.provider.send(it.account, it.message(to=to))).kind is TroubleKind.REJECTED
    assert it.fake.asked == []


def test_a_domain_in_other_letters_is_written_to_as_mail_knows_it(it: Ready) -> None:
    it.provider.send(it.account, it.message(to="nora@hafen-münchen.de"))

    assert it.fake.sent[0].receivers == ("nora@xn--hafen-mnchen-jlb.de",)


@pytest.mark.parametrize("stage", ["greeting", "tls", "login", "sender", "receiver", "data"])
@pytest.mark.parametrize("how", ["hangs_at", "drops_at"])
def test_a_conversation_that_ends_before_the_letter_has_sent_nothing(tmp_path: Path, stage: str, how: str) -> None:
    with ready("email", tmp_path, timeout=0.5 if how == "hangs_at" else 30) as it:
        setattr(it.fake, how, stage)

        caught = trouble(lambda: it.provider.send(it.account, it.message()))

        assert caught.kind is (TroubleKind.TIMED_OUT if how == "hangs_at" else TroubleKind.UNREACHABLE)
        assert not caught.may_have_arrived
        assert len(it.fake.asked) == 3
        assert it.fake.sent == []


def test_nothing_is_said_to_a_server_without_tls(it: Ready) -> None:
    it.fake.offers_tls = False

    for act in (lambda: it.provider.check(it.account), lambda: it.provider.send(it.account, it.message())):
        assert "without TLS" in trouble(act).reason
    assert it.fake.logins == []
    assert it.fake.sent == []


@pytest.mark.parametrize("tls_first", [False, True])
def test_nothing_is_said_to_a_server_that_nobody_vouches_for(tmp_path: Path, *, tls_first: bool) -> None:
    of_another = {"name": "mail.example.org"}
    unknown: dict[str, Any] = {"is_trusted": False}
    for number, kind in enumerate((of_another, unknown)):
        with mail(tmp_path / str(number), tls_first=tls_first, **kind) as fake:
            caught = trouble(lambda fake=fake: sent(fake, tls_first=tls_first))  # type: ignore[misc]

            assert caught.kind is TroubleKind.UNREACHABLE
            assert "certificate" in caught.reason
            assert fake.logins == []


def test_tls_from_the_beginning_is_spoken_too(tmp_path: Path) -> None:
    with mail(tmp_path / "certificates", tls_first=True) as fake:
        sent(fake, tls_first=True)

        assert fake.logins == [(USERNAME, True)]
        assert fake.sent[0].is_encrypted


def sent(fake: MailFake, *, tls_first: bool) -> None:
    chosen = {"port": 465, "encryption": "tls"} if tls_first else {}
    whole = account("email")
    configuration = {**whole.configuration, **chosen}
    create(Operators(address=fake.address, timeout=30)).send(replace(whole, configuration=configuration), LETTER)


def test_a_server_of_tls_is_not_taken_for_one_without(tmp_path: Path) -> None:
    with mail(tmp_path / "certificates") as fake:
        caught = trouble(lambda: sent(fake, tls_first=True))

        assert "no encrypted connection" in caught.reason
        assert fake.logins == []


@pytest.mark.parametrize(
    ("port", "encryption"), [(465, "starttls"), (587, "tls"), (25, "tls"), (22, "starttls"), (0, "tls")]
)
def test_port_and_encryption_go_together(port: int, encryption: str) -> None:
    whole = account("email")
    given = {**whole.configuration, "port": port, "encryption": encryption}

    assert trouble(lambda: create(Operators()).validate(given, whole.secret)).kind is TroubleKind.MISCONFIGURED


@pytest.mark.parametrize("port", [-1, 0, 65536, "-1", "99999999999", 10**17])
def test_a_port_that_there_is_not_is_refused_also_where_any_port_may_be(port: int | str) -> None:
    whole = account("email")
    provider = create(Operators(private_hosts=True))

    caught = trouble(lambda: provider.validate({**whole.configuration, "port": port}, whole.secret))

    assert (caught.kind, caught.reason) == (TroubleKind.MISCONFIGURED, "Port must be a number from 1 to 65535")
    for number in (1, 65535):
        assert provider.validate({**whole.configuration, "port": number}, whole.secret)[0]["port"] == number


def test_a_port_from_a_form_becomes_a_number_and_defaults_are_filled_in() -> None:
    whole = account("email")
    given = {name: value for name, value in whole.configuration.items() if name not in {"port", "encryption"}}

    assert create(Operators()).validate(given, whole.secret)[0] == whole.configuration
    assert create(Operators()).validate({**given, "port": " 587 "}, whole.secret)[0]["port"] == 587


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "10.0.0.5", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nobody binds to it
    "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1",
    "255.255.255.255", "0x7f.1", "2130706433", "0177.0.0.1",
])  # fmt: skip
def test_no_server_inside_is_connected_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket.socket, "connect", never)
    whole = account("email")
    inside = replace(whole, configuration={**whole.configuration, "host": host})

    for act in (lambda: create(Operators()).check(inside), lambda: create(Operators()).send(inside, LETTER)):
        assert trouble(act).kind in {TroubleKind.MISCONFIGURED, TroubleKind.UNREACHABLE}


def test_a_name_that_leads_inside_even_in_part_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 587)) for address in ("9.9.9.9", "10.0.0.1")]
    asked: list[object] = []

    def look_up(*given: object, **_: object) -> object:
        asked.append(given)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    with Deadline(5) as deadline:
        place = Place(host="smtp.example.org", port=587, may_be_private=False)
        assert "not of the internet" in trouble(lambda: connected(place, deadline)).reason
    assert len(asked) == 1


def test_the_operator_may_allow_servers_inside(tmp_path: Path) -> None:
    with mail(tmp_path / "certificates") as fake:
        host, _, port = fake.address.partition(":")
        whole = account("email")
        inside = replace(whole, configuration={**whole.configuration, "host": host, "port": int(port)})

        assert trouble(lambda: create(Operators()).validate(inside.configuration, inside.secret)).reason.startswith(
            "Port"
        )
        create(Operators(private_hosts=True, timeout=30)).send(inside, LETTER)
        assert len(fake.sent) == 1


def test_a_login_is_never_sent_in_the_open(it: Ready) -> None:
    it.provider.check(it.account)
    it.provider.send(it.account, it.message())

    assert it.fake.logins == [(USERNAME, True)] * 2


def test_a_wrong_password_is_told_without_it(it: Ready) -> None:
    caught = trouble(lambda: it.provider.check(it.of("second", password="another-password")))

    assert caught.kind is TroubleKind.REFUSED
    assert re.search(r"application password .* rotate the credentials", caught.reason)
    assert PASSWORD not in caught.reason


def test_a_server_that_hangs_after_it_has_taken_a_letter_is_not_asked_twice(tmp_path: Path) -> None:
    with ready("email", tmp_path, timeout=5) as it:
        it.fake.mood = Mood.HANGING

        caught = trouble(lambda: it.provider.send(it.account, it.message()))

        assert (caught.kind, caught.may_have_arrived) == (TroubleKind.TIMED_OUT, True)
        assert len(it.fake.sent) == 1


def test_nothing_is_received(it: Ready) -> None:
    call = WebhookCall(method="POST", headers={}, query={}, body=b"{}", at=datetime.now(UTC))
    it.provider.announce(it.account, "https://hub.example.org/")

    caught = trouble(lambda: it.provider.receive(it.account, call))
    assert caught.kind is TroubleKind.MISCONFIGURED
    assert it.fake.asked == []


def test_defaults_are_filled_in_also_where_the_settings_were_written_past_the_form(it: Ready) -> None:
    short = {name: value for name, value in it.account.configuration.items() if name not in {"port", "encryption"}}

    assert it.provider.check(replace(it.account, configuration=short)).said
