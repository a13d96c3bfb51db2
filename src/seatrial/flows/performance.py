"""Has the speed of a release measured: queries, policies, indexes and writes, before and after, on the same rows."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.two_states import AFTER, EARLIER, two_states
from seatrial.model.performance import Performance, PlannedCall, WriteRate
from seatrial.model.speed import remedies
from seatrial.model.words import count, duration
from seatrial.model.workload import Observed, Unmeasured, WorkloadTiming
from seatrial.performance.cold import cold, evictor
from seatrial.performance.indexes.proposed import proposed
from seatrial.performance.indexes.unused import index_names, unused
from seatrial.performance.planned import planned_at
from seatrial.performance.policies.cost import cost_of_policies
from seatrial.performance.run import observe, tables_of
from seatrial.performance.senders.draw import as_written, calls_of
from seatrial.performance.writes import write_rates
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.scratch.server import DATABASE, SUPERUSER
from seatrial.sql.parse import is_one_request
from seatrial.standin.true_size import make_true

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.flows.folder import Folder
    from seatrial.flows.stage import Stage
    from seatrial.flows.two_states import TwoStates
    from seatrial.model.narrator import Narrator
    from seatrial.model.performance import Call
    from seatrial.model.standin import Picture
    from seatrial.model.tenancy import Tenancy
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["performance_of", "refuse_unfit"]

PACKAGE = "seatrial.flows"
#: Rows of a table whose size nobody knows; the most that are generated of a target's, and where somebody asks for
#: more. What is larger on the target is planned at its size, too.
ROWS, MOST_ROWS, MOST_ASKED_ROWS = 20_000, 100_000, 1_000_000
#: Seconds for a run of one query, and for writing to one table in one way.
TIME_LIMIT, WRITING = 5.0, 0.05
#: Name of one more database: the stand-in, with the target's sizes.
SIZED = "performance_sized"


def refuse_unfit(queries: Sequence[WorkloadQuery]) -> None:
    """What is measured is explained, run often and undone, which only one statement about rows can be.

    Raises:
        CannotRun: one of them is something else, or several statements, or not SQL.
    """
    for query in queries:
        if not is_one_request(query.sql):
            raise CannotRun(
                "workload.not-one-request",
                f'the query "{query.name}" is not one SELECT, INSERT, UPDATE, DELETE or MERGE',
                where="seatrial.toml: [[workload]]", why="it is explained and run often, and undone each time",
                fix="give each statement a [[workload]] of its own, as the application sends it",
            )  # fmt: skip


def performance_of(
    stage: Stage, folder: Folder, since: int, *, sizes: Mapping[str, int], asked: Mapping[str, int],
    picture: Picture | None, narrator: Narrator,
) -> Performance:  # fmt: skip
    """Ask what the application asks, as those who ask it, of the state before the release and of the one after it.

    Args:
        stage: with the release applied, and a copy of the state before it.
        folder: the release, with the queries.
        since: what is numbered above this was made by the release.
        sizes: rows by table on the target.
        asked: rows by table that somebody wants.
        picture: of the target, where there is one.
        narrator: told that it takes a while.
    """
    queries, tenancy = folder.release.workload, folder.release.tenancy
    if not queries:
        return Performance(timings=())
    wanted = _wanted(stage, queries, tenancy, sizes, asked)
    with ExitStack() as copies:
        with _told(narrator, "filling two copies with the same rows"):
            states = copies.enter_context(two_states(stage, folder.release.seeds, since, wanted))
        if states.stopped:
            missing = Unmeasured(why=states.stopped)
            timings = [_timing(stage, as_written(query), missing, missing, {}) for query in queries]
            found = Performance(timings=tuple(timings))
        else:
            with stage.observe(AFTER) as after:
                calls, undrawn = calls_of(after, queries, tenancy)
            found = replace(_measured(stage, calls, states, narrator), undrawn=undrawn)
            if picture:
                with _told(narrator, "planning at the target's size"):
                    found = _with_plans(stage, found, calls, picture, sizes)
    made = {name: states.there.get(name, 0) for name in wanted}
    smaller = {name: (sizes[name], has) for name, has in made.items() if 0 < has < sizes.get(name, 0)}
    return replace(found, smaller=smaller)


def _wanted(
    stage: Stage, queries: Sequence[WorkloadQuery], tenancy: Tenancy | None, sizes: Mapping[str, int],
    asked: Mapping[str, int],
) -> dict[str, int]:  # fmt: skip
    """Rows for the tables that the queries read, and for the one that says who is a member.

    What only policies read gets as many as the target has; where nobody knows, as many as the others need.
    """
    with stage.observe() as rehearsed:
        own = _quoted(rehearsed, [as_written(query, role=SUPERUSER) for query in queries])
        known = [name for name in _quoted(rehearsed, map(as_written, queries)) if name in sizes]
    membership = [tenancy.membership.table] if tenancy and tenancy.membership else []
    return {
        name: min(asked.get(name, sizes.get(name, ROWS)), MOST_ASKED_ROWS if name in asked else MOST_ROWS)
        for name in dict.fromkeys((*own, *known, *membership))
    }


@contextmanager
def _told(narrator: Narrator, what: str) -> Iterator[None]:
    begun = time.perf_counter()
    narrator.begin(what)
    yield
    narrator.end(f"ok {duration(time.perf_counter() - begun)}")


def _measured(stage: Stage, calls: Sequence[Call], states: TwoStates, narrator: Narrator) -> Performance:
    with stage.observe(EARLIER) as before, stage.observe(AFTER) as after:
        with _told(narrator, f"sending {count(len({one.query.name for one in calls}), 'query')}, before and after"):
            timings = _timings(stage, before, after, calls, states)
        was, now = _kept_up(before), _kept_up(after)
        touched = {table for table, _, _ in was ^ now}
        with _told(narrator, "weighing row security, and rewriting policies"):
            policies, faults = cost_of_policies(after, calls, time_limit=TIME_LIMIT)
        # An index that is only missing because a policy is slow is not missing.
        rewrites = tuple(one.rewrite for one in remedies(faults))
        with _told(narrator, "trying indexes, and writing"):
            writes, notes = _writes(before, after, [name for name in _quoted(after, calls) if name in touched])
            return Performance(
                timings=timings, policies=policies, faults=faults,
                unused=unused(after, timings, index_names(before)),
                proposed=proposed(after, calls, timings, rewrites, time_limit=TIME_LIMIT),
                writes=writes, notes=notes,
            )  # fmt: skip


def _timings(
    stage: Stage, before: Connection, after: Connection, calls: Sequence[Call], states: TwoStates
) -> tuple[WorkloadTiming, ...]:
    """The two sides of each call come one right after the other, so that the same things disturb both."""
    found = []
    with evictor(stage.server) as evicting:
        for call in calls:
            was, now = (
                _with_cold(stage, name, evicting, call, observe(connection, call, time_limit=TIME_LIMIT))
                for name, connection in ((EARLIER, before), (AFTER, after))
            )
            found.append(_timing(stage, call, was, now, states.there))
    return tuple(found)


def _with_cold(
    stage: Stage, database: str, evicting: Connection | None, call: Call, seen: Observed | Unmeasured
) -> Observed | Unmeasured:
    if evicting is None or isinstance(seen, Unmeasured):
        return seen
    return replace(seen, cold=cold(lambda: stage.observe(database), evicting, call, time_limit=TIME_LIMIT))


def _timing(
    stage: Stage, call: Call, before: Observed | Unmeasured, after: Observed | Unmeasured, there: Mapping[str, int]
) -> WorkloadTiming:
    read = after.tables if isinstance(after, Observed) else ()
    plain = {name.replace('"', ""): (name, number) for name, number in there.items()}
    return WorkloadTiming(
        query=call.query,
        caller=call.caller,
        before=before,
        after=after,
        server=str(stage.server.installation),
        tables=tuple(plain[name] for name in read if name in plain),
    )


def _quoted(connection: Connection, calls: Iterable[Call]) -> list[str]:
    """The tables that calls read, as SQL has them: never a partition, which is what its table makes of it."""
    whole = {row["name"]: row["whole"] for row in rows(connection, load(PACKAGE, "table_rows"))}
    return list(dict.fromkeys(whole[name] for name in tables_of(connection, calls) if name in whole))


def _kept_up(connection: Connection) -> set[tuple[str, str, str]]:
    found = rows(connection, load(PACKAGE, "indexes_and_triggers"))
    return {(row["table"], row["kind"], row["name"]) for row in found}


def _writes(
    before: Connection, after: Connection, tables: Sequence[str]
) -> tuple[tuple[WriteRate, ...], tuple[str, ...]]:  # fmt: skip
    """Of tables that the workload reads and whose indexes or triggers the release has changed; and what is left out."""
    there = {row["whole"] for row in rows(before, load(PACKAGE, "table_rows"))}
    notes: list[str] = []
    was = write_rates(before, [name for name in tables if name in there], seconds=WRITING, note=notes.append)
    now = write_rates(after, tables, seconds=WRITING, note=notes.append)
    rates = tuple(
        WriteRate(table=table, action=action, before=was.get((table, action)), after=now.get((table, action)))
        for table, action in sorted(was.keys() | now.keys())
    )
    return rates, tuple(dict.fromkeys(notes))


def _with_plans(
    stage: Stage, found: Performance, calls: Sequence[Call], picture: Picture, sizes: Mapping[str, int]
) -> Performance:
    """The plans that the target's planner would choose, beside those on generated rows."""
    stage.server.clone(SIZED, DATABASE)
    try:
        notes = make_true(stage.server, SIZED, picture, sizes=sizes)
        with stage.observe(SIZED) as sized, stage.observe(AFTER) as after:
            there, here = planned_at(sized, calls), planned_at(after, calls)
            read = set(_quoted(after, calls))
    finally:
        stage.server.drop(SIZED)
    planned = tuple(_planned(name, caller, there[name, caller], here.get((name, caller), ())) for name, caller in there)
    concerning = (note for note in notes if note.partition(":")[0] in read or "." not in note.partition(":")[0])
    return replace(found, planned=planned, notes=(*found.notes, *concerning))


def _planned(query: str, caller: str, target: tuple[str, ...] | str, generated: tuple[str, ...] | str) -> PlannedCall:
    why = next((one for one in (target, generated) if isinstance(one, str)), "")
    if isinstance(target, str) or isinstance(generated, str):
        return PlannedCall(query=query, caller=caller, target=(), generated=(), why=why)
    return PlannedCall(query=query, caller=caller, target=target, generated=generated)
