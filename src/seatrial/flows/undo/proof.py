"""Takes a release back on a scratch, step by step, and applies it again: what is proved of its way back.

The schema before and after each migration is read on a copy without rows; from it comes what a deployment has to keep,
and the way back. On a second copy, with rows in its tables, all of it is done as a target would see it: up, down, up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.archive.returning import returning
from seatrial.catalog.compare import differences
from seatrial.catalog.fingerprint import object_digest
from seatrial.catalog.ours import is_ours, without_ours
from seatrial.catalog.read import read
from seatrial.catalog.security import SecurityDiary
from seatrial.errors import SeatrialError
from seatrial.flows.gates import noted_by
from seatrial.flows.stage import BEFORE
from seatrial.flows.undo.counted import digests
from seatrial.flows.undo.kept import kept, way_back_of
from seatrial.ledger.apply import apply_all
from seatrial.model.archive import Cause, Keeping
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.migration import UNDO
from seatrial.model.narrator import Silent
from seatrial.model.reversal import Reversal, Reversibility, WayBack
from seatrial.model.words import count
from seatrial.pg.statement import ask
from seatrial.rehearsal.sized import fill_for
from seatrial.rollback.derive import way_back
from seatrial.rollback.keep import keeping
from seatrial.standin.state import State, read_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from seatrial.flows.stage import Stage
    from seatrial.ledger.apply import Gate
    from seatrial.model.archive import Archived
    from seatrial.model.catalog import Catalog
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

__all__ = ["Proved", "prove_back"]

#: Copies of the database: one that has no rows, one that has.
SCHEMA, ROWS = "back_schema", "back_rows"
#: Rows of each table.
FEW = 12
#: With more tables than this only those get rows that the release has to do with.
MANY_TABLES = 80
#: How many differences are named.
NAMED = 3
Digests = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Of one migration."""

    keeping: Keeping
    reversal: Reversal
    #: Step → what it did to objects and to their security, with everything that is kept; only where something is.
    expected: Mapping[str, Mapping[str, str]]
    security: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _Case:
    """A migration on its way up, down and up again."""

    migration: Migration
    before: State
    after: State
    keeping: Keeping
    back: WayBack
    by_author: bool
    #: Table → count and digest, before it and after it.
    rows_before: Digests = field(default_factory=dict)
    rows_after: Digests = field(default_factory=dict)
    expected: dict[str, Mapping[str, str]] = field(default_factory=dict)
    security: dict[str, Mapping[str, str]] = field(default_factory=dict)
    #: Why it is not reversible, as far as it was seen.
    faults: list[str] = field(default_factory=list)

    @property
    def undo(self) -> Migration:
        """The way back as a migration."""
        version = self.migration.version
        return way_back_of(f"{UNDO}{version}", self.migration.name, self.back.script, version)

    def proved(self) -> Proved:
        """What is known in the end."""
        reasons = tuple(dict.fromkeys([*self.back.reasons, *self.keeping.unkept, *self.faults]))
        archive = bool(self.back.archived or self.keeping.tables or self.keeping.columns or self.keeping.rows)
        yes = Reversibility.WITH_ARCHIVE if archive else Reversibility.REVERSIBLE
        noted = {} if self.keeping.is_empty else {"expected": self.expected, "security": self.security}
        return Proved(
            keeping=self.keeping, expected=noted.get("expected", {}), security=noted.get("security", {}),
            reversal=Reversal(
                version=self.migration.version, label=self.migration.label, digest=self.migration.script.digest,
                verdict=Reversibility.NOT if reasons else yes, reasons=reasons, archived=self.back.archived,
                kept=tuple(_kept_words(self.keeping)), script=self.back.script, by_author=self.by_author,
                before=_changed(self.before.catalog, self.after.catalog),
            ),
        )  # fmt: skip


def prove_back(
    stage: Stage, *, keep: str, also: Mapping[str, tuple[str, ...]], sizes: Mapping[str, int],
    deployed: bool = False,
) -> list[Proved]:  # fmt: skip
    """What each pending migration needs to be kept, its way back, and whether it leads back; in their order.

    Args:
        stage: with a copy of the state before the release, which applies.
        keep: for how long a deployment keeps what a file drops or changes: `48 hours`.
        also: table → columns that say whose row it is.
        sizes: rows by table of the target, those of the archive among them.
        deployed: whether the migrations have been deployed without keeping anything.
    """
    cases = list(_cases(stage, keep=keep, also=also, sizes=sizes, deployed=deployed))
    _round_trip(stage, cases)
    return [case.proved() for case in cases]


