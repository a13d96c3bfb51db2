"""Indexes, materialized views and tidying up without keeping writers and readers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.safe_part import Part
from seatrial.sql.text import is_only, quoted, relation, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgast.pg_query_pb2 import (
        ClusterStmt,
        DropStmt,
        IndexStmt,
        RefreshMatViewStmt,
        ReindexStmt,
        VacuumStmt,
    )

__all__ = ["cluster", "create_index", "drop_index", "refresh", "reindex", "vacuum"]

_AHEAD = "Or, in its own file: CREATE INDEX IF NOT EXISTS {}, which a plan of Seatrial builds so before the file."
_ALONE = "It stands alone in its file: CONCURRENTLY is refused inside a transaction."
_LEFT_OVER = "When it fails it leaves an INVALID index behind: DROP INDEX CONCURRENTLY {}, then run it again."
_REPACK = "What gives the space back while the table is in use is pg_repack; VACUUM makes it free for new rows."


def create_index(index: IndexStmt) -> tuple[Part, ...]:
    """CREATE INDEX; nothing where it is concurrent already, or ON ONLY, which builds nothing."""
    if index.concurrent or is_only(index.relation):
        return ()
    copy = pb.IndexStmt()
    copy.CopyFrom(index)
    copy.concurrent = True
    says = [_ALONE, _LEFT_OVER.format(quoted(index.idxname) if index.idxname else "it")]
    if index.idxname and not index.if_not_exists:
        says.append(_AHEAD.format(quoted(index.idxname)))
    says.append(
        "A partitioned table takes it ON ONLY; then each partition its own, CONCURRENTLY, and ATTACH PARTITION."
    )
    return (Part(says=tuple(says), statements=(statement(pb.Node(index_stmt=copy)),)),)


def drop_index(dropped: DropStmt) -> tuple[Part, ...]:
    """DROP INDEX, each in a file of its own; nothing with CASCADE, which CONCURRENTLY does not know."""
    if dropped.concurrent or dropped.behavior == pb.DROP_CASCADE:
        return ()
    parts = []
    for item in dropped.objects:
        copy = pb.DropStmt()
        copy.CopyFrom(dropped)
        copy.concurrent = True
        del copy.objects[:]
        copy.objects.append(item)
        parts.append(Part(says=(_ALONE,), statements=(statement(pb.Node(drop_stmt=copy)),)))
    return tuple(parts)


def reindex(found: ReindexStmt) -> tuple[Part, ...]:
    """REINDEX; the system catalogs cannot be rebuilt concurrently."""
    if found.kind == pb.REINDEX_OBJECT_SYSTEM or _has(found.params, "concurrently"):
        return ()
    copy = pb.ReindexStmt()
    copy.CopyFrom(found)
    copy.params.append(pb.Node(def_elem=pb.DefElem(defname="concurrently")))
    says = (_ALONE, "When it fails it leaves an INVALID index whose name ends in _ccnew: drop that, then run it again.")
    return (Part(says=says, statements=(statement(pb.Node(reindex_stmt=copy)),)),)


def refresh(found: RefreshMatViewStmt) -> tuple[Part, ...]:
    """REFRESH MATERIALIZED VIEW; WITH NO DATA empties it, for which there is no other way."""
    if found.concurrent or found.skip_data:
        return ()
    copy = pb.RefreshMatViewStmt()
    copy.CopyFrom(found)
    copy.concurrent = True
    view = relation(found.relation)
    says = (f"{view} needs a unique index on plain columns, over all its rows, and must have been filled once.",)
    return (Part(says=says, statements=(statement(pb.Node(refresh_mat_view_stmt=copy)),)),)


def vacuum(found: VacuumStmt) -> tuple[Part, ...]:
    """VACUUM FULL, which writes the whole table anew under ACCESS EXCLUSIVE."""
    if not _has(found.options, "full"):
        return ()
    copy = pb.VacuumStmt()
    copy.CopyFrom(found)
    del copy.options[:]
    copy.options.extend(option for option in found.options if option.def_elem.defname != "full")
    return (Part(says=(_REPACK,), statements=(statement(pb.Node(vacuum_stmt=copy)),)),)


def cluster(found: ClusterStmt) -> tuple[Part, ...]:
    """CLUSTER, likewise."""
    table = f" {relation(found.relation)}" if found.HasField("relation") else ""
    says = (_REPACK, "It can also order the rows by an index (pg_repack --order-by), which VACUUM does not.")
    return (Part(says=says, statements=(f"VACUUM{table}",)),)


def _has(options: Sequence[pb.Node], name: str) -> bool:
    return any(option.def_elem.defname == name for option in options)
