"""What statements do to tables, their columns, constraints, indexes, policies and triggers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.schema import Index, Life, Policy, TableColumn, TableConstraint, Trigger
from seatrial.schema.draft import TableDraft, ended
from seatrial.schema.dynamic import event_trigger
from seatrial.schema.privileges import initial
from seatrial.sql.text import default_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.commands import (
        Action,
        AlterPolicy,
        AlterTable,
        Column,
        Constraint,
        CreateIndex,
        CreatePolicy,
        CreateTable,
        CreateTrigger,
    )
    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion
    from seatrial.schema.draft import Draft

__all__ = ["alter_policy", "alter_table", "create_index", "create_policy", "create_table", "create_trigger"]

_SUFFIX = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check", "exclude": "excl",
           "not null": "not_null"}  # fmt: skip


def create_table(draft: Draft, occasion: Occasion, command: CreateTable) -> None:
    """A table that is there already stays as it is: IF NOT EXISTS says so, and without it the statement fails."""
    if draft.table(command.table) is not None:
        return
    life = Life(made=occasion)
    made = TableDraft(life=life, name=command.table, privileges=initial(draft, command.table, "table"))
    made.facts = {
        "temporary": command.temporary, "unlogged": command.unlogged, "foreign": command.foreign,
        "partitioned": command.partitioned, "partition_of": command.partition_of, "inherits": command.inherits,
        "row_security": bool(draft.securing),
    }  # fmt: skip
    for parent in filter(None, (*command.like, *command.inherits, command.partition_of)):
        _take_columns(draft, made, parent, life)
    for column in command.columns:
        _add_column(made, column, life)
    for constraint in command.constraints:
        _add_constraint(made, constraint, life)
    draft.add_table(made)


def _take_columns(draft: Draft, made: TableDraft, parent: str, life: Life) -> None:
    source = draft.table(parent)
    if source is not None:
        made.columns += [replace(one, life=life) for one in source.columns if one.life.gone is None]


def _add_column(table: TableDraft, column: Column, life: Life) -> None:
    table.columns.append(TableColumn(life=life, column=column, not_null=column.not_null))
    for constraint in column.constraints:
        _add_constraint(table, constraint, life)


def _add_constraint(table: TableDraft, constraint: Constraint, life: Life) -> None:
    short = table.name.partition(".")[2]
    columns = () if constraint.kind == "primary key" else constraint.columns
    name = constraint.name or default_name(short, "_".join(columns), _SUFFIX.get(constraint.kind, "check"))
    found = constraint
    if constraint.using_index:
        used = next((one for one in table.indexes if one.name == constraint.using_index and not one.life.gone), None)
        found = replace(constraint, columns=used.index.columns if used else constraint.columns)
    table.constraints.append(TableConstraint(life=life, name=name, constraint=found, valid=not constraint.not_valid))
    if constraint.kind in {"primary key", "not null"}:
        for column in found.columns:
            _set_null(table, column, not_null=True)


def _set_null(table: TableDraft, name: str, *, not_null: bool) -> None:
    for number, one in enumerate(table.columns):
        if one.name == name and one.life.gone is None:
            table.columns[number] = replace(one, not_null=not_null)


def alter_table(draft: Draft, occasion: Occasion, command: AlterTable) -> None:
    """Every action, in order."""
    table = draft.table(command.table)
    if table is None:
        _alter_view(draft, command)
        return
    for action in command.actions:
        change = _CHANGES.get(action.kind)
        if change is not None:
            change(table, action, occasion)
        elif action.kind in {"attach partition", "detach partition"}:
            child = draft.table(action.name)
            if child is not None:
                child.facts["partition_of"] = command.table if action.kind == "attach partition" else ""


def _alter_view(draft: Draft, command: AlterTable) -> None:
    for place in draft.views_named(command.table):
        for action in command.actions:
            view = draft.views[place]
            if action.kind == "set options":
                draft.views[place] = replace(view, options={**view.options, **action.options})
            elif action.kind == "owner":
                draft.views[place] = replace(view, owner=action.name)


def _new_column(table: TableDraft, action: Action, occasion: Occasion) -> None:
    there = any(one.name == action.name and one.life.gone is None for one in table.columns)
    if action.column is not None and not there:
        _add_column(table, action.column, Life(made=occasion))


def _drop_column(table: TableDraft, action: Action, occasion: Occasion) -> None:
    table.change(table.columns, action.name, occasion)
    for number, one in enumerate(table.constraints):
        if one.life.gone is None and action.name in one.constraint.columns:
            table.constraints[number] = replace(one, life=ended(one.life, occasion))
    for number, made in enumerate(table.indexes):
        if made.life.gone is None and action.name in made.index.columns:
            table.indexes[number] = replace(made, life=ended(made.life, occasion))


def _set_type(table: TableDraft, action: Action, occasion: Occasion) -> None:
    changed = action.column
    if changed is not None:
        table.change(
            table.columns, action.name, occasion,
            lambda one: replace(one, column=replace(one.column, type=changed.type, serial=False)),
        )  # fmt: skip


def _set_default(table: TableDraft, action: Action, occasion: Occasion) -> None:
    default: Expression | None = action.expression
    table.change(
        table.columns, action.name, occasion, lambda one: replace(one, column=replace(one.column, default=default))
    )


def _new_constraint(table: TableDraft, action: Action, occasion: Occasion) -> None:
    if action.constraint is not None:
        _add_constraint(table, action.constraint, Life(made=occasion))


def _validate(table: TableDraft, action: Action, _: Occasion) -> None:
    for number, one in enumerate(table.constraints):
        if one.name == action.name and one.life.gone is None:
            table.constraints[number] = replace(one, valid=True)


def _fact(name: str, value: object) -> Callable[[TableDraft, Action, Occasion], None]:
    def change(table: TableDraft, _: Action, __: Occasion) -> None:
        table.facts[name] = value

    return change


def _owner(table: TableDraft, action: Action, _: Occasion) -> None:
    table.facts["owner"] = action.name


def _identity(table: TableDraft, action: Action, _: Occasion) -> None:
    table.facts["replica_identity"] = action.detail


_CHANGES: dict[str, Callable[[TableDraft, Action, Occasion], None]] = {
    "add column": _new_column,
    "drop column": _drop_column,
    "set type": _set_type,
    "set default": _set_default,
    "drop default": _set_default,
    "set not null": lambda table, action, _: _set_null(table, action.name, not_null=True),
    "drop not null": lambda table, action, _: _set_null(table, action.name, not_null=False),
    "add constraint": _new_constraint,
    "drop constraint": lambda table, action, occasion: table.change(table.constraints, action.name, occasion),
    "validate constraint": _validate,
    "enable row security": _fact("row_security", value=True),
    "disable row security": _fact("row_security", value=False),
    "force row security": _fact("forced", value=True),
    "no force row security": _fact("forced", value=False),
    "set logged": _fact("unlogged", value=False),
    "set unlogged": _fact("unlogged", value=True),
    "owner": _owner,
    "replica identity": _identity,
}


def create_index(draft: Draft, occasion: Occasion, command: CreateIndex) -> None:
    """An index that is there already stays."""
    table = draft.table(command.table)
    if table is None:
        return
    words = [name or "expr" for name in command.columns]
    name = command.index or default_name(table.name.partition(".")[2], "_".join(words), "idx")
    if not any(one.name == name and one.life.gone is None for one in table.indexes):
        table.indexes.append(Index(life=Life(made=occasion), name=name, index=command))


def create_policy(draft: Draft, occasion: Occasion, command: CreatePolicy) -> None:
    """A policy."""
    table = draft.table(command.table)
    if table is not None:
        table.policies.append(
            Policy(
                life=Life(made=occasion), name=command.policy, table=command.table, command=command.command,
                permissive=command.permissive, roles=command.roles, using=command.using, check=command.check,
            )
        )  # fmt: skip


def alter_policy(draft: Draft, occasion: Occasion, command: AlterPolicy) -> None:
    """What the statement does not say stays; its place is from now on that of the statement."""
    table = draft.table(command.table)
    if table is None:
        return

    def changed(one: Policy) -> Policy:
        return replace(
            one, roles=command.roles or one.roles,
            using=command.using or _moved(one.using, occasion), check=command.check or _moved(one.check, occasion),
        )  # fmt: skip

    table.change(table.policies, command.policy, occasion, changed)


def _moved(expression: Expression | None, occasion: Occasion) -> Expression | None:
    """Its parts lie in another file, perhaps."""
    if expression is None:
        return None
    offset = occasion.offset
    return replace(
        expression, offset=offset,
        calls=tuple(replace(one, offset=offset) for one in expression.calls),
        comparisons=tuple(replace(one, offset=offset) for one in expression.comparisons),
        subqueries=tuple(replace(one, offset=offset) for one in expression.subqueries),
    )  # fmt: skip


def create_trigger(draft: Draft, occasion: Occasion, command: CreateTrigger) -> None:
    """A trigger or a rule of a table, or an event trigger."""
    if command.timing == "event trigger":
        event_trigger(draft, command)
    table = draft.table(command.table)
    if table is not None:
        table.change(table.triggers, command.trigger, occasion)
        table.triggers.append(
            Trigger(
                life=Life(made=occasion), name=command.trigger, table=command.table, function=command.function,
                timing=command.timing, events=command.events,
            )
        )  # fmt: skip
