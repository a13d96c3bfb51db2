"""Policies that keep a query in one process because a function of theirs is not marked PARALLEL SAFE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.performance.policies.made import free, rights
from seatrial.performance.policies.rewrites import only_reads
from seatrial.performance.policies.seen import is_parallel
from seatrial.performance.policies.sides import AS_IT_IS, Side, changed
from seatrial.performance.policies.suspicion import NOT_PARALLEL, Suspicion
from seatrial.pg.connection import execute
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending
from seatrial.sql.policy_condition import renamed
from seatrial.sql.text import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.performance import Call
    from seatrial.performance.policies.known import Function, Policy
    from seatrial.pg.connection import Connection

__all__ = ["not_parallel"]

#: What is possible, whatever it costs.
_EAGER = (
    "SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; "
    "SET LOCAL max_parallel_workers_per_gather = 2"
)


def not_parallel(
    connection: Connection, call: Call, bare: Side, policies: Sequence[Policy],
    functions: Mapping[str, tuple[Function, ...]],
) -> Iterator[Suspicion]:  # fmt: skip
    """Faults of policies in one call; the server is asked with their functions marked, and believed.

    Args:
        connection: of a superuser, in a transaction.
        call: what is asked, and by whom.
        bare: takes row security away.
        policies: that apply.
        functions: that they call, by name.
    """
    unsafe = {policy: _unsafe(policy, functions) for policy in policies}
    if not any(unsafe.values()) or _plans(connection, call, AS_IT_IS) or not _plans(connection, call, bare):
        return
    for policy, found in unsafe.items():
        others = [one for other in policies if other is not policy for one in unsafe[other] if one not in found]
        without = Side(changes=tuple(map(_marked, others)))
        if not found or not _plans(connection, call, Side(changes=(*without.changes, *map(_marked, found)))):
            continue
        names = ", ".join(one.name for one in found)
        rewrite, note = _rewrite(policy, found)
        yield Suspicion(
            kind=NOT_PARALLEL, policy=policy, code="PRF010",
            what=f"no query of {policy.table} can use several processes, as {names} "
            f"{'is' if len(found) == 1 else 'are'} not PARALLEL SAFE",
            rewrite=rewrite,
            note=note,
        )  # fmt: skip


def _unsafe(policy: Policy, functions: Mapping[str, tuple[Function, ...]]) -> list[Function]:
    names = dict.fromkeys(call.name for call in policy.calls)
    return [one for name in names for one in functions.get(name, ()) if not (one.parallel_safe or one.builtin)]


def _marked(function: Function) -> str:
    return f"ALTER FUNCTION {function.signature} PARALLEL SAFE"


def _rewrite(policy: Policy, found: Sequence[Function]) -> tuple[tuple[str, ...], str]:
    """What belongs to the owner of the table is marked, and the rest called by a function of the owner's."""
    doubtful = [one.name for one in found if not only_reads(one)]
    others = [one for one in found if one.owner != policy.owner]
    if doubtful or any(not one.signature.endswith("()") for one in others):
        named = ", ".join(doubtful or [one.name for one in others])
        return (), f"a person has to say whether {named} only reads, and call it in a function that is PARALLEL SAFE"
    new: dict[str, str] = {}
    for one in others:
        name = free(policy.schema, one.name.rpartition(".")[2], "_in_parallel", {*policy.taken, *new.values()})
        new[one.name] = f"{policy.schema}.{name}"
    # A function with a setting stays a function: it does not become what it calls.
    made = [
        f"CREATE FUNCTION {_quoted(new[one.name])}() RETURNS {one.returns} LANGUAGE sql STABLE PARALLEL SAFE "
        f"SET search_path = '' AS $call$ SELECT {one.signature} $call$" for one in others
    ]  # fmt: skip
    altered = [policy.altered(renamed(policy.using, new), renamed(policy.check, new) if policy.check else "")]
    allowed = [each for one in others for each in rights(f"{_quoted(new[one.name])}()", policy.roles, policy.opened)]
    return (*(_marked(one) for one in found if one not in others), *made, *allowed, *(altered if new else ())), ""


def _quoted(name: str) -> str:
    schema, _, bare = name.partition(".")
    return qualified(schema, bare)


def _plans(connection: Connection, call: Call, side: Side) -> bool:
    """Whether the server can share the work out."""
    sender = call.senders[0]
    with connection.transaction(force_rollback=True):
        execute(connection, _EAGER)
        with changed(connection, side.changes), sending(connection, sender, time_limit=5):
            return is_parallel(explained(connection, call.query.sql, sender.params, run=False)["Plan"])
