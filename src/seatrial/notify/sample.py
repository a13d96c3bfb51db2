"""A message of each kind to look at, with nothing behind it."""

from __future__ import annotations

from seatrial.model.notification import Event, Notification

__all__ = ["sample"]

_SENTENCE = "This is a test: nothing was deployed, and nothing is asked of you."
_SENTENCES = {
    Event.STARTED: "1 migration is being deployed.",
    Event.WAITING: "A session of app holds a lock on public.contacts; it is tried again.",
    Event.DONE: "Deployed: 1 migration applied in 1 s.",
    Event.FAILED: "Not deployed: a statement failed, and nothing of it remains.",
    Event.ROLLED_BACK: "Rolled back: 1 migration taken back in 1 s.",
    Event.WATCHING: "It is watched for 48 h, with a sample every 1 min.",
    Event.BREACHED: "2 signals reached the failure limit.",
    Event.RECOVERED: "2 signals within the limit again.",
    Event.ASKED: "A signal that is tied to nothing of the release has reached its failure limit.",
    Event.SUCCEEDED: "Watched for 48 h: all signals inside limits.",
    Event.RELEASE_FAILED: "The watch failed, not the deployment, which had gone through: a statement takes 212 ms.",
    Event.INCONCLUSIVE: "Watched for 48 h: the log of the server was not seen.",
}
_TROUBLES = (
    "milliseconds a call: 212 ms (limit 8.2 ms, usually 4.1 ms); as app: select id from contacts where name = $1",
    "failures, of what was tried (sends): 1 of 2,000 organizations; the worst at 40 % (limit 20 %)",
    "INVALID indexes: 1 (limit 0); public.contacts_name; tied to index public.contacts_name (20260301090000_example)",
    "failures, of what was tried (sends): 1 of 2,000 organizations",
)
_WITH_TROUBLES = frozenset({Event.BREACHED, Event.RECOVERED, Event.ASKED, Event.RELEASE_FAILED})


def sample(event: Event, *, release: str) -> Notification:
    """A message that says that it is a test.

    Args:
        event: which one it is like.
        release: whose channels they are.
    """
    if event is Event.TEST:
        return Notification(event=event, target="no target", release=release, sentence=_SENTENCE)
    return Notification(
        event=event, target="no target", release=release, migrations=("20260301090000_example",), is_test=True,
        sentence=f"{_SENTENCE} It would say: {_SENTENCES[event]}", step="2" if event is Event.WAITING else "",
        troubles=_TROUBLES if event in _WITH_TROUBLES else (),
    )  # fmt: skip
