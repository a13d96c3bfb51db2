"""Up, down and up again on one copy of the database, as a target would see it, with rows in its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.catalog.compare import differences
from seatrial.catalog.ours import changed, is_ours, without_ours
from seatrial.catalog.read import read
from seatrial.catalog.security import SecurityDiary
from seatrial.errors import SeatrialError
from seatrial.flows.gates import noted_by
from seatrial.flows.undo.case import FAILS, with_returns
from seatrial.flows.undo.counted import digests
from seatrial.flows.undo.kept import kept
from seatrial.ledger.apply import apply_all
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.model.words import count
from seatrial.pg.statement import ask
from seatrial.rehearsal.sized import Strictness, fill_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seatrial.flows.undo.case import Case, Digests
    from seatrial.ledger.apply import Gate
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection
    from seatrial.standin.state import State

__all__ = ["Trip"]

#: Rows of each table.
FEW = 12
#: SQLSTATE of what others depend on.
DEPENDENT = "2BP01"
#: With more tables than this only those get rows that the release has to do with.
MANY_TABLES = 80
#: How many differences are named.
NAMED = 3


class Trip:
    """On one copy."""

    def __init__(self, connection: Connection, observer: Connection, cases: Sequence[Case]) -> None:
        self._connection = connection
        self._observer = observer
        self._cases = cases
        self._old = [name for kind, name in cases[0].before.catalog.objects if kind == "table" and not is_ours(name)]
        self._security = SecurityDiary(connection)
        #: Whether the generated rows are none that the release can be applied to.
        self.misfits = False

    def fill_old(self, strict: Strictness, *, but_written: bool = False) -> None:
        """Rows for the tables that were there before, such as the release asks for; not for those it writes to."""
        written = {one.table for case in self._cases for one in case.keeping.rows} if but_written else set()
        tables = [name for name in self._old if name not in written]
        if len(tables) > MANY_TABLES:
            touched = {name for case in self._cases for name in _touched(case)}
            tables = [name for name in tables if name in touched]
        self._fill(tables, strict)

    def up_down_up(self) -> int:
        """How many of the last ones are through with it."""
        if not self._up():
            return 0
        made = self._made()
        self._fill(made)
        self._leave_out_parents()
        written = self._digests(made)
        taken_back, through = self._down()
        self._up_again(self._cases[len(self._cases) - taken_back :], written)
        return through

    def _leave_out_parents(self) -> None:
        """Rows of the new tables may have needed rows of old ones, which are none of the release's doing."""
        now, last = self._digests(self._old), self._cases[-1].rows_after
        for case in self._cases:
            for digests_of in (case.rows_before, case.rows_after):
                for name in [name for name in digests_of if now.get(name) != last.get(name)]:
                    del digests_of[name]

    def _up(self) -> bool:
        now = self._digests(self._old)
        for case in self._cases:
            case.rows_before = dict(now)
            note = noted_by(self._security, case.security, case.expected)
            if failed := self._apply(kept(case.migration, case.keeping), note):
                self._not_up(case, failed)
                return False
            now = self._digests(self._old)
            case.rows_after = dict(now)
        return True

    def _not_up(self, case: Case, failed: str) -> None:
        """Whose fault it is: what is kept beside the file, or the rows."""
        if not case.keeping.is_empty and not self._apply(case.migration):
            case.keep_nothing(failed)
        else:
            self.misfits = True

    def _down(self) -> tuple[int, int]:
        """How many of the last ones were taken back, and how many are through with it.

        One that does not lead back is the last: what it leaves is no fault of those below it.
        """
        for number, case in enumerate(reversed(self._cases)):
            failed = self._apply_back(case)
            if failed:
                case.faults.append(f"{FAILS}: {failed}")
                return number, number + 1
            if not self._compare(case, case.before, case.rows_before, "taken back"):
                return number + 1, number + 1
        return len(self._cases), len(self._cases)

    def _up_again(self, cases: Sequence[Case], written: Digests) -> None:
        for case in cases:
            archived = read_archive(self._observer)
            again = with_returns(case.keeping, archived, case.after, {one.place: FEW for one in archived})
            if failed := self._apply(kept(case.migration, again)):
                case.faults.append(f"deployed again, it fails: {failed}")
                return
            self._compare(case, case.after, _as_written(case.rows_after, cases), "deployed again")
        written = _as_written(written, cases)
        now = self._digests(list(written))
        if lost := [name for name, digest in written.items() if not _are(now.get(name, ""), digest)]:
            cases[-1].faults.append(f"deployed again, the rows of {', '.join(lost[:NAMED])} are not what they were")

    def _compare(self, case: Case, expected: State, rows_expected: Digests, when: str) -> bool:
        found = without_ours(read(self._observer))
        differing = [describe(one) for one in differences(without_ours(expected.catalog), found)]
        now = self._digests(list(rows_expected))
        differing += [
            f"the rows of {name} are others" for name, rows in rows_expected.items() if not _are(now[name], rows)
        ]
        if differing:
            more = f" and {count(len(differing) - NAMED, 'other')}" if len(differing) > NAMED else ""
            case.faults.append(f"{when}, it is not what it was: {'; '.join(differing[:NAMED])}{more}")
        return not differing

    def _apply(self, migration: Migration, gate: Gate | None = None) -> str:
        """Why it fails; empty where it does not."""
        execution = apply_all(self._connection, [migration], {}, Silent(), gate=gate)
        if execution.ending is Ending.INTERRUPTED:
            raise KeyboardInterrupt
        if execution.ending is Ending.COMPLETE:
            return ""
        failed = execution.failure
        if failed is None:
            return execution.reason
        # Which other objects depend on one is no value of a row.
        return (
            f"{failed.message} ({failed.detail})" if failed.sqlstate == DEPENDENT and failed.detail else failed.message
        )

    def _apply_back(self, case: Case) -> str:
        try:
            return self._apply(case.undo)
        except SeatrialError as error:
            return f"{error.what} ({error.why})" if error.why else error.what

    def _made(self) -> list[str]:
        """Tables that were not there at first, and are at last."""
        last = self._cases[-1].after.catalog.objects
        return [name for kind, name in last if kind == "table" and not is_ours(name) and name not in self._old]

    def _fill(self, tables: Collection[str], strict: Strictness = ()) -> None:
        """As far as rows can be made for them; a table that stays empty proves only less."""
        wanted = {name: FEW for name in tables if not _is_there(self._observer, name)}
        if wanted:
            fill_for(self._observer, wanted, strict)

    def _digests(self, tables: Collection[str]) -> Digests:
        return digests(self._observer, tables)


def _as_written(expected: Digests, cases: Sequence[Case]) -> Digests:
    """Rows that a file itself writes are written anew, at another time: only how many they are is the same."""
    anew = {one.table for case in cases for one in case.keeping.rows}
    return {name: said.partition(" ")[0] if name in anew else said for name, said in expected.items()}


def _are(now: str, expected: str) -> bool:
    """Whether rows are as expected; a count alone says nothing of the rest."""
    return now == expected or now.partition(" ")[0] == expected


def _is_there(observer: Connection, table: str) -> bool:
    """Whether it has rows already."""
    return ask(observer, f"SELECT EXISTS (SELECT FROM {table})").value == "true"  # noqa: S608 - quoted


def _touched(case: Case) -> Iterator[str]:
    before, after = case.before.catalog, case.after.catalog
    for identity in changed(before, after):
        yield identity[1]
        one = before.objects.get(identity) or after.objects.get(identity)
        if one and one.parent:
            yield one.parent[1]
    keeping = case.keeping
    yield from (one.table for kind in (keeping.rows, keeping.columns, keeping.tables) for one in kind)
