"""Statements that write a table in use anew, as far as the files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateDomain, CreateType, Maintain
from seatrial.rules.before import was_unlogged
from seatrial.rules.locks.maintenance import maintained
from seatrial.rules.locks.reading import filled, made_not_null, work
from seatrial.rules.locks.types import is_rewrite
from seatrial.rules.naming import quoted
from seatrial.rules.once import once
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import is_in_use

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.commands import Action, Column
    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema, Table
    from seatrial.rules.locks.reading import Work

__all__ = ["rewrites"]

_VOLATILE = frozenset({
    "clock_timestamp", "gen_random_bytes", "gen_random_uuid", "gen_salt", "nextval", "random", "random_normal",
    "timeofday", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7",
})  # fmt: skip
_STORAGE = {
    "set logged": "it is logged from now on", "set unlogged": "it is no longer logged",
    "set access method": "it gets another access method", "set tablespace": "it moves to another tablespace",
    "set expression": "a stored column is computed anew",
}  # fmt: skip
_QUIET = (
    "set local lock_timeout = '2s';\n-- there is no way around the copying: deploy it when nobody works on the table"
)


@once
def rewrites(schema: Schema) -> Iterator[Work]:
    """Each action that does, in order."""
    domains: set[str] = set()
    for occasion in schema.occasions:
        match occasion.command:
            case CreateDomain(domain=domain, constrained=constrained, alters=alters):
                if constrained or alters in {"add constraint", "set not null"}:
                    domains.add(domain)
            case AlterTable(table=table, kind="table") as altered if is_in_use(schema, table, occasion):
                known = schema.table(table, before=occasion)
                for action in altered.actions:
                    if found := _action(schema, occasion, known, action, domains):
                        yield work(occasion, table, why=found[0], fix=found[1], offset=action.offset)
            case Maintain() as maintain:
                yield from maintained(schema, occasion, maintain)
            case _:
                pass


def _action(
    schema: Schema, occasion: Occasion, known: Table | None, action: Action, domains: Collection[str]
) -> tuple[str, str] | None:
    table = occasion.command.table if isinstance(occasion.command, AlterTable) else ""
    if action.kind == "add column" and action.column:
        if action.if_exists and known and known.column(action.column.name):
            return None
        return _added(schema, table, known, action.column, domains)
    if action.kind == "set type" and action.column and known:
        return _retyped(schema, table, known, action)
    if action.kind in _STORAGE and not _is_so(schema, occasion, table, action):
        return _STORAGE[action.kind], _QUIET
    return None


def _added(
    schema: Schema, table: str, known: Table | None, column: Column, domains: Collection[str]
) -> tuple[str, str] | None:
    said, plain = quoted(column.name), f"alter table {relation(table)} add column {name(column.name)}"
    if column.serial or column.identity:
        kind = {"serial": "int4", "bigserial": "int8", "smallserial": "int2"}.get(column.type, column.type)
        sequence = relation(f"{table}_{column.name}_seq")
        value = f"nextval('{sequence}')"
        fix = f"{plain} {kind};\ncreate sequence {sequence} owned by {relation(table)}.{name(column.name)};\n"
        return f"every row gets a number of its own in {said}", fix + _in_batches(table, known, column, value)
    if column.generated and column.stored:
        virtual = f"{plain} {column.type} generated always as ({column.generated.text}) virtual;"
        return f"{said} is computed for every row and stored", f"-- from PostgreSQL 18 on:\n{virtual}"
    if column.default and _is_volatile(schema, column.default):
        fix = f"{plain} {column.type};\n" + _in_batches(table, known, column, column.default.text)
        return f"the default of {said} differs from row to row", fix
    if _full(column.type) in domains:
        fix = f"Give {said} the plain type, and the domain's condition as a CHECK … NOT VALID that is validated later"
        return f"the type of {said} is a domain with a condition", fix
    return None


def _in_batches(table: str, known: Table | None, column: Column, value: str) -> str:
    first = f"alter table {relation(table)} alter column {name(column.name)} set default {value};"
    last = [made_not_null(table, column.name)] if column.not_null or column.serial or column.identity else []
    return "\n".join([first, filled(table, known, column.name, "default"), *last])


def _is_volatile(schema: Schema, default: Expression) -> bool:
    for called in default.names:
        if called.rpartition(".")[2] in _VOLATILE or any(
            f.made.volatility == "volatile" for f in schema.called(called)
        ):
            return True
    return False


def _retyped(schema: Schema, table: str, known: Table, action: Action) -> tuple[str, str] | None:
    column = known.column(action.name)
    if column is None or action.column is None:
        return None
    using, was, becomes = action.expression, column.column.type, action.column.type
    of_enum = (using or was != becomes) and not _enums(schema).isdisjoint({_full(was), _full(becomes)})
    if not (is_rewrite(was, becomes) or of_enum or (using and using.calls)):
        return None
    new = f"{action.name}_new"
    value = using.text if using and using.text else f"{name(action.name)}::{becomes}"
    fix = (
        f"alter table {relation(table)} add column {name(new)} {becomes};\n"
        "-- let a trigger fill it for new rows; for the old ones,\n"
        f"{filled(table, known, new, value)}\n"
        f"-- let the application read {name(new)}, and drop {name(action.name)} in a later migration"
    )
    return f"{quoted(action.name)} of type {was} becomes {becomes}", fix


def _enums(schema: Schema) -> set[str]:
    made = (one.command for one in schema.occasions)
    return {one.type for one in made if isinstance(one, CreateType) and one.kind == "enum"}


def _full(type_: str) -> str:
    return type_ if "." in type_ else f"public.{type_}"


def _is_so(schema: Schema, occasion: Occasion, table: str, action: Action) -> bool:
    """Whether the table is that way already."""
    if action.kind in {"set logged", "set unlogged"}:
        return was_unlogged(schema, table, occasion) == (action.kind == "set unlogged")
    return action.kind == "set access method" and action.name in {"heap", "default", ""}
