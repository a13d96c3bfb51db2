"""What the catalog's text of a key says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from postgast import pg_query_pb2 as pb

from seatrial.sql.text import quoted, relation
from seatrial.sql.trees import trees

__all__ = ["Key", "key_of"]

_KINDS = {
    pb.CONSTR_PRIMARY: "primary", pb.CONSTR_UNIQUE: "unique", pb.CONSTR_FOREIGN: "foreign",
}  # fmt: skip
#: What a foreign key does to the rows that refer to one that goes or changes.
_FOLLOWS = frozenset("cnd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A primary, unique or foreign one; names are quoted where SQL wants it."""

    kind: str
    columns: tuple[str, ...]
    #: Of a foreign one: the table that it refers to, and its columns.
    table: str = ""
    others: tuple[str, ...] = ()
    #: Whether rows follow one that is deleted, or whose key changes.
    on_delete: bool = False
    on_update: bool = False


@lru_cache(maxsize=4096)
def key_of(definition: str) -> Key | None:
    """Of `PRIMARY KEY (id)` or `FOREIGN KEY (a) REFERENCES app.b(id) ON DELETE CASCADE`; None for another kind."""
    [raw] = trees(f"ALTER TABLE t ADD {definition}")
    one = getattr(raw.stmt.alter_table_stmt.cmds[0].alter_table_cmd, "def").constraint
    kind = _KINDS.get(one.contype)
    if kind is None:
        return None
    columns = one.fk_attrs if kind == "foreign" else one.keys
    return Key(
        kind=kind,
        columns=tuple(quoted(item.string.sval) for item in columns),
        table=relation(one.pktable) if kind == "foreign" else "",
        others=tuple(quoted(item.string.sval) for item in one.pk_attrs),
        on_delete=one.fk_del_action in _FOLLOWS,
        on_update=one.fk_upd_action in _FOLLOWS,
    )
