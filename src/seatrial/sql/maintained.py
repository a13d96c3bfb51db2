"""What a stand-alone statement works on, for whoever has to tidy up when it was cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import quoted, relation, tree

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

__all__ = ["Detached", "Reindexed", "detached", "reindexed"]

_KINDS = {pb.REINDEX_OBJECT_INDEX: "index", pb.REINDEX_OBJECT_TABLE: "table", pb.REINDEX_OBJECT_SCHEMA: "schema"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What REINDEX builds anew."""

    #: `index`, `table`, `schema`, `database`
    kind: str
    #: As SQL has it; of a database nobody asks.
    name: str
    #: Whether it keeps nobody waiting.
    concurrently: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """What DETACH PARTITION takes apart; both as SQL has them."""

    parent: str
    partition: str


def reindexed(text: str) -> Reindexed | None:
    """What a REINDEX names; None for any other statement."""
    node = _only(text)
    if node is None or not node.HasField("reindex_stmt"):
        return None
    found = node.reindex_stmt
    kind = _KINDS.get(found.kind, "database")
    return Reindexed(
        kind=kind, name=relation(found.relation) if found.relation.relname else quoted(found.name),
        concurrently=any(option.def_elem.defname == "concurrently" for option in found.params),
    )  # fmt: skip


def detached(text: str) -> Detached | None:
    """What an ALTER TABLE … DETACH PARTITION names; None for any other statement."""
    node = _only(text)
    if node is None or not node.HasField("alter_table_stmt"):
        return None
    altered = node.alter_table_stmt
    for item in altered.cmds:
        if item.alter_table_cmd.subtype == pb.AT_DetachPartition:
            partition = getattr(item.alter_table_cmd, "def").partition_cmd.name
            return Detached(parent=relation(altered.relation), partition=relation(partition))
    return None


def _only(text: str) -> Node | None:
    try:
        [raw] = tree(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    found: Node = raw.stmt
    return found
