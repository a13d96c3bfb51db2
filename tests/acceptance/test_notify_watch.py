"""Who is told of a watch: over real sockets, by kind of event, and how to see what such a message looks like."""

from __future__ import annotations

from email import message_from_string, policy
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.listening import hook, letters
from tests.acceptance.release import BOATS

from seatrial.model.notification import Event, Notification
from seatrial.notify import notifier
from seatrial.notify.notifier import Notifier
from seatrial.project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

LINES = ("milliseconds a call: 212 ms (limit 8.2 ms); as app: SELECT 1 < $1", "deadlocks: 7 (limit 2)")
NEWS = Notification(
    event=Event.BREACHED, target="production", release="boats", sentence="2 signals reached the failure limit.",
    next="seatrial rollback --last 1 --target production", troubles=LINES,
)  # fmt: skip


class Quiet:
    """Nobody who looks on."""

    def say(self, line: str) -> None:
        """Nothing may go wrong here."""
        raise AssertionError(line)

    begin = end = say


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    # No channel is slow by chance, as one that is gets less.
    monkeypatch.setattr(notifier, "SLOW", 60.0)


def tell(channels: Sequence[Mapping[str, object]], *news: Notification) -> None:
    with Notifier(Settings.model_validate({"notify": channels}), Quiet()) as notify:
        for one in news:
            notify.tell(one)


def test_a_breach_reaches_every_kind_of_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    mail: dict[str, object] = {
        "kind": "email",
        "host": "localhost",
        "tls": "none",
        "from": "a@example.com",
        "to": ["b@example.com"],
    }
    with hook() as web, hook() as slack, letters() as box:
        monkeypatch.setenv("WEB", web.url)
        monkeypatch.setenv("SLACK", slack.url)
        tell(
            [{"kind": "webhook", "url": "env(WEB)"}, {"kind": "slack", "url": "env(SLACK)"}, mail | {"port": box.port}],
            NEWS,
        )
    document = web.came[0].json
    assert (document["format"], document["event"], document["troubles"]) == (1, "breached", list(LINES))
    assert document["text"] == "boats on production: outside its limits"
    assert f"• {LINES[0].replace('<', '&lt;')}\n• {LINES[1]}" in str(slack.came[0].json["blocks"][2]["text"]["text"])
    letter = message_from_string(box.came[0][2], policy=policy.default)
    assert letter["Subject"] == "boats on production: outside its limits"
    assert all(f"  {line}" in letter.get_content() for line in LINES)


def test_a_channel_hears_only_of_what_it_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as some, hook() as everything:
        monkeypatch.setenv("SOME", some.url)
        monkeypatch.setenv("ALL", everything.url)
        news = [Notification(event=event, target="t", release="r", sentence="") for event in Event]
        some_of_it = {"kind": "webhook", "url": "env(SOME)", "events": ["asked", "release_failed"]}
        tell([some_of_it, {"kind": "slack", "url": "env(ALL)"}], *news)
    assert [post.json["event"] for post in some.came] == ["asked", "release_failed", "test"]
    assert len(everything.came) == len(Event)


def test_a_sample_of_each_kind_goes_to_whoever_is_told_of_it(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    with hook() as there, hook() as elsewhere:
        monkeypatch.setenv("HERE", there.url)
        monkeypatch.setenv("ELSEWHERE", elsewhere.url)
        release.write(
            "seatrial.toml",
            '[[notify]]\nkind = "webhook"\nurl = "env(HERE)"\nevents = ["breached"]\n'
            '[[notify]]\nkind = "slack"\nurl = "env(ELSEWHERE)"\nevents = ["failed"]\n',
        )
        answer = seatrial("notify", "--as", "breached", code=0)
        assert answer.lines == [
            "✓ webhook (localhost): told", "– 1 channel not told of breached",
            "✓ Told: a test message went to 1 channel.",
        ]  # fmt: skip
        document = there.came[0].json
        assert (document["event"], document["is_test"]) == ("breached", True)
        assert document["text"].startswith("TEST ")
        assert elsewhere.came == []
        assert seatrial("notify", "--as", "asked", code=2).error["code"] == "notify.unwanted"
        seatrial("notify", "--as", "nothing", code=2)
