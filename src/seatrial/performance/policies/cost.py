"""What the policies of a release cost each call, and what is at fault where they cost more than they need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.performance import PolicyCost
from seatrial.performance.policies.counted import counted
from seatrial.performance.policies.index_lost import index_lost
from seatrial.performance.policies.known import bare, functions_of, secured
from seatrial.performance.policies.made import apart, made_before
from seatrial.performance.policies.not_parallel import not_parallel
from seatrial.performance.policies.per_row import per_row
from seatrial.performance.policies.seen import rows_read, rows_returned, tables
from seatrial.performance.policies.sides import AS_IT_IS, Side, side_by_side
from seatrial.performance.policies.trial import as_sql, tried
from seatrial.performance.policies.worth import is_shown
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.performance import Call, PolicyFault
    from seatrial.performance.policies.known import Secured
    from seatrial.performance.policies.sides import Measured
    from seatrial.performance.policies.suspicion import Suspicion
    from seatrial.pg.connection import Connection

__all__ = ["cost_of_policies"]

#: Below so many rows nobody wants several processes.
MANY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    cost: PolicyCost
    suspicions: tuple[Suspicion, ...]


def cost_of_policies(
    connection: Connection, calls: Sequence[Call], *, time_limit: float = 5.0
) -> tuple[tuple[PolicyCost, ...], tuple[PolicyFault, ...]]:
    """Each call with row security and without it, and the faults of policies, each as the call that it costs most.

    A call that cannot be run, or reads nothing that is under row security for its sender, has no cost.

    Args:
        connection: of a superuser, idle, to a copy with the release applied and rows in it; nothing of this stays.
        calls: queries with their senders.
        time_limit: seconds for each run.
    """
    costs: list[PolicyCost] = []
    worst: dict[tuple[str, ...], tuple[PolicyCost, Call, Suspicion]] = {}
    for call in calls:
        examined = _examined(connection, call, time_limit)
        if examined is None:
            continue
        costs.append(examined.cost)
        for found in examined.suspicions:
            known = worst.get(found.subject)
            if known is None or known[0].secured < examined.cost.secured:
                worst[found.subject] = (examined.cost, call, found)
    return tuple(costs), tuple(_faults(connection, list(worst.values()), time_limit))


def _faults(
    connection: Connection, found: Sequence[tuple[PolicyCost, Call, Suspicion]], time_limit: float
) -> Iterator[PolicyFault]:
    made: set[str] = set()
    for (cost, call, _), one in zip(found, apart([each for _, _, each in found]), strict=True):
        fault = tried(connection, call, one, time_limit=time_limit)
        if is_shown(fault, cost):
            yield replace(fault, rewrite=as_sql(made_before(one.rewrite, made)))
            made.update(one.rewrite)


def _examined(connection: Connection, call: Call, time_limit: float) -> _Examined | None:
    try:
        with connection.transaction(force_rollback=True):
            read = _tables(connection, call)
            under = secured(connection, read, call.senders[0].role, writes=call.query.writes)
            if not under.tables:
                return None
            without = Side(changes=bare(connection, read))
            found = side_by_side(connection, call, (AS_IT_IS, without), time_limit=time_limit)
    except StatementFailed:
        return None
    cost = _cost(call, under, found[0], found[1], time_limit)
    try:
        with connection.transaction(force_rollback=True):
            suspicions = _suspicions(connection, call, under, without, found[1], time_limit)
    except StatementFailed as error:
        said = f"its faults could not be looked for: {error.what}"
        return _Examined(cost=replace(cost, note="; ".join(filter(None, (cost.note, said)))), suspicions=())
    return _Examined(cost=cost, suspicions=suspicions)


def _tables(connection: Connection, call: Call) -> tuple[str, ...]:
    """Those of its plan as the sender has it, and as somebody has it whom no policy concerns."""
    sender = call.senders[0]
    with sending(connection, sender, time_limit=5):
        own = explained(connection, call.query.sql, sender.params, run=False)
    with connection.transaction(force_rollback=True):
        every = explained(connection, call.query.sql, sender.params, run=False)
    # A rule may leave nothing to plan.
    return tuple(dict.fromkeys(name for found in (own, every) if found for name in tables(found["Plan"])))


def _cost(call: Call, under: Secured, with_it: Measured, without: Measured, time_limit: float) -> PolicyCost:
    late = [words for one, words in ((with_it, "with"), (without, "without")) if one.run is None]
    return PolicyCost(
        query=call.query.name, caller=call.caller,
        policies=tuple(f"{one.table}.{one.name}" for one in under.policies),
        secured=with_it.milliseconds, bare=without.milliseconds,
        read=rows_read(with_it.run["Plan"]) if with_it.run else 0,
        rows=rows_returned(with_it.run["Plan"]) if with_it.run else 0,
        bare_rows=rows_returned(without.run["Plan"]) if without.run else 0,
        note=f"{' and '.join(late)} row security it did not end within {time_limit:g} s" if late else "",
    )  # fmt: skip


def _suspicions(
    connection: Connection, call: Call, under: Secured, without: Side, bare_run: Measured, time_limit: float
) -> tuple[Suspicion, ...]:
    functions = functions_of(connection, under.policies)
    seen = counted(connection, call, time_limit=time_limit)
    found = [one for policy in under.policies for one in per_row(policy, seen, functions)]
    found += index_lost(connection, call, without, under.policies, functions)
    if bare_run.run and rows_read(bare_run.run["Plan"]) >= MANY:
        found += not_parallel(connection, call, without, under.policies, functions)
    return tuple(found)
