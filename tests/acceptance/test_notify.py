"""Who is told of a deployment: over real sockets, whatever the other side does, and never at the deployment's cost."""

from __future__ import annotations

import threading
import time
from email import message_from_string, policy
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.certificates import certificates
from tests.acceptance.listening import context, hook, letters, mute
from tests.acceptance.release import BOATS
from tests.faults.ports import free_port

from seatrial.model.notification import Event, Notification
from seatrial.notify import mail, notifier, web
from seatrial.notify.notifier import Notifier
from seatrial.project.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

#: A server of these tests asks for a password where it must not be given one.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

SECRET = "t0ken"
NEWS = Notification(
    event=Event.DONE, target="production", release="boats", migrations=("1_boats", "2_crew"), plan="ab" * 32,
    who="ann@laptop", sentence="Deployed: 2 migrations applied to production in 1 s.",
    next="seatrial verify --target production", report="https://ci.example/run/7",
)  # fmt: skip


class Heard:
    """Everything that whoever runs the deployment was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Whatever it is."""
        self.lines.append(line)

    begin = end = say


@pytest.fixture(autouse=True)
def no_foreign_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", *notifier.RUNS):
        monkeypatch.delenv(name, raising=False)
    # No channel of a test is slow by chance, as one that is gets less.
    monkeypatch.setattr(notifier, "SLOW", 60.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes five seconds for people takes less here."""
    monkeypatch.setattr(notifier, "SLOW", 1.0)
    for module in (notifier, web, mail):
        monkeypatch.setattr(module, "LIMIT", 2.0)


def channel(monkeypatch: pytest.MonkeyPatch, url: str, kind: str = "webhook", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - TOML
    name = f"URL_{url.rpartition(':')[2].partition('/')[0]}"
    monkeypatch.setenv(name, url)
    return {"kind": kind, "url": f"env({name})", **more}


def mailing(port: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - TOML
    return {"kind": "email", "host": "localhost", "port": port, "from": "ships@example.com",
            "to": ["crew@example.com", "ann@example.com"], **more}  # fmt: skip


def tell(*channels: dict[str, Any], news: tuple[Notification, ...] = (NEWS,)) -> list[str]:
    """What is said of it."""
    heard = Heard()
    with Notifier(Settings.model_validate({"notify": channels}), heard) as notify:
        for one in news:
            notify.tell(one)
    assert SECRET not in str(heard.lines)
    return heard.lines


# What arrives -------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_documented_document(monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as there:
        assert tell(channel(monkeypatch, there.url)) == []
    [post] = there.came
    assert (post.method, post.path) == ("POST", f"/hooks/{SECRET}-in-the-path")
    assert post.headers["Content-Type"] == "application/json; charset=utf-8"
    assert post.headers["User-Agent"] == "seatrial"
    assert post.json == {
        "format": 1, "tool": "seatrial", "event": "done", "target": "production", "release": "boats",
        "migrations": ["1_boats", "2_crew"], "plan": "ab" * 32, "who": "ann@laptop",
        "sentence": "Deployed: 2 migrations applied to production in 1 s.",
        "next": "seatrial verify --target production", "report": "https://ci.example/run/7", "step": "",
        "troubles": [], "is_test": False,
        "text": "boats on production: deployed",
    }  # fmt: skip


def test_slack_gets_text_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as there:
        assert tell(channel(monkeypatch, there.url, "slack")) == []
    document = there.came[0].json
    assert document.keys() == {"text", "blocks"}
    assert document["text"] == "boats on production: deployed"
    for part in (NEWS.sentence, "1_boats", "ann@laptop", "abababababab", NEWS.next, NEWS.report):
        assert part in str(document["blocks"])


def test_a_letter_arrives_in_the_clear_where_that_was_asked_for() -> None:
    with letters() as box:
        assert tell(mailing(box.port, tls="none")) == []
    [(sender, to, text, encrypted)] = box.came
    assert (sender, to, encrypted) == ("ships@example.com", ["crew@example.com", "ann@example.com"], False)
    letter = message_from_string(text, policy=policy.default)
    assert letter["Subject"] == "boats on production: deployed"
    assert letter["To"] == "crew@example.com, ann@example.com"
    assert letter["Message-ID"].endswith("@example.com>")
    body = letter.get_content()
    for part in (NEWS.sentence, "  1_boats", "By: ann@laptop", f"Next: {NEWS.next}", f"Report: {NEWS.report}"):
        assert part in body


@pytest.mark.parametrize("way", ["starttls", "ssl"])
def test_a_letter_arrives_encrypted_with_a_login(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path / "tls")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    monkeypatch.setenv("MAIL_PASSWORD", f"{SECRET} pass")
    login = {"username": "ships", "password": "env(MAIL_PASSWORD)", "tls": way}
    with letters(context(made.certificate, made.key), implicit=way == "ssl", password=f"{SECRET} pass") as box:
        assert tell(mailing(box.port, **login)) == []
        monkeypatch.setenv("MAIL_PASSWORD", f"{SECRET} other")
        assert tell(mailing(box.port, **login)) == ["! not told: email (localhost): user name or password refused"]
    assert box.logins[0] == (b"ships", f"{SECRET} pass".encode())
    assert [encrypted for *_, encrypted in box.came] == [True]


@pytest.mark.parametrize("way", ["starttls", "ssl"])
def test_nothing_is_said_to_a_mail_server_that_could_be_anybody(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificates(tmp_path / "tls")
    monkeypatch.setenv("MAIL_PASSWORD", SECRET)
    login = {"username": "ships", "password": "env(MAIL_PASSWORD)", "tls": way}
    with letters(context(made.certificate, made.key), implicit=way == "ssl", password=SECRET) as box:
        [line] = tell(mailing(box.port, **login))
    assert line == "! not told: email (localhost): the certificate of the server cannot be verified"
    assert (box.came, box.logins) == ([], [])


def test_no_password_goes_to_a_server_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", SECRET)
    with letters(password=SECRET) as box:
        [line] = tell(mailing(box.port, username="ships", password="env(MAIL_PASSWORD)"))
    assert "does not offer" in line
    assert box.logins == []


def test_a_recipient_who_is_refused_is_said() -> None:
    with letters() as box:
        box.refused = "ann@example.com"
        assert tell(mailing(box.port, tls="none")) == ["! not told: email (localhost): refused for ann@example.com"]
        assert len(box.came) == 1, "the other one has it"
        # In the words of the server there may be anything.
        [line] = tell(mailing(box.port, tls="none", to=["ann@example.com"]))
    assert line == "! not told: email (localhost): the server takes mail for none of the recipients"


# Which, and how often -----------------------------------------------------------------------------------


def test_a_channel_is_told_of_its_events_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    events = (Event.STARTED, Event.FAILED, Event.ROLLED_BACK)
    news = tuple(Notification(event=event, target="t", release="r", sentence="") for event in events)
    with hook() as every, hook() as few:
        tell(channel(monkeypatch, every.url), channel(monkeypatch, few.url, events=["failed"]), news=news)
    assert [post.json["event"] for post in every.came] == ["started", "failed", "rolled_back"]
    assert [post.json["event"] for post in few.came] == ["failed"]


def test_of_a_step_that_waits_nobody_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def waits(step: str) -> Notification:
        return Notification(event=Event.WAITING, target="t", release="r", sentence="somebody is in the way", step=step)

    with hook() as there:
        tell(channel(monkeypatch, there.url), news=tuple(map(waits, ("1", "1", "2", "1", "2"))))
    assert [post.json["step"] for post in there.came] == ["1", "2"]


def test_the_report_is_what_the_settings_say_else_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    news = (Notification(event=Event.DONE, target="t", release="r", sentence=""),)
    with hook() as there:
        one = channel(monkeypatch, there.url)
        tell(one, news=news)
        monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example/job/1")
        tell(one, news=news)
        for name, value in (("SERVER_URL", "https://git.example"), ("REPOSITORY", "club/boats"), ("RUN_ID", "9")):
            monkeypatch.setenv(f"GITHUB_{name}", value)
        tell(one, news=news)
        settings = {"notify": [one], "project": {"report_url": "https://reports.example"}}
        with Notifier(Settings.model_validate(settings), Heard()) as notify:
            notify.tell(news[0])
    assert [post.json["report"] for post in there.came] == [
        "", "https://gitlab.example/job/1", "https://git.example/club/boats/actions/runs/9", "https://reports.example",
    ]  # fmt: skip


# What goes wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_answer_that_is_no_is_said_without_the_address(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as there:
        there.status = status
        assert tell(channel(monkeypatch, there.url)) == [
            f"! not told: webhook (localhost): the answer was {status}"
        ]  # fmt: skip


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as there, hook() as elsewhere:
        there.status, there.elsewhere = status, elsewhere.url
        [line] = tell(channel(monkeypatch, there.url))
    assert line.endswith(f"the answer was {status}, a redirect, which is not followed")
    assert len(there.came) == 1
    assert elsewhere.came == []


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://127.0.0.1:{free_port()}/{SECRET}"
    lines = tell(channel(monkeypatch, url, "slack"), mailing(free_port(), tls="none"))
    assert lines == [
        "! not told: slack (127.0.0.1): Connection refused", "! not told: email (localhost): Connection refused",
    ]  # fmt: skip


def test_a_web_server_that_could_be_anybody_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path / "tls")
    with hook(context(made.certificate, made.key)) as there:
        one = channel(monkeypatch, there.url)
        [line] = tell(one)
        assert line.endswith("(localhost): the certificate of the server cannot be verified")
        assert there.came == []
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
        assert tell(one) == []
        assert len(there.came) == 1


@pytest.mark.parametrize(
    "url",
    [
        f"http://hooks.example/{SECRET}", f"ftp://localhost/{SECRET}", "file:///etc/passwd", SECRET,
        f"https://local host/{SECRET}", f"https://[::1/{SECRET}", f"https://localhost:{SECRET}/", "https://",
        f"https://localhost/{SECRET}\r\nHost: x",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL", url)
    [line] = tell({"kind": "webhook", "url": "env(URL)"})
    assert line.startswith("! not told: webhook")


def test_a_variable_that_is_not_set_is_named() -> None:
    assert tell({"kind": "slack", "url": "env(NOT_SET_HERE)"}) == [
        "! not told: slack: the environment variable NOT_SET_HERE is not set"
    ]


@pytest.mark.usefixtures("impatient")
def test_whoever_does_not_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    news = tuple(Notification(event=Event.WAITING, target="t", release="r", sentence="", step=str(n)) for n in range(9))
    with hook() as there, mute() as port, hook() as quick:
        there.answers.clear()
        before = set(threading.enumerate())
        heard = Heard()
        channels = [channel(monkeypatch, there.url), mailing(port, tls="none"), channel(monkeypatch, quick.url)]
        with Notifier(Settings.model_validate({"notify": channels}), heard) as notify:
            for one in (*news, NEWS):
                notify.tell(one)
            assert heard.lines == [], "it is said at the end, and not between the steps"
            assert set(threading.enumerate()) - before
        assert heard.lines == [
            "! not told: webhook (localhost): no answer in 2 s", "! not told: email (localhost): no answer in 2 s",
        ]  # fmt: skip
        assert len(quick.came) == 10, "the others are told all the same"
        # Of all that came meanwhile whoever is slow gets only how it ended.
        assert [post.json["event"] for post in there.came] == ["waiting", "done"]


def test_a_server_that_never_stops_answering_does_not_hold_it_either(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte by byte, each within any limit of its own."""
    assert impatient is None
    ended = threading.Event()

    def trickle(self: object, url: str, **_: object) -> None:
        assert self
        assert url
        ended.wait(60)

    monkeypatch.setattr("seatrial.notify.channel.web.post", trickle)
    began = time.monotonic()
    [line] = tell(channel(monkeypatch, "http://localhost:1/x"), news=(NEWS,) * 5)
    ended.set()
    assert line.endswith(("no answer in 2 s", "it did not take the messages in time"))
    assert time.monotonic() - began < 60, "it came back before the server did"


def test_a_fault_of_ours_is_no_fault_of_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("seatrial.notify.channel.web.post", broken)
    [line] = tell(channel(monkeypatch, "http://localhost:1/x"))
    assert line.endswith("a fault in Seatrial (ZeroDivisionError)")


def test_without_settings_nothing_happens() -> None:
    before = set(threading.enumerate())
    assert tell() == []
    assert set(threading.enumerate()) <= before


# The command --------------------------------------------------------------------------------------------


def test_the_command_tells_everybody_and_says_what_came_of_it(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    with hook() as there, letters() as box:
        monkeypatch.setenv("SLACK_URL", there.url)
        text = (
            '[[notify]]\nkind = "slack"\nurl = "env(SLACK_URL)"\nevents = ["failed"]\n'
            f'[[notify]]\nkind = "email"\nhost = "localhost"\nport = {box.port}\ntls = "none"\n'
            'from = "ships@example.com"\nto = ["crew@example.com"]\n'
        )
        release.write("seatrial.toml", text)
        answer = seatrial("notify", code=0)
        assert answer.lines == [
            "✓ slack (localhost): told", "✓ email (localhost): told", "✓ Told: a test message went to 2 channels.",
        ]  # fmt: skip
        assert "test message" in there.came[0].body
        assert len(box.came) == 1
        there.status = 410
        answer = seatrial("notify", code=1)
        assert "✗ slack (localhost): the answer was 410" in answer.lines
        assert "✗ Not told: 1 of 2 channels" in answer.lines[-1]
        assert SECRET not in answer.said + seatrial("notify", "--format", "json", code=1).said


def test_the_command_says_that_nobody_is_told(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    assert seatrial("notify", code=2).error["code"] == "notify.nobody"
