"""Constraints on a table in use: first for new rows, then for the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.column import constraint_name
from seatrial.sql.safe_part import Altered, Part
from seatrial.sql.text import default_name, quoted, statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postgast.pg_query_pb2 import Constraint, Node

__all__ = ["add_constraint", "set_not_null"]

_NEW_ROWS = "New rows are checked from here on, the old ones not yet."
_OLD_ROWS = "Reads the old rows while everybody goes on reading and writing; in the same transaction nothing is won."
_NO_OTHER_WAY = (
    "There is no way without the lock while it is built: choose a quiet hour, or a new table that rows move to."
)


def add_constraint(altered: Altered, one: Constraint, *, of_new_column: bool = False) -> tuple[Part, ...]:
    """The safe way for ADD CONSTRAINT; empty where a moment's lock is all that it takes.

    Args:
        altered: the table.
        one: the constraint, named or not.
        of_new_column: whether it is a part of ADD COLUMN, which sees to NOT NULL by itself.
    """
    if one.indexname or one.skip_validation:
        return ()
    match one.contype:
        case pb.CONSTR_CHECK | pb.CONSTR_FOREIGN | pb.CONSTR_NOTNULL:
            return _validated_later(altered, one)
        case pb.CONSTR_UNIQUE | pb.CONSTR_PRIMARY if not one.without_overlaps:
            return _from_index(altered, one, of_new_column=of_new_column)
        case pb.CONSTR_UNIQUE | pb.CONSTR_PRIMARY | pb.CONSTR_EXCLUSION:
            return (Part(says=(_NO_OTHER_WAY,), statements=(_adding(altered, one),), brief=True),)
        case _:
            return ()


def _adding(altered: Altered, one: Constraint) -> str:
    command = pb.AlterTableCmd(subtype=pb.AT_AddConstraint, behavior=pb.DROP_RESTRICT)
    getattr(command, "def").constraint.CopyFrom(one)
    return altered.command(command)


def _validated_later(altered: Altered, one: Constraint) -> tuple[Part, ...]:
    copy = pb.Constraint()
    copy.CopyFrom(one)
    copy.conname = constraint_name(altered.name, one)
    copy.skip_validation, copy.initially_valid = True, False
    says = (_NEW_ROWS, "PostgreSQL 18 and newer.") if one.contype == pb.CONSTR_NOTNULL else (_NEW_ROWS,)
    validate = altered.alter(f"VALIDATE CONSTRAINT {quoted(copy.conname)}")
    return (
        Part(says=says, statements=(_adding(altered, copy),), brief=True),
        Part(says=(_OLD_ROWS,), statements=(validate,)),
    )


def set_not_null(altered: Altered, columns: Iterable[str]) -> tuple[Part, ...]:
    """A checked condition first: SET NOT NULL believes it and does not read the table."""
    columns = list(columns)
    names = [quoted(default_name(altered.name, column, "filled")) for column in columns]
    pairs = list(zip(names, columns, strict=True))
    checks = [f"ADD CONSTRAINT {name} CHECK ({quoted(column)} IS NOT NULL) NOT VALID" for name, column in pairs]
    marks = [f"ALTER COLUMN {quoted(column)} SET NOT NULL" for column in columns]
    return (
        Part(says=(_NEW_ROWS,), statements=(altered.alter(", ".join(checks)),), brief=True),
        Part(says=(_OLD_ROWS,), statements=tuple(altered.alter(f"VALIDATE CONSTRAINT {name}") for name in names)),
        Part(
            says=("No row is read: the checked condition says that there is no NULL.",),
            statements=(
                altered.alter(", ".join(marks)),
                altered.alter(", ".join(f"DROP CONSTRAINT {name}" for name in names)),
            ),
            brief=True,
        ),
    )


def _from_index(altered: Altered, one: Constraint, *, of_new_column: bool) -> tuple[Part, ...]:
    name = constraint_name(altered.name, one)
    is_primary = one.contype == pb.CONSTR_PRIMARY
    may_be_null = [key.string.sval for key in one.keys] if is_primary and not of_new_column else []
    first = set_not_null(altered, may_be_null) if may_be_null else ()
    index = pb.IndexStmt(
        idxname=name, relation=altered.statement.relation, access_method="btree", unique=True, concurrent=True,
        index_params=_elements(one.keys), index_including_params=_elements(one.including), options=one.options,
        table_space=one.indexspace, nulls_not_distinct=one.nulls_not_distinct,
    )  # fmt: skip
    left_over = f"DROP INDEX CONCURRENTLY {altered.beside(name)}"
    says = (
        "It stands alone in its file: CONCURRENTLY is refused inside a transaction.",
        f"When it fails it leaves an INVALID index behind: {left_over}, then run it again.",
    )
    deferred = " DEFERRABLE" if one.deferrable else ""
    deferred += " INITIALLY DEFERRED" if one.initdeferred else ""
    kind = "PRIMARY KEY" if is_primary else "UNIQUE"
    taken = altered.alter(f"ADD CONSTRAINT {quoted(name)} {kind} USING INDEX {quoted(name)}{deferred}")
    build = Part(says=says, statements=(statement(pb.Node(index_stmt=index)),))
    return (
        *first,
        build,
        Part(says=("Takes the index over, without building anything.",), statements=(taken,), brief=True),
    )


def _elements(keys: Iterable[Node]) -> list[Node]:
    ordinary = {"ordering": pb.SORTBY_DEFAULT, "nulls_ordering": pb.SORTBY_NULLS_DEFAULT}
    return [pb.Node(index_elem=pb.IndexElem(name=key.string.sval, **ordinary)) for key in keys]
