"""The plans of the workload's queries: whether one of them has lost its index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.refused import why_refused
from seatrial.pg.connection import rows, snapshot
from seatrial.pg.plan import planned
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.model.workload import WorkloadQuery
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection
    from seatrial.pg.plan import Node

__all__ = ["LARGE", "PROBE", "Index", "is_lost", "plans_of"]

PACKAGE = "seatrial.monitoring.probes"
#: Pages, 1 MB: to read a smaller table from end to end is no loss, and the planner does it whenever it likes.
LARGE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index as it is now."""

    schema: str
    name: str
    table: str
    #: Valid, and ready for reads.
    is_usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    indexes: tuple[str, ...]
    #: Tables that are read from end to end.
    scanned: tuple[str, ...]


def plans_of(connection: Connection, workload: Sequence[WorkloadQuery]) -> Mapping[str, tuple[str, ...]]:
    """The indexes that each query's plan uses, by name; those that cannot be planned are left out.

    Args:
        connection: outside of a transaction, as somebody who may take the roles of the workload.
        workload: what is planned.
    """
    with snapshot(connection):
        plans, _ = _plans(connection, workload)
    return {name: plan.indexes for name, plan in plans.items()}


def _look(connection: Connection, scope: Scope) -> Looked:
    plans, unread = _plans(connection, scope.workload)
    if scope.baseline is None:
        # Nothing can be lost yet.
        return Looked(unread=unread)
    before = scope.baseline.plans
    wanted = {query.index for query in scope.workload} | {name for names in before.values() for name in names}
    indexes = [Index(**row) for row in rows(connection, load(PACKAGE, "plan_indexes"), {"names": _names(wanted)})]
    scanned = {table for plan in plans.values() for table in plan.scanned}
    asked = {"tables": sorted(scanned), "pages": LARGE}
    large = {row["table"] for row in rows(connection, load(PACKAGE, "plan_tables"), asked)}
    return Looked(
        levels={
            ("plans.lost", query.name): float(
                is_lost(query, before.get(query.name, ()), plan.indexes, large.intersection(plan.scanned), indexes)
            )
            for query in scope.workload
            if (plan := plans.get(query.name)) is not None
        },
        unread=unread,
    )


def is_lost(
    query: WorkloadQuery,
    before: Collection[str],
    now: Collection[str],
    scanned: Collection[str],
    indexes: Sequence[Index],
) -> bool:
    """Whether a plan has lost its index.

    It has when the index that it must use is gone or INVALID; or when a large table, of which it used an index before,
    is read from end to end. That the planner takes another index instead is its own choice, and no loss.

    Args:
        query: with the name of the index, if it declares one.
        before: names of the indexes that it used.
        now: names of those that it uses.
        scanned: large tables that it reads from end to end.
        indexes: those of the names in question, as they are.
    """
    if any(map(query.asks_for, now)):
        return False
    declared = [one for one in indexes if query.asks_for(one.name, one.schema)]
    if query.index and not any(one.is_usable for one in declared):
        return True
    missed = {name for name in before if name not in now and (not query.index or query.asks_for(name))}
    still = {name: {one.table for one in indexes if one.name == name} for name in missed}
    return any(not tables or not tables.isdisjoint(scanned) for tables in still.values()) and bool(scanned)


def _plans(connection: Connection, workload: Sequence[WorkloadQuery]) -> tuple[dict[str, _Plan], dict[str, str]]:
    """Plans, and why there is none, by name of the query."""
    plans, unread = {}, {}
    for query in workload:
        try:
            plans[query.name] = _plan(planned(connection, query))
        except StatementFailed as error:
            unread[query.name] = f"it cannot be planned: {why_refused(error)}"
    return plans, unread


def _plan(steps: Sequence[Node]) -> _Plan:
    return _Plan(
        indexes=tuple(dict.fromkeys(step["Index Name"] for step in steps if "Index Name" in step)),
        scanned=tuple(
            dict.fromkeys(f"{step['Schema']}.{step['Relation Name']}" for step in steps if _is_whole(step))
        ),
    )  # fmt: skip


def _is_whole(step: Node) -> bool:
    return step["Node Type"] == "Seq Scan" and "Relation Name" in step


def _names(wanted: Collection[str]) -> list[str]:
    """As an index could be called that is spelled so: with or without its schema and quotes."""
    last = {name.rpartition('."')[2].strip('"') if name.endswith('"') else name.rpartition(".")[2] for name in wanted}
    return sorted({spelled for name in last | set(wanted) for spelled in (name, name.lower()) if spelled})


PROBE = Probe(source="plans", look=_look, every=600.0)
