"""Two copies of the stage with the same generated rows: one as the release finds it, one with the release applied."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.flows.stage import BEFORE
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import Manner, replay
from seatrial.rehearsal.sized import fill_for, strictness
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.flows.stage import Stage
    from seatrial.model.source import Source
    from seatrial.pg.connection import Connection

__all__ = ["AFTER", "EARLIER", "TwoStates", "two_states"]

PACKAGE = "seatrial.flows"
#: Names of the copies.
EARLIER, AFTER = "performance_before", "performance_after"
#: A role is the whole server's, which has had the release before.
DUPLICATE_OBJECT = "42710"
#: An index answers alone only where the pages are known to be visible to all.
VACUUM = "VACUUM (ANALYZE)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStates:
    """Both copies are filled, vacuumed and analyzed."""

    #: Table, qualified and quoted → its rows with the release.
    there: Mapping[str, int] = field(default_factory=dict)
    #: Why the release does not apply to these rows; empty where it does.
    stopped: str = ""


@contextmanager
def two_states(
    stage: Stage, seeds: Sequence[Source], since: int, wanted: Mapping[str, int]
) -> Iterator[TwoStates]:  # fmt: skip
    """Make them under the names EARLIER and AFTER; they are gone at the end of the block.

    The seeds come first, so that the users of the settings are there and generated rows belong to their tenants too.

    Args:
        stage: with the release applied, and a copy of the state before it.
        seeds: of the release.
        since: what is numbered above this was made by the release.
        wanted: rows by table, qualified and quoted; what the release makes gets them after it.
    """
    try:
        stage.server.clone(EARLIER, BEFORE)
        _seed(stage, EARLIER, seeds)
        with stage.observe() as rehearsed, stage.observe(EARLIER) as earlier:
            fill_for(earlier, _there(earlier, wanted), strictness(rehearsed, earlier, since))
            execute_statement(earlier, VACUUM)
        if stopped := _apply(stage):
            yield TwoStates(stopped=stopped)
            return
        _seed(stage, AFTER, seeds)
        with stage.observe(AFTER) as after:
            fill_for(after, _there(after, wanted), ())
            execute_statement(after, VACUUM)
            there = {row["quoted"]: row["rows"] for row in rows(after, load(PACKAGE, "table_rows"))}
        yield TwoStates(there=there)
    finally:
        for name in (EARLIER, AFTER):
            stage.server.drop(name)


def _apply(stage: Stage) -> str:
    """Apply the release to the second copy; why it does not go through, in the server's words on generated rows."""
    stage.server.clone(AFTER, EARLIER)
    with stage.connect(AFTER) as deployer, stage.observe(AFTER) as observer:
        install(observer)
        manner = Manner(keep_going=True, progress=stage.progress)
        done = replay(deployer, observer, stage.pending, manner=manner, narrator=Silent())
    failures = [one for one in done.failures if one.sqlstate != DUPLICATE_OBJECT]
    if failures:
        first = failures[0]
        return f"the release does not apply to generated rows: {first.place}: {first.sqlstate} {first.message}"
    return "" if done.ending in {Ending.COMPLETE, Ending.FAILED} else f"the release was not applied: {done.ending}"


def _there(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    known = {row["quoted"] for row in rows(connection, load(PACKAGE, "table_rows"))}
    return {name: number for name, number in wanted.items() if name in known}


def _seed(stage: Stage, database: str, seeds: Sequence[Source]) -> None:
    """As much of it as goes: before the release some tables of it are not there yet."""
    with stage.connect(database) as connection:
        for seed in seeds:
            for statement in parse(seed).statements:
                try:
                    execute_statement(connection, statement.text)
                except StatementFailed:
                    continue
