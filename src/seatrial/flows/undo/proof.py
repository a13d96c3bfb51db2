"""Takes a release back on a scratch, step by step, and applies it again: what is proved of its way back.

The schema before and after each migration is read on a copy without rows; from it comes what a deployment has to keep,
and the way back. On a second copy, with rows in its tables, all of it is done as a target would see it: up, down, up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.flows.stage import BEFORE
from seatrial.flows.undo.case import Case, with_returns
from seatrial.flows.undo.trip import Trip
from seatrial.ledger.apply import apply_all
from seatrial.model.archive import Keeping
from seatrial.model.narrator import Silent
from seatrial.rehearsal.aftermath import boundary
from seatrial.rehearsal.sized import Strictness, strictness
from seatrial.rollback.keep import keeping
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.flows.stage import Stage
    from seatrial.flows.undo.case import Owners, Proved
    from seatrial.pg.connection import Connection

__all__ = ["prove_back"]

#: Copies of the database: one that has no rows, one that has.
SCHEMA, ROWS = "back_schema", "back_rows"
#: Which tables get rows.
_ALL, _NOT_WRITTEN, _NONE = "all", "those that the release does not write to", "none"


def prove_back(
    stage: Stage, *, keep: str, also: Owners, sizes: Mapping[str, int], deployed: bool = False
) -> list[Proved]:  # fmt: skip
    """What each pending migration needs to be kept, its way back, and whether it leads back; in their order.

    Args:
        stage: with a copy of the state before the release, which applies.
        keep: for how long a deployment keeps what a file drops or changes: `48 hours`.
        also: table → columns that say whose row it is.
        sizes: rows by table of the target, those of the archive among them.
        deployed: whether the migrations have been deployed without keeping anything.
    """
    stage.server.clone(SCHEMA, BEFORE)
    with stage.connect(SCHEMA) as connection, stage.observe(SCHEMA) as observer, stage.observe(BEFORE) as unchanged:
        since = boundary(observer)
        cases = list(_cases(stage, connection, observer, keep=keep, also=also, sizes=sizes, deployed=deployed))
        strict = strictness(observer, unchanged, since)
    stage.server.drop(SCHEMA)
    _round_trip(stage, cases, strict)
    return [case.proved() for case in cases]


def _cases(
    stage: Stage, connection: Connection, observer: Connection, *, keep: str, also: Owners,
    sizes: Mapping[str, int], deployed: bool,
) -> Iterator[Case]:  # fmt: skip
    before, archived = read_state(observer), read_archive(observer)
    for migration in stage.pending:
        apply_all(connection, [migration], stage.progress, Silent())
        after = read_state(observer)
        beside = Keeping(version=migration.version)
        if not deployed:
            beside = keeping(migration, before, after, keep=keep, also=also)
            beside = with_returns(beside, archived, after, sizes)
        case = Case(migration=migration, before=before, after=after, also=also, keeping=beside)
        case.derive()
        if stage.progress.get(migration.version):
            case.faults.append("an earlier run has begun it")
        yield case
        before = after


def _round_trip(stage: Stage, cases: Sequence[Case], strict: Strictness) -> None:
    """All of them up, down as far as it goes, and up again; a way back that fails ends it for those below it.

    Those are tried once more, with nothing above them. What cannot be deployed with everything kept is tried once more
    with nothing kept. Rows that are generated may have the keys of rows that the release brings: then the tables that
    it writes to have none, or none has any.
    """
    left, wishes = list(cases), [_ALL, _NOT_WRITTEN, _NONE]
    while left and wishes:
        stage.server.clone(ROWS, BEFORE)
        with stage.connect(ROWS) as connection, stage.observe(ROWS) as observer:
            trip = Trip(connection, observer, left)
            if wishes[0] != _NONE:
                trip.fill_old(strict, but_written=wishes[0] == _NOT_WRITTEN)
            done = trip.up_down_up()
        stage.server.drop(ROWS)
        left, wishes = left[: len(left) - done], wishes[trip.misfits :]
    for case in left:
        case.faults.append("it could not be deployed on a copy, with rows or without")
