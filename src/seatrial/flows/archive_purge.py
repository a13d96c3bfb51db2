"""`seatrial archive purge`: removes entries of the archive for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.purge import purge_entry, tidy
from seatrial.errors import CannotRun, Exit, Refused
from seatrial.flows.archive_halfway import marked, refuse_halfway
from seatrial.flows.archiving import alone, chosen, opened, refuse_foreign
from seatrial.flows.folder import typed_name
from seatrial.ledger.reversals import read_reversals
from seatrial.model.archive import Cause
from seatrial.model.archiving import Standing
from seatrial.model.outcome import ArchivePurged, Outcome
from seatrial.model.words import count
from seatrial.report.archive import entry, size

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from seatrial.model.archiving import Found
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["purge"]


def purge(
    root: Path,
    wanted: str,
    numbers: Sequence[int],
    *,
    overdue: bool,
    confirm: Callable[[str, Sequence[str]], None],
    narrator: Narrator,
) -> Outcome:
    """Drop what the entries keep, one transaction each, and the schemas that are empty then.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        numbers: of the entries.
        overdue: those whose time is over, in place of numbers.
        confirm: asks a person, with the target's name and what will be gone; raises to refuse.
        narrator: told of each entry.

    Raises:
        CannotRun: an entry is not there, or nothing or both was said.
        Refused: an entry is in use, or not what the list says; or the person said no; nothing was done.
    """
    if bool(numbers) == overdue:
        raise CannotRun(
            "archive.which", "say which entries: by number, or all that are overdue",
            fix="seatrial archive purge 3 4, or seatrial archive purge --overdue",
        )  # fmt: skip
    with opened(root, wanted) as (target, connection, found):
        picked = _overdue(marked(connection, found)) if overdue else chosen(found, numbers, target)
        if not picked:
            return Outcome(command="archive purge", summary=f"Nothing of the archive of {target.name} is overdue.")
        refuse_halfway(connection, picked, root, target)
        reversible = read_reversals(connection).keys()
        confirm(typed_name(target), _question(picked, tuple(_no_longer(picked, reversible)), target))
        with alone(target):
            # It may have begun since.
            refuse_halfway(connection, picked, root, target)
            gone, refusal = _purged(connection, picked, narrator)
            left = tidy(connection, [one.entry for one in gone])
    if refusal and not gone:
        raise refusal
    body = ArchivePurged(
        target=target.name, entries=tuple(gone), no_longer=tuple(_no_longer(gone, reversible)), left=left
    )  # fmt: skip
    return _outcome(target, body, len(picked), refusal)


def _overdue(found: Sequence[Found]) -> tuple[Found, ...]:
    picked = tuple(one for one in found if one.standing is Standing.OVERDUE)
    refuse_foreign(picked)
    return picked


def _purged(
    connection: Connection, picked: Sequence[Found], narrator: Narrator
) -> tuple[list[Found], Refused | None]:  # fmt: skip
    """Those that are gone, and what kept the next one."""
    gone: list[Found] = []
    for one in picked:
        narrator.begin(f"purging #{one.entry.id} {one.what}")
        try:
            purge_entry(connection, one.entry)
        except Refused as refusal:
            narrator.end(f"no: {refusal.why}")
            return gone, refusal
        narrator.end("gone")
        gone.append(one)
    return gone, None


def _question(picked: Sequence[Found], no_longer: Sequence[str], target: Target) -> list[str]:
    return [
        f"About to remove from the archive of {target.name}, for good:",
        *(f"  {entry(one)}" for one in picked),
        *(f"! {line}" for line in no_longer),
    ]


def _no_longer(picked: Sequence[Found], reversible: Collection[str]) -> Iterator[str]:
    """What needs these entries, each version once."""
    waiting = [one.entry for one in picked if one.standing not in {Standing.RETURNED, Standing.MISSING}]
    for version in sorted({one.version for one in waiting if one.cause is Cause.DEPLOY and one.version in reversible}):
        yield f"the rollback of {version} is no longer possible: what it would give back is gone"
    for version in sorted({one.version for one in waiting if one.cause is Cause.ROLLBACK}):
        yield f"deploying {version} again brings nothing back: its tables begin empty"


def _outcome(target: Target, body: ArchivePurged, wanted: int, refusal: Refused | None) -> Outcome:
    gone, freed = len(body.entries), size(sum(one.bytes or 0 for one in body.entries))
    again = (f"seatrial archive list --target {target.argument}",)
    if refusal:
        summary = (
            f"{gone} of {count(wanted, 'entry')} purged, {freed}; the next one was refused: {refusal.why}. "
            "Consistent: run again."
        )
        return Outcome(command="archive purge", exit_code=Exit.REMAINS, summary=summary, next=again, body=body)
    summary = f"Purged: {count(gone, 'entry')} of the archive of {target.name}, {freed}."
    return Outcome(command="archive purge", summary=summary, next=again, body=body)
