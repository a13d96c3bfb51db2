"""`seatrial demo --rollback`: Phase 3 is deployed, used, taken back and deployed again, and every row is counted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from seatrial.archive.read import read_archive
from seatrial.catalog.compare import differences
from seatrial.catalog.ours import is_ours, without_ours
from seatrial.catalog.read import read
from seatrial.errors import Exit
from seatrial.flows.demo import FIRST_OF_RELEASE, prepare
from seatrial.flows.deploy import deploy
from seatrial.flows.folder import read_folder
from seatrial.flows.rollback import rollback
from seatrial.flows.shipped import DEMO, demo_production, reset_demo, shipped_release
from seatrial.flows.undo.counted import digests, number
from seatrial.ledger.reversals import read_reversals
from seatrial.model.archive import Contents
from seatrial.model.outcome import Done, Outcome
from seatrial.model.undertaking import Retreat, Undertaking
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect, execute
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from seatrial.flows.question import Question
    from seatrial.model.catalog import Catalog
    from seatrial.model.narrator import Narrator
    from seatrial.scratch.server import Server

__all__ = ["demo_rollback"]

_T = TypeVar("_T")

WRITERS = 3
USED_SECONDS = 5.0
HOLD_SECONDS = 60.0
LOOK_FURTHER = ("seatrial archive list --target demo", "seatrial demo psql")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Production at one moment."""

    catalog: Catalog
    #: Table → how many rows, and a digest of them.
    rows: Mapping[str, str]
    #: The same of tables that were there before Phase 3, by the columns that they had then.
    old: Mapping[str, str]

    def number(self, tables: Iterable[str]) -> int:
        """Of rows."""
        return sum(number(self.rows[name]) for name in tables)


def demo_rollback(*, narrator: Narrator, show: Callable[[Outcome], None]) -> Outcome:
    """Begin with a new production, and end with Phase 3 on it.

    Args:
        narrator: told how it comes along.
        show: takes the outcome of each stage as it ends.
    """
    begun, root = time.perf_counter(), shipped_release()
    reset_demo()
    narrator.say("production")
    prepare(narrator)
    last_before = [one.version for one in read_folder(root).migrations if one.version < FIRST_OF_RELEASE][-1]
    before = _look(_seen)
    if not _done("deploy", lambda: _deploy(narrator), narrator, show):
        return _stopped("deploy")
    used, written = _look(lambda production: _used(production, before))
    own = _look(_written_by_files)
    made = sorted(used.rows.keys() - before.rows.keys() - own)
    # A laptop that has other things to do takes its time, and nobody waits for the demo's production.
    way = Retreat(to=last_before, hold_seconds=HOLD_SECONDS)
    if not _done("roll back", lambda: rollback(root, DEMO, way, confirm=_agree, narrator=narrator), narrator, show):
        return _stopped("rollback")
    back, archived = _look(lambda production: (_seen(production), _archived(production)))
    if not _done("deploy again", lambda: _deploy(narrator), narrator, show):
        return _stopped("the second deployment")
    again = _look(_seen)
    notes, wrong = _figures(before, used, back, again, made, archived, own)
    said = f"{count(written, 'transaction')} of applications between deployment and rollback"
    return Outcome(
        command="demo", exit_code=Exit.NO if wrong else Exit.YES, body=Done(notes=(said, *notes)),
        summary=f"Not as it was: {'; '.join(wrong)}."
        if wrong
        else f"Phase 3 was deployed, used, taken back and deployed again in {duration(time.perf_counter() - begun)}: "
        "no row was lost.",
        next=LOOK_FURTHER,
    )  # fmt: skip


