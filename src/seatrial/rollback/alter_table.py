"""A table, a partition, a foreign table as it was. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import said
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.options import apart, foreign_options, names, parsed, set_and_reset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rollback.alteration import Pair

__all__ = ["altered_table"]

#: A table with another of these is another table.
FIXED = frozenset({"partitioned by", "foreign server"})
ROW_SECURITY = {"enabled": "ENABLE ROW LEVEL SECURITY", "disabled": "DISABLE ROW LEVEL SECURITY"}
FOR_THE_OWNER = {"forced": "FORCE ROW LEVEL SECURITY", "not forced": "NO FORCE ROW LEVEL SECURITY"}
PERSISTENCE = {"permanent": "SET LOGGED", "unlogged": "SET UNLOGGED"}
BY_INDEX = "index "


def altered_table(pair: Pair) -> Alteration | None:
    """Everything but what is in it: columns, constraints and the rest are objects of their own."""
    if pair.changed & FIXED:
        return None
    command = f"ALTER {pair.after.kind.upper()} {pair.name}"
    statements = (
        *_ancestors(pair, command),
        *(f"{command} {action}" for action in _actions(pair)),
        *_options(pair, command),
    )
    return Alteration(statements=statements) + _replica_identity(pair, command) + said(pair)


def _ancestors(pair: Pair, command: str) -> Iterator[str]:
    if pair.changed & {"partition of", "partition bound"}:
        if pair.now("partition of"):
            yield f"ALTER TABLE {pair.now('partition of')} DETACH PARTITION {pair.name}"
        if pair.was("partition of"):
            yield f"ALTER TABLE {pair.was('partition of')} ATTACH PARTITION {pair.name} {pair.was('partition bound')}"
    was, now = names(pair.was("inherits")), names(pair.now("inherits"))
    # Their order is a fact: what was between them goes off and on.
    kept = next(
        (at for at, both in enumerate(zip(was, now, strict=False)) if both[0] != both[1]), min(len(was), len(now))
    )
    yield from (f"{command} NO INHERIT {parent}" for parent in now[kept:])
    yield from (f"{command} INHERIT {parent}" for parent in was[kept:])


def _actions(pair: Pair) -> Iterator[str]:
    for fact, actions in (
        ("row security", ROW_SECURITY),
        ("row security for the owner", FOR_THE_OWNER),
        ("persistence", PERSISTENCE),
    ):
        if fact in pair.changed:
            yield actions[pair.was(fact)]
    if "of type" in pair.changed:
        yield f"OF {pair.was('of type')}" if pair.was("of type") else "NOT OF"
    if "access method" in pair.changed:
        yield f"SET ACCESS METHOD {pair.was('access method') or 'heap'}"
    if "tablespace" in pair.changed:
        yield f"SET TABLESPACE {pair.was('tablespace') or 'pg_default'}"


def _options(pair: Pair, command: str) -> Iterator[str]:
    for fact, prefix in (("options", ""), ("toast options", "toast.")):
        yield from set_and_reset(command, parsed(pair.was(fact)), parsed(pair.now(fact)), prefix=prefix)
    yield from foreign_options(command, parsed(pair.was("foreign options")), parsed(pair.now("foreign options")))


def _replica_identity(pair: Pair, command: str) -> Alteration:
    if "replica identity" not in pair.changed:
        return Alteration()
    was = pair.was("replica identity")
    if not was.startswith(BY_INDEX):
        # That of an index which is gone is as good as none.
        plain = was if was in {"default", "full", "nothing"} else "nothing"
        missing = f"the replica identity of {pair.name} was an index that had been dropped" if plain != was else ""
        return Alteration(
            statements=(f"{command} REPLICA IDENTITY {plain.upper()}",), reasons=(missing,) if missing else ()
        )
    index = apart(was.removeprefix(BY_INDEX))[1]
    # It may have to be built first.
    return Alteration(later=(f"{command} REPLICA IDENTITY USING INDEX {index}",))
