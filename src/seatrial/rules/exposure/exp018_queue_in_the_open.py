"""Queues of pgmq that clients come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, Data, Grant
from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_CLIENTS = frozenset({"public", "anon", "authenticated"})
_MAKING = frozenset({"pgmq.create", "pgmq.create_unlogged", "pgmq.create_partitioned", "pgmq.create_non_partitioned"})
_API = frozenset({"pgmq", "pgmq_public"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each queue without row security, where the API shows queues or clients have privileges on them."""
    shown = bool(_API & set(schema.exposed))
    for queue, occasion in _queues(schema):
        table = f"pgmq.q_{queue}"
        roles = ("anon",) if shown else _granted(schema, table)
        if roles and not _is_secured(schema, table):
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"clients come to the queue {quoted(queue)}, which has no row security",
                effect=f"{who(roles)} can read, add and take away its messages",
                fix=f"alter table {relation(table)} enable row level security;",
            )


def _queues(schema: Schema) -> Iterator[tuple[str, Occasion]]:
    for occasion in schema.occasions:
        if isinstance(occasion.command, Data):
            for call in occasion.command.query.calls:
                if call.name in _MAKING and call.arguments and call.arguments[0]:
                    yield call.arguments[0], occasion


def _granted(schema: Schema, table: str) -> tuple[str, ...]:
    """Clients that some statement lets come to it; a later REVOKE of all takes that back."""
    found: set[str] = set()
    for occasion in schema.occasions:
        grant = occasion.command
        if isinstance(grant, Grant) and grant.kind == "table" and {table, "pgmq"} & set(grant.names):
            clients = _CLIENTS & set(grant.roles)
            found = found - clients if grant.revoke else found | clients
    return tuple(sorted(found))


def _is_secured(schema: Schema, table: str) -> bool:
    return any(
        isinstance(one.command, AlterTable)
        and one.command.table == table
        and any(action.kind == "enable row security" for action in one.command.actions)
        for one in schema.occasions
    )
