"""What ADD COLUMN asks for, taken apart: the bare column, its values, and constraints as a table has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import default_name, expression, spelled, type_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import ColumnDef, Constraint, Node

__all__ = ["SERIAL", "AddedColumn", "added_column", "columns_of", "constraint_name"]

#: Words for an integer column with a sequence of its own.
SERIAL = {
    "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint", "smallserial": "smallint",
    "serial2": "smallint",
}  # fmt: skip
_KEYS = {pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE}
_SEPARATE = _KEYS | {pb.CONSTR_CHECK, pb.CONSTR_FOREIGN}
_SUFFIX = {
    pb.CONSTR_PRIMARY: "pkey", pb.CONSTR_UNIQUE: "key", pb.CONSTR_CHECK: "check", pb.CONSTR_FOREIGN: "fkey",
    pb.CONSTR_EXCLUSION: "excl", pb.CONSTR_NOTNULL: "not_null",
}  # fmt: skip
#: How the grammar gives what stands behind a column's constraint, and the field that it means.
_ATTRIBUTES = {
    pb.CONSTR_ATTR_DEFERRABLE: {"deferrable": True},
    pb.CONSTR_ATTR_DEFERRED: {"deferrable": True, "initdeferred": True},
    pb.CONSTR_ATTR_NOT_ENFORCED: {"is_enforced": False, "skip_validation": True, "initially_valid": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedColumn:
    """A column as ADD COLUMN describes it; texts are SQL."""

    name: str
    #: An integer type where the statement says serial.
    type: str
    #: Empty, or ` COLLATE "C"`.
    collation: str
    not_null: bool
    #: None where there is none, or it is NULL.
    default: Node | None
    #: `STORED`, `VIRTUAL` or empty.
    generated: str
    #: What it is computed from, where it is generated.
    formula: Node | None
    serial: bool
    identity: Constraint | None
    #: CHECK, UNIQUE, PRIMARY KEY and FOREIGN KEY as ADD CONSTRAINT would have them, unnamed ones too.
    constraints: tuple[Constraint, ...]

    @property
    def fills_itself(self) -> bool:
        """Whether each row gets a value of its own: serial, identity, generated."""
        return self.serial or self.identity is not None or bool(self.generated)


def added_column(column: ColumnDef) -> AddedColumn:
    """Take a column's definition apart."""
    found = [one.constraint for one in column.constraints]
    by_kind = {one.contype: one for one in found}
    written = spelled(column.type_name.names)
    default = by_kind[pb.CONSTR_DEFAULT].raw_expr if pb.CONSTR_DEFAULT in by_kind else None
    generated = by_kind.get(pb.CONSTR_GENERATED)
    return AddedColumn(
        name=column.colname,
        type=SERIAL.get(written) or type_text(column.type_name),
        collation=_collation(column),
        not_null=pb.CONSTR_NOTNULL in by_kind or pb.CONSTR_PRIMARY in by_kind,
        default=None if default is None or default.a_const.isnull else default,
        generated="" if generated is None else "STORED" if generated.generated_kind == "s" else "VIRTUAL",
        formula=None if generated is None else generated.raw_expr,
        serial=written in SERIAL,
        identity=by_kind.get(pb.CONSTR_IDENTITY),
        constraints=tuple(_constraints(column.colname, found)),
    )


def _collation(column: ColumnDef) -> str:
    if not column.HasField("coll_clause"):
        return ""
    names = column.coll_clause.collname
    return " COLLATE " + expression(pb.Node(column_ref=pb.ColumnRef(fields=names)))


def _constraints(column: str, found: Iterable[Constraint]) -> list[Constraint]:
    separate: list[Constraint] = []
    key = pb.Node(string=pb.String(sval=column))
    for one in found:
        if one.contype in _SEPARATE:
            copy = pb.Constraint()
            copy.CopyFrom(one)
            (copy.keys if one.contype in _KEYS else copy.fk_attrs).extend(
                [key] if one.contype != pb.CONSTR_CHECK else []
            )
            separate.append(copy)
        elif one.contype in _ATTRIBUTES and separate:
            for field, value in _ATTRIBUTES[one.contype].items():
                setattr(separate[-1], field, value)
    return separate


def columns_of(node: Message) -> tuple[str, ...]:
    """The columns that an expression refers to, each once, without their table."""
    refs = [found for _, found in postgast.walk(node) if isinstance(found, pb.ColumnRef)]
    return tuple(dict.fromkeys(name for ref in refs if (name := ref.fields[-1].string.sval)))


def constraint_name(table: str, one: Constraint) -> str:
    """A constraint's name, or the one that PostgreSQL gives it when that is free."""
    if one.conname:
        return str(one.conname)
    columns: list[str] = []
    match one.contype:
        case pb.CONSTR_FOREIGN:
            columns = _strings(one.fk_attrs)
        case pb.CONSTR_CHECK:
            found = columns_of(one.raw_expr)
            columns = list(found) if len(found) == 1 else []
        case pb.CONSTR_EXCLUSION:
            elements = [e.list.items[0].index_elem for e in one.exclusions]
            columns = [element.name or "expr" for element in elements]
        case pb.CONSTR_UNIQUE:
            columns = _strings([*one.keys, *one.including])
        case pb.CONSTR_NOTNULL:
            columns = _strings(one.keys)
    return default_name(table, "_".join(columns), _SUFFIX[one.contype])


def _strings(nodes: Iterable[Node]) -> list[str]:
    return [node.string.sval for node in nodes]