def _cases(
    stage: Stage, *, keep: str, also: Mapping[str, tuple[str, ...]], sizes: Mapping[str, int], deployed: bool
) -> Iterator[_Case]:  # fmt: skip
    stage.server.clone(SCHEMA, BEFORE)
    with stage.connect(SCHEMA) as connection, stage.observe(SCHEMA) as observer:
        before, archived = read_state(observer), read_archive(observer)
        for migration in stage.pending:
            apply_all(connection, [migration], stage.progress, Silent())
            after = read_state(observer)
            beside = Keeping(version=migration.version)
            if not deployed:
                beside = keeping(migration, before, after, keep=keep, also=also)
                beside = _with_returns(beside, archived, after, sizes)
            author = migration.script.revert
            back = (
                WayBack(script=author.text) if author
                else way_back(before, after, beside, version=migration.version, also=also)
            )  # fmt: skip
            begun = stage.progress.get(migration.version)
            yield _Case(
                migration=migration, before=before, after=after, keeping=beside, back=back, by_author=bool(author),
                faults=["an earlier run has begun it"] if begun else [],
            )  # fmt: skip
            before = after
    stage.server.drop(SCHEMA)


def _with_returns(
    beside: Keeping, archived: Sequence[Archived], after: State, sizes: Mapping[str, int]
) -> Keeping:  # fmt: skip
    """What an earlier rollback of the migration has put away comes back with it."""
    mine = [
        one for one in archived
        if one.version == beside.version and one.cause is Cause.ROLLBACK and not one.returned_at
    ]  # fmt: skip
    ending, behind = returning(mine, after, sizes=sizes)
    return replace(beside, ending=ending, behind=behind, returns=tuple(f"{one.contents} {one.object}" for one in mine))


def _round_trip(stage: Stage, cases: Sequence[_Case]) -> None:
    """All of them up, down as far as it goes, and up again; a way back that fails ends it for those below it.

    Those are tried once more, with nothing above them.
    """
    left = list(cases)
    while left:
        stage.server.clone(ROWS, BEFORE)
        with stage.connect(ROWS) as connection, stage.observe(ROWS) as observer:
            done = _Trip(connection, observer, left).up_down_up()
        stage.server.drop(ROWS)
        left = left[: len(left) - done]


