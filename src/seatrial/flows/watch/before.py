"""Right before a deployment: what is usual is noted once more, to hold the release against."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError
from seatrial.flows.watch.deployment import applied_versions, is_before
from seatrial.flows.watch.lookout import Noting
from seatrial.ledger.watches import TargetJournal
from seatrial.model.journal import EntryKind
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes.registry import PROBES
from seatrial.monitoring.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.watch import Change
    from seatrial.pg.connection import Connection

__all__ = ["note_before"]

#: What takes milliseconds, and is asked of the server's statistics alone.
QUICK = frozenset({"activity", "database", "locks", "statements"})


def note_before(connection: Connection, target: str, changes: tuple[Change, ...]) -> Callable[[], None]:
    """Note it; nothing that goes wrong here keeps a deployment from its work.

    Returns:
        What forgets it again, where nothing was deployed after all.
    """
    journal = TargetJournal(connection, target)
    is_ours = False
    with suppress(SeatrialError):
        kept, applied = journal.latest([EntryKind.FOUND]), applied_versions(connection)
        if kept is None or not is_before(kept, applied):
            journal.open()
            kept, is_ours = None, True
        sample = kept.stand.sample if kept and kept.stand else None
        sampler = Sampler(Scope(changes=changes), tuple(one for one in PROBES if one.source in QUICK))
        noting = Noting(journal, sampler, sample)
        found = noting.look(connection)
        noting.stand()
        journal.add(found.at, EntryKind.FOUND, applied)

    def forget() -> None:
        with suppress(SeatrialError):
            if is_ours and not connection.closed:
                journal.forget()

    return forget
