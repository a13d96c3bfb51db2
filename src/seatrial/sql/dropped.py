"""What a statement takes away that holds rows or values, or is needed by what does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import quoted, statement
from seatrial.sql.trees import trees

if TYPE_CHECKING:
    from collections.abc import Collection

    from postgast.pg_query_pb2 import AlterTableCmd, Node

__all__ = ["Changed", "Dropped", "changed_columns", "dropped", "without"]

_KINDS = {
    pb.OBJECT_TABLE: "table", pb.OBJECT_TYPE: "type", pb.OBJECT_DOMAIN: "type", pb.OBJECT_FUNCTION: "function",
    pb.OBJECT_AGGREGATE: "function", pb.OBJECT_ROUTINE: "function", pb.OBJECT_SEQUENCE: "sequence",
    pb.OBJECT_COLLATION: "collation", pb.OBJECT_SCHEMA: "schema", pb.OBJECT_EXTENSION: "extension",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A DROP of one kind of object."""

    kind: str
    #: Schema, empty where the statement has none, and name; both quoted where SQL wants it; a function's bare.
    names: tuple[tuple[str, str], ...]
    cascade: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An ALTER TABLE that drops columns or gives them another type; names are quoted where SQL wants it."""

    #: Schema, empty where the statement has none, and name.
    table: tuple[str, str]
    dropped: tuple[str, ...]
    retyped: tuple[str, ...]
    #: Those of them that an explicit cast gives their values, which cuts what is too long.
    cast: tuple[str, ...] = ()
    #: Those that another expression does.
    computed: tuple[str, ...] = ()


def dropped(text: str) -> Dropped | None:
    """What a statement drops; None where it is no DROP of a kind that matters."""
    node = _node(text)
    found = node.drop_stmt if node is not None and node.HasField("drop_stmt") else None
    kind = _KINDS.get(found.remove_type) if found is not None else None
    if found is None or kind is None:
        return None
    names = tuple(_name(one) for one in found.objects)
    return Dropped(kind=kind, names=names, cascade=found.behavior == pb.DROP_CASCADE)


def without(text: str, places: Collection[int]) -> str:
    """The same DROP without some of what it names; empty where nothing is left."""
    [raw] = trees(text)
    node = pb.Node()
    node.CopyFrom(raw.stmt)
    left = [one for place, one in enumerate(raw.stmt.drop_stmt.objects) if place not in places]
    del node.drop_stmt.objects[:]
    node.drop_stmt.objects.extend(left)
    return statement(node) if left else ""


def changed_columns(text: str) -> Changed | None:
    """Columns that an ALTER TABLE drops or gives another type; None where it is another statement."""
    node = _node(text)
    if node is None or not node.HasField("alter_table_stmt") or node.alter_table_stmt.objtype != pb.OBJECT_TABLE:
        return None
    found = node.alter_table_stmt
    commands = [item.alter_table_cmd for item in found.cmds]
    retyped = [one for one in commands if one.subtype == pb.AT_AlterColumnType]
    return Changed(
        table=(_quoted(found.relation.schemaname), _quoted(found.relation.relname)),
        dropped=tuple(_quoted(one.name) for one in commands if one.subtype == pb.AT_DropColumn),
        retyped=tuple(_quoted(one.name) for one in retyped),
        cast=tuple(_quoted(one.name) for one in retyped if _using(one) == "cast"),
        computed=tuple(_quoted(one.name) for one in retyped if _using(one) == "computed"),
    )


def _node(text: str) -> Node | None:
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    return raw.stmt


def _using(command: AlterTableCmd) -> str:
    using = getattr(command, "def").column_def.raw_default
    value = using.type_cast.arg if using.HasField("type_cast") else using
    if value.WhichOneof("node") is None:
        return ""
    is_own = value.HasField("column_ref") and value.column_ref.fields[-1].string.sval == command.name
    return ("cast" if using.HasField("type_cast") else "") if is_own else "computed"


def _name(one: Node) -> tuple[str, str]:
    if one.HasField("string"):
        return "", _quoted(one.string.sval)
    if one.HasField("type_name"):
        names = one.type_name.names
    else:
        names = one.list.items if one.HasField("list") else one.object_with_args.objname
    *schema, name = [_quoted(part.string.sval) for part in names][-2:]
    return (schema[0] if schema else ""), name


def _quoted(name: str) -> str:
    return quoted(name) if name else ""
