"""A table, column, view, function, schema or value that gets another name while the application uses the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterEnum, CreateSchema, CreateType, Rename, SetSchema
from seatrial.model.finding import Level
from seatrial.rules.dependents import of_relation
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import is_fresh, is_in_use, later_in_file, made_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_RELATIONS = frozenset({"table", "foreign table", "view", "materialized view"})
_ROUTINES = frozenset({"function", "procedure", "routine"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such name, unless the same file gives the old name to something in its place."""
    for occasion in schema.occasions:
        match occasion.command:
            case Rename(kind="column", name=table, part=old, new=new) if _is_old_column(schema, table, old, occasion):
                yield _hit(occasion, f"{table}.{old}", f"{table}.{new}", "42703", _both(table, old, new))
            case Rename(kind=kind, name=old, new=new) if kind != "column" and _is_used(schema, kind, old, occasion):
                schema_name, dot, _ = old.rpartition(".")
                full = f"{schema_name}{dot}{new}"
                yield _hit(occasion, old, full, _code(kind), _bridge(kind, old, full), _broken(schema, old, occasion))
            case SetSchema(kind=kind, name=old, schema=target) if _is_used(schema, kind, old, occasion):
                full = f"{target}.{old.rpartition('.')[2]}"
                yield _hit(occasion, old, full, _code(kind), _bridge(kind, old, full), _broken(schema, old, occasion))
            case AlterEnum(type=of, renamed=old, value=new) if old and not _is_fresh_type(schema, of, occasion):
                fix = (
                    f"alter type {relation(of)} add value '{new}' after '{old}';\n-- and change over row by row, later"
                )
                yield _hit(occasion, f"{of} '{old}'", f"'{new}'", "22P02", fix)
            case _:
                pass


def _hit(occasion: Occasion, old: str, new: str, code: str, fix: str, broken: str = "") -> Hit:
    effect = f"what is running still says {old}, and fails with {code} from the moment this is committed"
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"{quoted(old)} becomes {quoted(new)}",
        effect=f"{effect}; so do {broken}" if broken else effect,
        fix=fix,
    )


def _is_old_column(schema: Schema, table: str, column: str, occasion: Occasion) -> bool:
    if not is_in_use(schema, table, occasion):
        return False
    known = schema.table(table, before=occasion)
    found = known.column(column) if known else None
    return found is None or not is_fresh(schema, found.life, occasion)


def _is_used(schema: Schema, kind: str, old: str, occasion: Occasion) -> bool:
    if kind == "schema":
        return not _is_fresh_schema(schema, old, occasion)
    if kind in _RELATIONS:
        return is_in_use(schema, old, occasion) and not _is_replaced(schema, old, occasion)
    if kind in _ROUTINES:
        found = [one for one in schema.all_functions if one.name == old and one.life.made.number < occasion.number]
        fresh = any(is_fresh(schema, one.life, occasion) for one in found)
        triggers = bool(found) and all(one.made.returns == "trigger" for one in found)
        return not (fresh or triggers or made_again(schema, old, occasion))
    return False


def _is_replaced(schema: Schema, old: str, occasion: Occasion) -> bool:
    """Whether something else takes the old name in the same file: a view, or the table that was built beside it."""
    own = old.rpartition(".")[2]
    return made_again(schema, old, occasion) or any(
        isinstance(one.command, Rename) and one.command.kind in _RELATIONS and one.command.new == own
        for one in later_in_file(schema, occasion)
    )


def _is_fresh_schema(schema: Schema, named: str, occasion: Occasion) -> bool:
    path = occasion.script.source.path
    return any(
        isinstance(one.command, CreateSchema) and one.command.schema == named and one.script.source.path == path
        for one in schema.occasions[: occasion.number]
    )


def _is_fresh_type(schema: Schema, named: str, occasion: Occasion) -> bool:
    path = occasion.script.source.path
    return any(
        isinstance(one.command, CreateType) and one.command.type == named and one.script.source.path == path
        for one in schema.occasions[: occasion.number]
    )


def _broken(schema: Schema, old: str, occasion: Occasion) -> str:
    return joined(one.said for one in of_relation(schema, old, occasion) if not one.tracked)


def _code(kind: str) -> str:
    return "3F000" if kind == "schema" else "42883" if kind in _ROUTINES else "42P01"


def _bridge(kind: str, old: str, new: str) -> str:
    if kind in _RELATIONS:
        view = f"create view {relation(old)} with (security_invoker = true) as select * from {relation(new)};"  # noqa: S608 - a text for a person
        return f"-- in the same file, until the application says the new name:\n{view}"
    if kind in _ROUTINES:
        return f"Create {relation(new)} beside it, and drop {relation(old)} when nothing calls it any more"
    return f"Make {name(new)} beside it, and move one object after the other when nothing uses its old name any more"


def _both(table: str, old: str, new: str) -> str:
    target = relation(table)
    return (
        f"alter table {target} add column {name(new)} …;\n"
        f"-- let a trigger keep {name(old)} and {name(new)} the same until the application says the new name only"
    )
