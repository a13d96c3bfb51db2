"""Watches in the target's own schema `seatrial`: what they were to see, what they saw, and where they stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.ledger.attempts import LIMITS
from seatrial.ledger.read import present
from seatrial.model.journal import ANOTHER, Entry, EntryKind, Kept, Stand
from seatrial.model.jsonable import as_json, from_json
from seatrial.model.packed import pressed, unpressed
from seatrial.model.watch import Baseline, Watch, WatchVerdict
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["TargetJournal", "latest_watch", "may_write", "watch_alone"]

PACKAGE = "seatrial.ledger"
#: Of the one who watches; a number of our own among the advisory locks.
WATCHER = 8_387_228_201_779_003
#: What somebody else may write beside the one who watches.
OF_OTHERS = [EntryKind.ANSWER.value, EntryKind.SILENCE.value]


class TargetJournal:
    """The journal on the target; every call is a transaction of its own."""

    def __init__(self, connection: Connection, target: str) -> None:
        self.connection = connection
        self.place = f"schema seatrial of {target}"
        #: Of the watch that is written to.
        self._id = 0

    def latest(self, kinds: Sequence[EntryKind] | None = None) -> Kept | None:
        """The newest one, with its entries."""
        found = latest_watch(self.connection, kinds)
        if found is None:
            return None
        self._id, kept = found
        return kept

    def open(self) -> None:
        """A row for the time before a deployment."""
        self._id = int(self._rows("open_watch")[0]["id"])

    def begin(self, watch: Watch, baseline: Baseline) -> None:
        """The row becomes the watch, and one before it that is not over ends."""
        self._execute("begin_watch", begun=_text(watch), baseline=_text(baseline))
        self._execute("end_older_watches", verdict=WatchVerdict.INCONCLUSIVE.value, sentence=ANOTHER)

    def forget(self) -> None:
        """The row is gone, where it was opened and nothing came of it."""
        self._execute("forget_watch")

    def add(self, at: float, kind: EntryKind, body: Any) -> int:  # noqa: ANN401 - JSON
        """One row."""
        return int(self._rows("add_watch_entry", at=at, kind=kind.value, body=_safe(json.dumps(body)))[0]["number"])

    def since(self, entry: int) -> Sequence[Entry]:
        """Answers and silences."""
        return [_entry(row) for row in self._rows("watch_entries", after=entry, kinds=OF_OTHERS)]

    def overtaken(self, attempt: int) -> str:
        """From the history."""
        found = self._rows("overtaken_watch", attempt=attempt)
        return str(found[0]["command"]) if found else ""

    def stand(self, stand: Stand) -> None:
        """In the row of the watch."""
        self._execute("keep_watch_stand", stand=json.dumps(pressed(as_json(stand))))

    def end(self, verdict: WatchVerdict, sentence: str) -> None:
        """In the row of the watch."""
        self._execute("end_watch", verdict=verdict.value, sentence=sentence)

    def _execute(self, query: str, **values: object) -> None:
        with translated(self.connection), self.connection.transaction():
            execute(self.connection, LIMITS)
            execute(self.connection, load(PACKAGE, query), {"watch": self._id, **values})

    def _rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        with translated(self.connection), self.connection.transaction():
            execute(self.connection, LIMITS)
            return rows(self.connection, load(PACKAGE, query), {"watch": self._id, **values})


def latest_watch(connection: Connection, kinds: Sequence[EntryKind] | None = None) -> tuple[int, Kept] | None:
    """Number of the newest watch of a target, and it with its entries; None where there was none. Reads only."""
    if not present(connection)["watches"]:
        return None
    found = rows(connection, load(PACKAGE, "latest_watch"))
    if not found:
        return None
    [row] = found
    wanted = {"watch": row["id"], "after": 0, "kinds": kinds if kinds is None else [one.value for one in kinds]}
    entries = rows(connection, load(PACKAGE, "watch_entries"), wanted)
    try:
        return row["id"], Kept(
            watch=from_json(Watch, row["watch"]) if row["watch"] else None,
            baseline=from_json(Baseline, row["baseline"]) if row["baseline"] else None,
            stand=from_json(Stand, unpressed(row["stand"])) if row["stand"] else None,
            entries=tuple(map(_entry, entries)),
            verdict=WatchVerdict(row["verdict"]) if row["verdict"] else None,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise CannotRun(
            "watch.other-version", "the watch on the target was written by another version of Seatrial",
            where=f"seatrial.watches, number {row['id']}", why=str(error),
            fix="use that version until the watch is over",
        ) from None  # fmt: skip


def may_write(connection: Connection) -> bool:
    """Whether the role may write watches down."""
    return bool(rows(connection, load(PACKAGE, "may_write_watches"))[0]["may"])


def watch_alone(connection: Connection) -> None:
    """Be the only one who watches this database, as long as the session lasts.

    Raises:
        CannotRun: somebody else watches it.
    """
    if not rows(connection, load(PACKAGE, "watch_lock"), {"key": WATCHER})[0]["held"]:
        raise CannotRun(
            "watch.watched-already", "somebody else watches this database", where=place(connection),
            why="two that watch would count everything twice",
            fix="let that one go on, or end it first; what it has seen is kept",
        )  # fmt: skip


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(number=row["number"], at=row["at"], kind=EntryKind(row["kind"]), body=row["body"])


def _text(record: object) -> str:
    return _safe(json.dumps(as_json(record)))


def _safe(text: str) -> str:
    """What PostgreSQL does not take in a text: the character NUL, as JSON spells it."""
    return text.replace("\\u0000", "\\ufffd")
