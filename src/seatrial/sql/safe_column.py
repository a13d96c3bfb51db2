"""New columns and new types without rewriting a table under a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.column import AddedColumn, added_column
from seatrial.sql.safe_constraint import add_constraint, set_not_null
from seatrial.sql.safe_part import Altered, Part, batched
from seatrial.sql.text import default_name, expression, literal, quoted, spelled
from seatrial.sql.version_names import BUILT_IN

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import AlterTableCmd, ColumnDef, Node

__all__ = ["add_column", "alter_type"]

#: Functions that give one value for a whole statement: as a default it is stored once, not in every row.
#: Another one may be volatile; if it is not, the safe way does no harm.
_STABLE = (BUILT_IN - {"clock_timestamp", "gen_random_uuid", "random"}) | {"auth.uid", "auth.jwt", "auth.role"}


_INTEGERS = {"smallint": "int2", "integer": "int4", "bigint": "int8"}


def add_column(altered: Altered, command: AlterTableCmd) -> tuple[Part, ...]:
    """The safe way for ADD COLUMN; empty where a moment's lock is all that it takes."""
    definition = getattr(command, "def").column_def
    column = added_column(definition)
    if column.generated == "STORED":
        return _computed(altered, command, column)
    filled = column.serial or column.identity is not None or _is_volatile(column.default)
    empty = column.not_null and column.default is None and not column.fills_itself
    separate = [c for c in column.constraints if c.contype != pb.CONSTR_FOREIGN or column.default is not None]
    if not (filled or empty or separate):
        return ()
    constraints = [part for one in column.constraints for part in add_constraint(altered, one, of_new_column=True)]
    if not (filled or empty):
        return (_bare(altered, command, keep={pb.CONSTR_DEFAULT, pb.CONSTR_NULL, pb.CONSTR_NOTNULL}), *constraints)
    must = set_not_null(altered, [column.name]) if column.not_null or column.fills_itself else ()
    first = (_unfilled(altered, command, column),) if empty else _filled(altered, command, column)
    return (*first, *must, *_identity_at_last(altered, column), *constraints)


def _unfilled(altered: Altered, command: AlterTableCmd, column: AddedColumn) -> Part:
    name = quoted(column.name)
    says = f"Fill it in batches: UPDATE {altered.table} SET {name} = … WHERE {name} IS NULL."  # noqa: S608 - for reading
    return _bare(altered, command, says=(says,))


def _bare(
    altered: Altered,
    command: AlterTableCmd,
    *,
    keep: frozenset[int] | set[int] = frozenset(),
    says: tuple[str, ...] = (),
) -> Part:
    """The column without what is not kept; a serial as the integer that it is."""
    copy = pb.AlterTableCmd()
    copy.CopyFrom(command)
    definition = getattr(copy, "def").column_def
    kept = [one for one in definition.constraints if one.constraint.contype in keep]
    del definition.constraints[:]
    definition.constraints.extend(kept)
    column = added_column(getattr(command, "def").column_def)
    if column.serial:
        del definition.type_name.names[:]
        names = ("pg_catalog", _INTEGERS[column.type])
        definition.type_name.names.extend(pb.Node(string=pb.String(sval=name)) for name in names)
    return Part(says=says, statements=(altered.command(copy),), brief=True)


def _filled(altered: Altered, command: AlterTableCmd, column: AddedColumn) -> tuple[Part, ...]:
    """The default for new rows first, then the old rows in batches."""
    name, before, after = quoted(column.name), [], []
    value = expression(column.default) if column.default is not None else ""
    if column.serial:
        sequence = altered.beside(default_name(altered.name, column.name, "seq"))
        before = [f"CREATE SEQUENCE {sequence} AS {column.type}"]
        after = [f"ALTER SEQUENCE {sequence} OWNED BY {altered.table}.{name}"]
        value = f"nextval({literal(sequence)})"
    elif column.identity is not None:
        sequence = _filling_sequence(altered, column)
        before = [f"CREATE SEQUENCE {sequence}{_start(column)}"]
        value = f"nextval({literal(sequence)})"
    bare = _bare(altered, command)
    default = altered.alter(f"ALTER COLUMN {name} SET DEFAULT {value}")
    change = f"UPDATE {altered.table} SET {name} = DEFAULT"  # noqa: S608 - quoted names
    rows = batched(altered.table, change, f"{name} IS NULL")
    says = ("New rows get their value from here on, and no old row is written.",)
    return (Part(says=says, statements=(*before, *bare.statements, default, *after), brief=True), rows)


def _filling_sequence(altered: Altered, column: AddedColumn) -> str:
    return altered.beside(default_name(altered.name, column.name, "fill"))


def _start(column: AddedColumn) -> str:
    options = {o.def_elem.defname: o.def_elem.arg for o in column.identity.options} if column.identity else {}
    words = {"increment": " INCREMENT BY ", "start": " START WITH "}
    return "".join(word + expression(pb.Node(a_const=pb.A_Const(ival=options[key].integer)))
                   for key, word in words.items() if key in options)  # fmt: skip


