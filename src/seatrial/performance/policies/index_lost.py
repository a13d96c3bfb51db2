"""Indexes that a query could use and that row security keeps it from, as an operator is not known to be leakproof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.performance.policies.definer import definer
from seatrial.performance.policies.seen import scans
from seatrial.performance.policies.sides import AS_IT_IS, Side, changed
from seatrial.performance.policies.suspicion import INDEX_LOST, Suspicion
from seatrial.pg.connection import rows
from seatrial.pg.explain import explained
from seatrial.pg.queries import load
from seatrial.pg.sending import sending
from seatrial.sql.policy_condition import operators_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.performance import Call
    from seatrial.performance.policies.known import Function, Policy
    from seatrial.performance.policies.seen import Scan
    from seatrial.pg.connection import Connection

__all__ = ["index_lost"]

#: What a plan writes and no parser reads.
_PLANS = re.compile(r"\((?:hashed )?(?:InitPlan|SubPlan|CTE) [^()]*\)(?:\.col\d+)?|\bANY (?=\()")
_CALLED = re.compile(r"\b(\w+)\s*\(")


def index_lost(
    connection: Connection, call: Call, bare: Side, policies: Sequence[Policy],
    functions: Mapping[str, tuple[Function, ...]],
) -> Iterator[Suspicion]:  # fmt: skip
    """Faults in one call: the index is used without row security, and with it once the operator is trusted.

    Args:
        connection: of a superuser, in a transaction.
        call: what is asked, and by whom.
        bare: takes row security away.
        policies: that apply.
        functions: that they call, by name.
    """
    before, after = _plan(connection, call, bare), _plan(connection, call, AS_IT_IS)
    for table in dict.fromkeys(policy.table for policy in policies):
        own = [policy for policy in policies if policy.table == table]
        there = [scan for scan in before if scan.table in own[0].read_as]
        lost = _indexes(there) - _indexes([scan for scan in after if scan.table in own[0].read_as])
        leaky = _leaky(connection, there) if lost else []
        every = {row["statement"] for row in leaky}
        if not lost or not every or not lost & _regained(connection, call, every):
            continue
        guilty = [operator for operator in dict.fromkeys(row["operator"] for row in leaky if row["operator"])
                  if not lost & _regained(connection, call, every - _of(leaky, operator))]  # fmt: skip
        if guilty:
            rewrite, query, note = definer(connection, call, own, functions)
            yield Suspicion(
                kind=INDEX_LOST, policy=own[0], code="PRF009", rewrite=rewrite, query=query, note=note,
                what=f"{' and '.join(sorted(lost))} is not used, as {' and '.join(map(_shown, guilty))} is not "
                "known to be leakproof",
            )  # fmt: skip


def _shown(operator: str) -> str:
    words = {"~~": "LIKE", "~~*": "ILIKE", "!~~": "NOT LIKE", "!~~*": "NOT ILIKE"}
    return f"{operator} ({words[operator]})" if operator in words else operator


def _plan(connection: Connection, call: Call, side: Side) -> tuple[Scan, ...]:
    sender = call.senders[0]
    with changed(connection, side.changes), sending(connection, sender, time_limit=5):
        return scans(explained(connection, call.query.sql, sender.params, run=False)["Plan"])


def _indexes(found: Sequence[Scan]) -> set[str]:
    return {name for scan in found for name in scan.indexes}


def _leaky(connection: Connection, found: Sequence[Scan]) -> list[dict[str, str]]:
    """Functions that may be the reason, each with the statement that has the server trust it."""
    texts = [_PLANS.sub("NULL", text) for scan in found for text in (*scan.sought, scan.filter) if text]
    operators = {one for text in texts for one in operators_in(text)}
    called = {name for text in texts for name in _CALLED.findall(text)}
    given = {"operators": sorted(operators), "functions": sorted(called)}
    return rows(connection, load("seatrial.performance.policies", "leaky"), given)


def _of(leaky: Sequence[Mapping[str, str]], operator: str) -> set[str]:
    return {row["statement"] for row in leaky if row["operator"] == operator}


def _regained(connection: Connection, call: Call, statements: set[str]) -> set[str]:
    """The indexes that are used with row security where these functions are trusted."""
    return _indexes(_plan(connection, call, Side(changes=("; ".join(sorted(statements)),) if statements else ())))