class _Trip:
    """On one copy."""

    def __init__(self, connection: Connection, observer: Connection, cases: Sequence[_Case]) -> None:
        self._connection = connection
        self._observer = observer
        self._cases = cases
        self._old = [name for kind, name in cases[0].before.catalog.objects if kind == "table" and not is_ours(name)]

    def up_down_up(self) -> int:
        """How many of the last ones are through with it."""
        self._fill(self._tables_to_fill())
        self._security = SecurityDiary(self._connection)
        if not self._up():
            return len(self._cases)
        made = self._made()
        self._fill(made)
        written = self._digests(made)
        taken_back = self._down()
        self._up_again(self._cases[len(self._cases) - taken_back :], written)
        return min(taken_back + 1, len(self._cases))

    def _up(self) -> bool:
        now = self._digests(self._old)
        for number, case in enumerate(self._cases):
            case.rows_before = now
            note = noted_by(self._security, case.security, case.expected)
            if failed := self._apply(kept(case.migration, case.keeping), note):
                # What could not be kept is not kept for those behind it either.
                for one in self._cases[number:]:
                    one.faults.append(f"with everything kept, {case.migration.label} does not apply: {failed}")
                return False
            now = case.rows_after = self._digests(self._old)
        return True

    def _down(self) -> int:
        """How many were taken back, from the last one on."""
        for number, case in enumerate(reversed(self._cases)):
            failed = self._apply_back(case)
            if failed:
                case.faults.append(f"its way back fails: {failed}")
                return number
            self._compare(case, case.before, case.rows_before, "taken back")
        return len(self._cases)

    def _up_again(self, cases: Sequence[_Case], written: Digests) -> None:
        for case in cases:
            archived = read_archive(self._observer)
            again = _with_returns(case.keeping, archived, case.after, {one.place: FEW for one in archived})
            if failed := self._apply(kept(case.migration, again)):
                case.faults.append(f"deployed again, it fails: {failed}")
                return
            self._compare(case, case.after, _as_written(case.rows_after, cases), "deployed again")
        written = _as_written(written, cases)
        now = self._digests(list(written))
        if lost := [name for name, digest in written.items() if not _are(now.get(name, ""), digest)]:
            cases[-1].faults.append(f"deployed again, the rows of {', '.join(lost[:NAMED])} are not what they were")

    def _compare(self, case: _Case, expected: State, rows_expected: Digests, when: str) -> None:
        found = without_ours(read(self._observer))
        differing = [describe(one) for one in differences(without_ours(expected.catalog), found)]
        now = self._digests(list(rows_expected))
        differing += [
            f"the rows of {name} are others" for name, rows in rows_expected.items() if not _are(now[name], rows)
        ]
        if differing:
            more = f" and {count(len(differing) - NAMED, 'other')}" if len(differing) > NAMED else ""
            case.faults.append(f"{when}, it is not what it was: {'; '.join(differing[:NAMED])}{more}")

    def _apply(self, migration: Migration, gate: Gate | None = None) -> str:
        """Why it fails; empty where it does not."""
        execution = apply_all(self._connection, [migration], {}, Silent(), gate=gate)
        if execution.ending is Ending.INTERRUPTED:
            raise KeyboardInterrupt
        if execution.ending is Ending.COMPLETE:
            return ""
        return execution.failure.message if execution.failure else execution.reason

    def _apply_back(self, case: _Case) -> str:
        try:
            return self._apply(case.undo)
        except SeatrialError as error:
            return f"{error.what} ({error.why})" if error.why else error.what

    def _made(self) -> list[str]:
        """Tables that were not there at first, and are at last."""
        last = self._cases[-1].after.catalog.objects
        return [name for kind, name in last if kind == "table" and not is_ours(name) and name not in self._old]

    def _tables_to_fill(self) -> list[str]:
        if len(self._old) <= MANY_TABLES:
            return self._old
        touched = {name for case in self._cases for name in _touched(case)}
        return [name for name in self._old if name in touched]

    def _fill(self, tables: Collection[str]) -> None:
        """As far as rows can be made for them; a table that stays empty proves only less."""
        wanted = {name: FEW for name in tables if not _is_there(self._observer, name)}
        if wanted:
            fill_for(self._observer, wanted, ())

    def _digests(self, tables: Collection[str]) -> Digests:
        return digests(self._observer, tables)


def _as_written(expected: Digests, cases: Sequence[_Case]) -> Digests:
    """Rows that a file itself writes are written anew, at another time: only how many they are is the same."""
    anew = {one.table for case in cases for one in case.keeping.rows}
    return {name: said.partition(" ")[0] if name in anew else said for name, said in expected.items()}


def _are(now: str, expected: str) -> bool:
    """Whether rows are as expected; a count alone says nothing of the rest."""
    return now == expected or now.partition(" ")[0] == expected


def _is_there(observer: Connection, table: str) -> bool:
    """Whether it has rows already."""
    return ask(observer, f"SELECT EXISTS (SELECT FROM {table})").value in {"t", "true", "True"}  # noqa: S608 - quoted


def _touched(case: _Case) -> Iterator[str]:
    for name in _changed(case.before.catalog, case.after.catalog):
        kind, _, rest = name.partition(" ")
        yield rest
        one = case.before.catalog.objects.get((kind, rest)) or case.after.catalog.objects.get((kind, rest))
        if one and one.parent:
            yield one.parent[1]
    keeping = case.keeping
    yield from (one.table for kind in (keeping.rows, keeping.columns, keeping.tables) for one in kind)


def _changed(before: Catalog, after: Catalog) -> dict[str, str]:
    """Everything that differs, as it was: `kind name` → digest; empty for what was not there."""
    return {
        f"{kind} {name}": object_digest(before.objects.get((kind, name)))
        for kind, name in sorted(before.objects.keys() | after.objects.keys())
        if before.objects.get((kind, name)) != after.objects.get((kind, name)) and not is_ours(name)
    }


def _kept_words(keeping: Keeping) -> Iterator[str]:
    yield from (f"table {one.table}" for one in keeping.tables)
    yield from (f"columns {', '.join(one.columns)} of {one.table}" for one in keeping.columns)
    yield from (f"rows of {one.table}" for one in keeping.rows)