def _figures(
    before: _Seen,
    used: _Seen,
    back: _Seen,
    again: _Seen,
    made: Sequence[str],
    archived: Mapping[str, str],
    own: Collection[str],
) -> tuple[list[str], list[str]]:
    """What is shown, and what is not as it should be."""
    differing = len(differences(without_ours(before.catalog), without_ours(back.catalog)))
    changed = [name for name, rows in used.old.items() if back.rows.get(name) != rows]
    missing = [name for name in made if archived.get(name) != used.rows[name]]
    lost = [
        name for name, rows in used.rows.items()
        # What a file writes it writes again, at another time.
        if (number(again.rows[name]) != number(rows) if name in own else again.rows.get(name) != rows)
    ]  # fmt: skip
    objects, old, new = (
        len(without_ours(back.catalog).objects),
        count(len(used.old), "table"),
        count(len(made), "table"),
    )
    notes = [
        f"back: {objects:,} objects in the catalog, {differing} other than before Phase 3",
        f"back: {used.number(used.old):,} rows in {old} that were there before, {len(changed)} with other rows",
        f"back: {used.number(made):,} rows of {new} of Phase 3 are in the archive, {len(missing)} with other rows",
        f"deployed again: {used.number(used.rows):,} rows, {len(lost)} tables with other rows than when it was used",
    ]
    wrong = [f"{name} has other rows after the rollback" for name in (*changed, *missing)]
    wrong += [f"{count(differing, 'object')} differ after the rollback"] if differing else []
    if new_of_files := sorted(own - used.old.keys()):
        notes.append(
            f"{' and '.join(new_of_files)} also hold rows that a later file writes: they went and came with it"
        )
    return notes, [*wrong, *(f"{name} has other rows after the second deployment" for name in lost)]


def _done(name: str, stage: Callable[[], Outcome], narrator: Narrator, show: Callable[[Outcome], None]) -> bool:
    narrator.say(name)
    outcome = stage()
    show(outcome)
    return outcome.exit_code is Exit.YES


def _stopped(stage: str) -> Outcome:
    return Outcome(command="demo", exit_code=Exit.NO, summary=f"The demo stopped at {stage}.")


def _deploy(narrator: Narrator) -> Outcome:
    return deploy(shipped_release(), DEMO, Undertaking(), confirm=_agree, narrator=narrator)


def _agree(_: Question) -> None:
    """It is nobody's production."""


def _look(at: Callable[[Server], _T]) -> _T:
    """Every command asks for production anew, and so do we."""
    with demo_production() as server:
        return at(server)


def _seen(server: Server, before: _Seen | None = None) -> _Seen:
    with connect(server.own_dsn()) as connection:
        catalog = read(connection)
        tables = [name for kind, name in catalog.objects if kind == "table" and not is_ours(name)]
        old = [name for name in tables if before is None or ("table", name) in before.catalog.objects]
        new = _new_columns(before.catalog, catalog) if before else {}
        return _Seen(
            catalog=catalog, rows=digests(connection, tables, whole=True), old=digests(connection, old, new, whole=True)
        )


def _new_columns(before: Catalog, now: Catalog) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, name in now.objects.keys() - before.objects.keys():
        table, _, column = name.rpartition(".")
        if kind == "column":
            found.setdefault(table, []).append(column.strip('"'))
    return found


def _written_by_files(server: Server) -> frozenset[str]:
    """Tables into which a later file of the release writes: its rows go with that file, and are written again by it."""
    with connect(server.own_dsn()) as connection:
        kept = [what for one in read_reversals(connection).values() for what in one.kept]
    return frozenset(what.removeprefix("rows of ") for what in kept if what.startswith("rows of "))


def _archived(server: Server) -> Mapping[str, str]:
    """Of the tables that were moved, by the name that they had."""
    with connect(server.own_dsn()) as connection:
        entries = {one.place: one.object for one in read_archive(connection) if one.contents is Contents.TABLE}
        return {entries[place]: said for place, said in digests(connection, entries, whole=True).items()}


def _used(server: Server, before: _Seen) -> tuple[_Seen, int]:
    """For a while, by several applications at once, and for a night; and how many transactions they made."""
    stop, made = threading.Event(), [0] * WRITERS
    threads = [threading.Thread(target=_write, args=(server, number, stop, made)) for number in range(WRITERS)]
    for one in threads:
        one.start()
    time.sleep(USED_SECONDS)
    stop.set()
    for one in threads:
        one.join()
    with connect(server.own_dsn()) as connection:
        execute(connection, load("seatrial.flows", "demo_night"))
    return _seen(server, before), sum(made)


def _write(server: Server, number: int, stop: threading.Event, made: list[int]) -> None:
    with connect(server.own_dsn(), application_name=f"application {number}") as connection:
        while not stop.is_set():
            execute(connection, load("seatrial.flows", "demo_write"), {"n": made[number] * WRITERS + number})
            made[number] += 1
