"""A notification as each channel says it. Nothing is sent here."""

from __future__ import annotations

from dataclasses import asdict, replace
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, Any

from seatrial.model.masking import redacted
from seatrial.model.notification import Event, Notification

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FORMAT", "as_json", "as_mail", "as_slack", "harmless"]

#: Of the JSON document; another number where a key means something else.
FORMAT = 1
#: What is shown of a long list, and of a long text; Slack takes 3,000 letters in a block.
MOST_MIGRATIONS = 20
MOST_LETTERS = 2000
MOST_FIELD = 200
#: Of troubles: so many lines of so many letters are in a block, and the last one is not cut away.
AT_ONCE = 5
MOST_LINE = 380
DIGITS = 12

_TITLES = {
    Event.STARTED: "deployment started",
    Event.WAITING: "deployment is waiting",
    Event.DONE: "deployed",
    Event.FAILED: "deployment failed",
    Event.ROLLED_BACK: "rolled back",
    Event.WATCHING: "is being watched",
    Event.BREACHED: "outside its limits",
    Event.RECOVERED: "within its limits again",
    Event.ASKED: "a person is needed",
    Event.SUCCEEDED: "watched, and successful",
    Event.RELEASE_FAILED: "the watch failed",
    Event.INCONCLUSIVE: "the watch ended without an answer",
    Event.TEST: "test message",
}
_SIGNS = {
    Event.STARTED: ":ship:", Event.WAITING: ":hourglass_flowing_sand:", Event.DONE: ":white_check_mark:",
    Event.FAILED: ":x:", Event.ROLLED_BACK: ":leftwards_arrow_with_hook:", Event.TEST: ":wave:",
    Event.WATCHING: ":eyes:", Event.BREACHED: ":warning:", Event.RECOVERED: ":ok:", Event.ASKED: ":raising_hand:",
    Event.SUCCEEDED: ":white_check_mark:", Event.RELEASE_FAILED: ":x:", Event.INCONCLUSIVE: ":grey_question:",
}  # fmt: skip


def harmless(told: Notification) -> Notification:
    """The same with passwords masked, and every text on one line."""
    return replace(
        told, target=_plain(told.target), release=_plain(told.release), who=_plain(told.who), step=_plain(told.step),
        sentence=_plain(told.sentence), next=_plain(told.next), report=_plain(told.report),
        migrations=tuple(map(_plain, told.migrations)), troubles=tuple(map(_plain, told.troubles)),
    )  # fmt: skip


def as_json(told: Notification) -> dict[str, Any]:
    """The document of a webhook: every field, and a line to show."""
    return {"format": FORMAT, "tool": "seatrial", **asdict(told), "text": _headline(told)}


def as_slack(told: Notification) -> dict[str, Any]:
    """Text for the notification itself, blocks for who reads on."""
    fields = [{"type": "mrkdwn", "text": f"*{label}*\n{_escaped(value[:MOST_FIELD])}"} for label, value in _facts(told)]
    blocks: list[dict[str, Any]] = [_section(f"{_SIGNS[told.event]} *{_escaped(_headline(told))}*")]
    blocks += [_section(_escaped(told.sentence))] if told.sentence else []
    blocks += [_listed(told.troubles[first : first + AT_ONCE]) for first in range(0, len(told.troubles), AT_ONCE)]
    blocks += [{"type": "section", "fields": fields}] if fields else []
    blocks += [_listed(_some(told.migrations))] if told.migrations else []
    blocks += [_section(f"Next: `{_escaped(told.next).replace('`', chr(39))}`")] if told.next else []
    blocks += [_section(f"Report: {_escaped(told.report)}")] if told.report else []
    return {"text": _escaped(_headline(told)), "blocks": blocks}


def as_mail(told: Notification, *, sender: str, to: Sequence[str]) -> EmailMessage:
    """Plain text."""
    mail = EmailMessage()
    mail["Subject"] = _headline(told)
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = formatdate(localtime=False)
    # Without a domain the name of this machine would be looked up, and sent.
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    parts = [
        told.sentence,
        "\n".join(f"  {each}" for each in told.troubles),
        "\n".join(f"{label}: {value}" for label, value in _facts(told)),
        "\n".join(f"  {each}" for each in _some(told.migrations)),
        f"Next: {told.next}" if told.next else "",
        f"Report: {told.report}" if told.report else "",
    ]
    mail.set_content("\n\n".join(filter(None, parts)) + "\n")
    return mail


def _headline(told: Notification) -> str:
    return f"{'TEST ' if told.is_test else ''}{told.release} on {told.target}: {_TITLES[told.event]}"


def _facts(told: Notification) -> list[tuple[str, str]]:
    found = [("By", told.who), ("Plan", told.plan[:DIGITS]), ("Step", told.step)]
    return [(label, value) for label, value in found if value]


def _some(migrations: Sequence[str]) -> list[str]:
    more = len(migrations) - MOST_MIGRATIONS
    return [*migrations[:MOST_MIGRATIONS], *([f"and {more:,} more"] if more > 0 else [])]


def _listed(lines: Sequence[str]) -> dict[str, Any]:
    return _section("\n".join(f"• {_escaped(each[:MOST_LINE])}" for each in lines))


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:MOST_LETTERS]}}


def _escaped(text: str) -> str:
    """A name must not call everybody in: `<!channel>`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    return redacted("".join(letter if letter.isprintable() else " " for letter in text))[:MOST_LETTERS]
