"""`seatrial archive list`: what is kept on a target, why, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.found import look
from seatrial.archive.read import has_archive
from seatrial.flows.archive_halfway import marked
from seatrial.flows.folder import target_of
from seatrial.model.archiving import Standing
from seatrial.model.outcome import ArchiveListed, Outcome
from seatrial.model.words import count
from seatrial.pg.connection import connect
from seatrial.report.archive import size

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.archiving import Found

__all__ = ["list_archive"]


def list_archive(root: Path, wanted: str) -> Outcome:
    """Every entry, with what is really there. Reads only.

    Raises:
        CannotRun: no connection, or an archive that cannot be read.
    """
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        there = has_archive(connection)
        found = marked(connection, look(connection)) if there else ()
    overdue = any(one.standing is Standing.OVERDUE for one in found)
    return Outcome(
        command="archive list",
        summary=_summary(found, target.name) if there else f"{target.name} has no archive: nothing was put away there.",
        next=(f"seatrial archive purge --overdue --target {target.argument}",) if overdue else (),
        body=ArchiveListed(target=target.name, entries=found),
    )


def _summary(found: tuple[Found, ...], target: str) -> str:
    if not found:
        return f"The archive of {target} is empty."
    overdue = sum(one.standing is Standing.OVERDUE for one in found)
    wrong = sum(one.standing in {Standing.MISSING, Standing.FOREIGN} for one in found)
    facts = (
        f"{count(len(found), 'entry')} in the archive of {target}, {size(sum(one.bytes or 0 for one in found))}",
        f"{overdue} overdue" if overdue else "",
        f"{wrong} not where or what the list says" if wrong else "",
    )
    return f"{'; '.join(filter(None, facts))}."
