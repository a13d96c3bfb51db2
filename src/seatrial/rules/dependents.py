"""What of the files still uses a table, a column, a function or a type when a statement drops or renames it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.commands import Data, Truncate
from seatrial.rules.alive import alive
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Function, Life, Occasion, Policy, Schema, Table, View

__all__ = ["Dependent", "of_column", "of_function", "of_relation", "of_type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """One object that uses it."""

    #: `the view "public.starred"`
    said: str
    #: Made by the same file: nobody has ever seen it.
    fresh: bool
    #: PostgreSQL knows of it: without CASCADE the drop is refused. What bodies of functions use, it does not know.
    tracked: bool


def of_relation(schema: Schema, name: str, occasion: Occasion) -> Iterator[Dependent]:
    """Of a table or a view, right before a statement."""
    for view in _views(schema, occasion):
        if view.name != name and name in view.made.query.tables:
            yield _of("view", view.name, view.life, occasion)
    yield from _in_tables(schema, name, occasion)
    for function in _functions(schema, occasion):
        if any(name in _mentioned(inner.command) for inner in function.made.inner if not inner.guarded):
            yield _of("function", function.name, function.life, occasion, tracked=False)


def of_column(schema: Schema, name: str, column: str, occasion: Occasion) -> Iterator[Dependent]:
    """Of a column; what goes with it, an index or a check, is none of them."""
    table = schema.table(name, before=occasion)
    if table is None:
        return
    for view in _views(schema, occasion):
        # Of a view on several tables nobody can tell whose column it is.
        if view.made.query.tables == (name,) and column in view.made.query.columns:
            yield _of("view", view.name, view.life, occasion)
    for policy in alive(table.policies, occasion):
        if any(column in each.columns for each in _conditions(policy)):
            yield _of("policy", policy.name, policy.life, occasion, table.name)
    for other in alive(table.columns, occasion):
        made = other.column.generated
        if made and column in made.columns:
            yield _of("generated column", other.name, other.life, occasion, table.name)


def of_function(schema: Schema, name: str, occasion: Occasion) -> Iterator[Dependent]:
    """Of a function; none where another one of that name stays, as nobody can tell which is meant."""
    if sum(one.name == name for one in _functions(schema, occasion)) > 1:
        return
    said = {name, name.removeprefix("public.")}
    for view in _views(schema, occasion):
        if said & view.made.query.names:
            yield _of("view", view.name, view.life, occasion)
    for table in _tables(schema, occasion):
        yield from _calling(table, name, said, occasion)


def of_type(schema: Schema, name: str, occasion: Occasion) -> Iterator[Dependent]:
    """Of a type or a domain."""
    said = {name, name.removeprefix("public."), f"{name}[]", f"{name.removeprefix('public.')}[]"}
    for table in _tables(schema, occasion):
        for column in alive(table.columns, occasion):
            if column.column.type in said:
                yield _of("column", column.name, column.life, occasion, table.name)
    for function in _functions(schema, occasion):
        if {function.made.returns, *(each.type for each in function.made.parameters)} & said:
            yield _of("function", function.name, function.life, occasion)


def _in_tables(schema: Schema, name: str, occasion: Occasion) -> Iterator[Dependent]:
    for table in _tables(schema, occasion):
        if table.name == name:
            continue
        for key in alive(table.foreign_keys, occasion):
            if key.constraint.parent == name:
                yield _of("foreign key", key.name, key.life, occasion, table.name)
        for policy in alive(table.policies, occasion):
            if any(name in each.tables for each in _conditions(policy)):
                yield _of("policy", policy.name, policy.life, occasion, table.name)


def _calling(table: Table, name: str, said: set[str], occasion: Occasion) -> Iterator[Dependent]:
    for policy in alive(table.policies, occasion):
        if any(said & each.names for each in _conditions(policy)):
            yield _of("policy", policy.name, policy.life, occasion, table.name, restrictive=not policy.permissive)
    for trigger in alive(table.triggers, occasion):
        if trigger.function == name:
            yield _of("trigger", trigger.name, trigger.life, occasion, table.name)
    for column in alive(table.columns, occasion):
        used = (column.column.default, column.column.generated)
        if any(said & each.names for each in used if each):
            yield _of("column", column.name, column.life, occasion, table.name)


def _of(  # a record, from what each kind of object has
    kind: str,
    name: str,
    life: Life,
    occasion: Occasion,
    table: str = "",
    *,
    tracked: bool = True,
    restrictive: bool = False,
) -> Dependent:
    said = f"the {'restrictive ' * restrictive}{kind} {quoted(name)}" + (f" of {table}" if table else "")
    fresh = life.made.script.source.path == occasion.script.source.path
    return Dependent(said=said, fresh=fresh, tracked=tracked)


def _views(schema: Schema, occasion: Occasion) -> Iterator[View]:
    return (one for one in schema.all_views if one.life.lasts(occasion))


def _functions(schema: Schema, occasion: Occasion) -> Iterator[Function]:
    return (one for one in schema.all_functions if one.life.lasts(occasion))


def _tables(schema: Schema, occasion: Occasion) -> Iterator[Table]:
    """As they are at the end: what they hold is asked for by its own life."""
    return (one for one in schema.all_tables if one.life.lasts(occasion))


def _conditions(policy: Policy) -> Iterator[Expression]:
    yield from (each for each in (policy.using, policy.check) if each)


def _mentioned(command: object) -> tuple[str, ...]:
    if isinstance(command, Data):
        return (command.table, *command.query.tables)
    return command.tables if isinstance(command, Truncate) else ()
