"""What a message says: nothing secret, nothing that calls everybody in, nothing endless."""

from __future__ import annotations

import json

import pytest

from seatrial.model.notification import Event, Notification
from seatrial.notify.message import as_json, as_mail, as_slack, harmless

SLACK_LETTERS = 3000


def news(**more: object) -> Notification:
    facts: dict[str, object] = {"event": Event.FAILED, "target": "production", "release": "boats", "sentence": "It is."}
    return Notification(**(facts | more))  # type: ignore[arg-type]


def everything(told: Notification) -> list[str]:
    mail = as_mail(told, sender="a@example.com", to=["b@example.com"])
    return [json.dumps(as_json(told)), json.dumps(as_slack(told)), mail.as_string()]


@pytest.mark.parametrize("field", ["target", "release", "sentence", "who", "next", "report", "step"])
def test_a_password_that_strayed_into_a_message_is_masked(field: str) -> None:
    told = harmless(news(**{field: "see postgresql://u:s3cr3t@h/d and password=s3cr3t"}))
    assert all("s3cr3t" not in text for text in everything(told))
    told = harmless(news(migrations=("postgresql://u:s3cr3t@h/d",)))
    assert all("s3cr3t" not in text for text in everything(told))


def test_a_name_cannot_call_everybody_in_or_make_a_link() -> None:
    told = harmless(news(sentence="<!channel> & <https://evil.example|click>", migrations=("1_<!here>",), next="a `b`"))
    text = json.dumps(as_slack(told))
    assert "<!" not in text
    assert "<http" not in text
    assert "&lt;!channel&gt; &amp; &lt;https" in text


def test_a_line_end_makes_no_header_and_no_line() -> None:
    mail = as_mail(
        harmless(news(release="boats\r\nBcc: everybody@example.com")), sender="a@example.com", to=["b@b.example"]
    )
    assert mail["Bcc"] is None
    assert "Bcc" not in [line.partition(":")[0] for line in mail.as_string().splitlines()]


def test_a_long_release_stays_within_what_slack_takes() -> None:
    told = harmless(news(sentence="x" * 10_000, migrations=tuple(f"{n}_{'long' * 200}" for n in range(500))))
    document = as_slack(told)
    assert all(len(block["text"]["text"]) <= SLACK_LETTERS for block in document["blocks"] if "text" in block)
    assert len(as_json(told)["migrations"]) == 500, "a program gets all of them"


def test_many_migrations_are_counted() -> None:
    told = news(migrations=tuple(map(str, range(23))))
    assert "and 3 more" in json.dumps(as_slack(told))
    assert "and 3 more" in as_mail(told, sender="a@example.com", to=["b@example.com"]).get_content()


@pytest.mark.parametrize("event", Event)
def test_every_event_has_its_words(event: Event) -> None:
    told = news(event=event)
    assert as_json(told)["event"] == event.value
    assert len({as_slack(news(event=each))["text"] for each in Event}) == len(Event)