def _identity_at_last(altered: Altered, column: AddedColumn) -> tuple[Part, ...]:
    """An identity can be given only to a column that is NOT NULL and has no default."""
    if column.identity is None:
        return ()
    definition = pb.ColumnDef(colname=column.name, type_name=pb.TypeName(names=[pb.Node(string=pb.String(sval="x"))]))
    definition.constraints.append(pb.Node(constraint=column.identity))
    text = altered.command(_adding(definition))
    identity = text[text.index(" GENERATED ") + 1 :]
    name, sequence = quoted(column.name), _filling_sequence(altered, column)
    own = f"pg_get_serial_sequence({literal(altered.table)}, {literal(column.name)})"
    return (
        Part(
            says=("The identity goes on where the filling has come to.",),
            statements=(
                altered.alter(f"ALTER COLUMN {name} DROP DEFAULT, ALTER COLUMN {name} ADD {identity}"),
                f"SELECT setval({own}, nextval({literal(sequence)}), false)",
                f"DROP SEQUENCE {sequence}",
            ),
            brief=True,
        ),
    )


def _adding(definition: ColumnDef) -> AlterTableCmd:
    command = pb.AlterTableCmd(subtype=pb.AT_AddColumn, behavior=pb.DROP_RESTRICT)
    getattr(command, "def").column_def.CopyFrom(definition)
    return command


def _computed(altered: Altered, command: AlterTableCmd, column: AddedColumn) -> tuple[Part, ...]:
    """A stored generated column can only be made by writing the table anew; a trigger keeps an ordinary one."""
    bare = _bare(altered, command)
    says = (
        "An ordinary column that a trigger computes; GENERATED … STORED writes the whole table anew under the lock.",
        "On PostgreSQL 18 and newer GENERATED … VIRTUAL stores nothing and needs no rewrite.",
    )
    return (
        Part(
            says=says,
            statements=(*bare.statements, *_trigger(altered, column.name, column.name, column.formula)),
            brief=True,
        ),
        _backfill(altered, column.name, column.formula),
        *(set_not_null(altered, [column.name]) if column.not_null else ()),
        *(part for one in column.constraints for part in add_constraint(altered, one)),
    )


def alter_type(altered: Altered, command: AlterTableCmd) -> tuple[Part, ...]:
    """ALTER COLUMN … TYPE: a second column with the new type, kept by a trigger, takes the name at last."""
    definition = getattr(command, "def").column_def
    new, old = default_name(command.name, "", "new"), default_name(command.name, "", "old")
    value = definition.raw_default if definition.HasField("raw_default") else _cast(command.name, definition)
    added = pb.ColumnDef(colname=new, type_name=definition.type_name)
    if definition.HasField("coll_clause"):
        added.coll_clause.CopyFrom(definition.coll_clause)
    sync = default_name(altered.name, command.name, "sync")
    name = quoted(command.name)
    return (
        Part(
            says=(
                "Where no row has to be written (a longer varchar, say) the statement itself will do.",
                f"{quoted(new)} follows {name} from here on.",
            ),
            statements=(altered.command(_adding(added)), *_trigger(altered, command.name, new, value)),
            brief=True,
        ),
        _backfill(altered, new, value),
        Part(
            says=(
                f"First give {quoted(new)} what {name} has, the safe way:",
                "NOT NULL, default, constraints, indexes, grants.",
            ),
            statements=(
                f"DROP TRIGGER {quoted(sync)} ON {altered.table}",
                f"DROP FUNCTION {altered.beside(sync)}()",
                altered.alter(f"RENAME COLUMN {name} TO {quoted(old)}"),
                altered.alter(f"RENAME COLUMN {quoted(new)} TO {name}"),
            ),
            brief=True,
        ),
        Part(
            says=(f"In a later release, when nothing reads {quoted(old)}:",),
            statements=(altered.alter(f"DROP COLUMN {quoted(old)}"),),
            brief=True,
            later=True,
        ),
    )


def _cast(name: str, definition: ColumnDef) -> Node:
    column = pb.Node(column_ref=pb.ColumnRef(fields=[pb.Node(string=pb.String(sval=name))]))
    return pb.Node(type_cast=pb.TypeCast(arg=column, type_name=definition.type_name))


def _trigger(altered: Altered, source: str, column: str, value: Node) -> tuple[str, str]:
    name = default_name(altered.name, source, "sync")
    body = f"BEGIN NEW.{quoted(column)} := {_of_new_row(value)}; RETURN NEW; END"
    event = f"BEFORE INSERT OR UPDATE ON {altered.table} FOR EACH ROW"
    return (
        f"CREATE FUNCTION {altered.beside(name)}() RETURNS trigger LANGUAGE plpgsql AS $sync$ {body} $sync$",
        f"CREATE TRIGGER {quoted(name)} {event} EXECUTE FUNCTION {altered.beside(name)}()",
    )


def _of_new_row(value: Node) -> str:
    copy = pb.Node()
    copy.CopyFrom(value)
    for _, found in postgast.walk(copy):
        if isinstance(found, pb.ColumnRef) and found.fields[-1].HasField("string"):
            column = pb.Node()
            column.CopyFrom(found.fields[-1])
            del found.fields[:]
            found.fields.extend([pb.Node(string=pb.String(sval="new")), column])
    return expression(copy)


def _backfill(altered: Altered, column: str, value: Node) -> Part:
    text, name = expression(value), quoted(column)
    change = f"UPDATE {altered.table} SET {name} = {text}"  # noqa: S608 - quoted names
    return batched(altered.table, change, f"{name} IS NULL AND ({text}) IS NOT NULL")


def _is_volatile(default: Node | None) -> bool:
    if default is None:
        return False
    calls = [found for _, found in postgast.walk(default) if isinstance(found, pb.FuncCall)]
    return any(spelled(call.funcname).removeprefix("pg_catalog.") not in _STABLE for call in calls)
