"""`seatrial archive restore`: an entry of the archive, back where people can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.restore import gone, move_back, put_back, validations
from seatrial.errors import CannotRun, Refused, StatementFailed
from seatrial.flows.archive_halfway import refuse_halfway
from seatrial.flows.archiving import alone, chosen, opened
from seatrial.flows.folder import typed_name
from seatrial.ledger.reversals import read_reversals
from seatrial.model.archive import Cause, Contents
from seatrial.model.archiving import Standing, attached_sql, split_name
from seatrial.model.outcome import ArchiveRestored, Outcome
from seatrial.model.words import count, verb
from seatrial.pg.statement import execute_statement
from seatrial.report.archive import entry as line
from seatrial.sql.attached import is_attaching
from seatrial.sql.elsewhere import elsewhere
from seatrial.sql.text import qualified

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from seatrial.model.archive import Archived
    from seatrial.model.archiving import Found, Name
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["restore"]

#: Locks of a VALIDATE keep nobody from reading or writing; what it waits for is a schema change.
_PATIENTLY = "SET lock_timeout = '5s'"


def restore(
    root: Path,
    wanted: str,
    number: int,
    *,
    name: str,
    attached: bool,
    confirm: Callable[[str, Sequence[str]], None],
) -> Outcome:
    """Move a table back, or put back the values or rows that are missing now; all of it or nothing.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        number: of the entry.
        name: another one for the table, qualified; empty for its own.
        attached: also put on again what was taken off the table.
        confirm: asks a person, with the target's name and what will happen; raises to refuse.

    Raises:
        CannotRun: no such entry, or options that do not go together.
        Refused: it cannot go back, or the person said no; nothing was changed.
    """
    with opened(root, wanted) as (target, connection, found):
        [one] = chosen(found, [number], target)
        _refuse_gone(one)
        wanted_name = _destination(one.entry, name, attached=attached)
        puts_on = attached_sql(one.entry) if attached else ()
        _refuse_strange(one.entry, puts_on)
        refuse_halfway(connection, [one], root, target)
        lost = _no_longer(one, wanted_name, read_reversals(connection))
        confirm(typed_name(target), _question(one, qualified(*wanted_name), puts_on, lost, target))
        with alone(target):
            # It may have begun since.
            refuse_halfway(connection, [one], root, target)
            body = _done(connection, one, wanted_name, puts_on, target)
    return Outcome(
        command="archive restore", summary=_summary(body), body=body,
        next=(f"seatrial archive list --target {target.argument}",),
    )  # fmt: skip


def _destination(entry: Archived, name: str, *, attached: bool) -> tuple[str, str]:
    if (name or attached) and entry.contents is not Contents.TABLE:
        raise CannotRun(
            "archive.no-table-entry", f"entry {entry.id} is no table, and its rows go where they were",
            fix="leave out --as and --attached",
        )  # fmt: skip
    if name and attached:
        raise CannotRun(
            "archive.attached-as", "what was taken off the table is written for the name that it had",
            fix="leave out --attached; what was taken off is shown as it is for that name, to be run by hand",
        )  # fmt: skip
    found = split_name(name or entry.object)
    if found is None:
        raise CannotRun(
            "archive.name", f"{name or entry.object} is not the whole name of a table", fix="--as public.old_contacts"
        )  # fmt: skip
    return found


def _refuse_gone(one: Found) -> None:
    if one.standing is Standing.MISSING or (one.standing is Standing.RETURNED and one.bytes is None):
        is_back = one.standing is Standing.RETURNED
        raise gone(one.entry, "it went back already" if is_back else "somebody has dropped or moved it")


def _refuse_strange(entry: Archived, statements: Sequence[str]) -> None:
    """The list is a table that others may write to: only what belongs on a table is run."""
    for statement in statements:
        if not is_attaching(statement):
            raise Refused(
                "archive.strange", "what was taken off the table is not what Seatrial takes off; nothing was changed",
                where=f"entry {entry.id}, details", why=f"{statement.split(maxsplit=1)[0]} … is among it",
                fix="restore it without --attached, and look at what is shown then",
            )  # fmt: skip


def _done(connection: Connection, one: Found, to: Name, puts_on: Sequence[str], target: Target) -> ArchiveRestored:
    name = qualified(*to)
    if one.entry.contents is not Contents.TABLE:
        back, conflicts = put_back(connection, one.entry)
        return ArchiveRestored(target=target.name, entry=one, table=name, rows=back, conflicts=conflicts)
    moved = move_back(connection, one.entry, to, puts_on)
    return ArchiveRestored(
        target=target.name, entry=one, table=name, rows=one.rows or 0, conflicts=0,
        detached=() if puts_on else tuple(elsewhere(statement, moved.names) for statement in attached_sql(one.entry)),
        notes=(*moved.notes, *_validated(connection, puts_on)),
    )  # fmt: skip


def _no_longer(one: Found, to: Name, reversible: Collection[str]) -> list[str]:
    """What needs the entry where it is, a line each."""
    version, is_table = one.entry.version, one.entry.contents is Contents.TABLE
    if one.standing is Standing.RETURNED:
        return []
    if one.entry.cause is Cause.DEPLOY:
        lost = f"the rollback of {version} is no longer possible afterwards: what it would give back is not there then"
        return [lost] if version in reversible else []
    if not is_table:
        return [f"deploying {version} again brings nothing of it back afterwards"]
    if to == split_name(one.entry.object):
        return [f"deploying {version} again finds the table there afterwards, and fails: relation already exists"]
    return [f"deploying {version} again brings nothing back afterwards: the table begins empty"]


def _question(one: Found, name: str, puts_on: Sequence[str], lost: Sequence[str], target: Target) -> list[str]:
    what = {
        Contents.TABLE: f"It is moved to {name}.",
        Contents.COLUMNS: f"Values go into {name} where there is none now; nothing is written over.",
        Contents.ROWS: f"Rows that {name} does not have now go back as they were; nothing is written over.",
    }[one.entry.contents]
    return [
        f"About to restore on {target.name}:",
        f"  {line(one)}",
        what,
        *(f"  {statement};" for statement in puts_on),
        *(f"! {line}" for line in lost),
    ]


def _validated(connection: Connection, puts_on: Sequence[str]) -> tuple[str, ...]:
    """What old rows do not keep to stays in force for new ones, and is said."""
    notes = []
    for statement in validations(puts_on):
        try:
            execute_statement(connection, _PATIENTLY)
            execute_statement(connection, statement)
        except StatementFailed as error:
            notes.append(f"new rows are checked, old ones are not yet ({error.what}): {statement}")
    return tuple(notes)


def _summary(body: ArchiveRestored) -> str:
    entry = body.entry.entry
    if entry.contents is Contents.TABLE:
        unset = "; nobody but its owner has a right on it yet" if body.detached else ""
        return f"Restored: entry {entry.id} is {body.table} on {body.target}{unset}."
    differ, stay = (verb(body.conflicts, word) for word in ("differ", "stay"))
    left = f"; {count(body.conflicts, 'row')} {differ} now, and {stay} in the archive" if body.conflicts else ""
    return f"Restored: {count(body.rows, 'row')} of {body.table} on {body.target}{left}."
