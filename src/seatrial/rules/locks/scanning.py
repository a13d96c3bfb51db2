"""Statements that read a table in use from end to end under a lock, as far as the files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateDomain
from seatrial.model.evidence import LockMode
from seatrial.rules.before import is_proved
from seatrial.rules.locks.reading import bare, made_not_null, work
from seatrial.rules.naming import quoted
from seatrial.rules.once import once
from seatrial.rules.spelling import default_name, name, names, relation
from seatrial.rules.usage import is_in_use

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.commands import Action, Column, Constraint
    from seatrial.model.schema import Occasion, Schema, Table
    from seatrial.rules.locks.reading import Work

__all__ = ["scans"]

#: Actions whose lock nobody minds.
_LIGHT = frozenset({"validate constraint", "set statistics", "set options", "reset options"})
_LATER = "-- in a migration of its own, with nobody waiting:"


@once
def scans(schema: Schema) -> Iterator[Work]:
    """Each action that does, in order."""
    locked: set[tuple[str, int, str]] = set()
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, CreateDomain):
            yield from _domain(schema, occasion, command)
        if not isinstance(command, AlterTable) or command.kind != "table":
            continue
        if is_in_use(schema, command.table, occasion):
            known = schema.table(command.table, before=occasion)
            held = (*occasion.transaction, command.table) in locked
            for action in command.actions:
                if action.kind == "set not null" and is_proved(schema, known, action.name, occasion):
                    continue
                yield from _action(occasion, command.table, known, action, held=held)
        yield from _attached(schema, occasion, command)
        if any(action.kind not in _LIGHT for action in command.actions):
            locked.add((*occasion.transaction, command.table))


def _action(occasion: Occasion, table: str, known: Table | None, action: Action, *, held: bool) -> Iterator[Work]:
    new = action.column
    if action.kind == "add constraint" and action.constraint and not action.constraint.not_valid:
        yield from _constraint(occasion, table, action, action.constraint)
    elif action.kind == "add column" and new and not (action.if_exists and known and known.column(new.name)):
        yield from _column(occasion, table, action, new)
    elif action.kind == "set not null":
        fix = made_not_null(table, action.name)
        yield work(occasion, table, why=f"each row is asked for {quoted(action.name)}", fix=fix, offset=action.offset)
    elif action.kind == "validate constraint" and held:
        why = f"{quoted(action.name)} is validated by the transaction that has locked the table already"
        fix = f"{_LATER}\nalter table {relation(table)} validate constraint {name(action.name)};"
        yield work(occasion, table, why=why, fix=fix, offset=action.offset)


def _column(occasion: Occasion, table: str, action: Action, column: Column) -> Iterator[Work]:
    """PostgreSQL reads nothing for a foreign key of a column that is NULL in every row."""
    for constraint in column.constraints:
        if constraint.kind == "check" or (constraint.kind == "foreign key" and column.default):
            yield from _constraint(occasion, table, action, constraint, of=column)


def _constraint(
    occasion: Occasion, table: str, action: Action, constraint: Constraint, *, of: Column | None = None
) -> Iterator[Work]:
    columns = constraint.columns or ((of.name,) if of else ())
    called = constraint.name or default_name(table, columns, constraint.kind)
    target = relation(table)
    mode = LockMode.ACCESS_EXCLUSIVE
    if constraint.kind == "check" and constraint.expression:
        body, why = f"check ({constraint.expression.text})", f"each row is put to the check {quoted(called)}"
    elif constraint.kind == "foreign key":
        body, why = _references(columns, constraint), f"each row is looked up in {quoted(constraint.parent)}"
        mode = mode if of else LockMode.SHARE_ROW_EXCLUSIVE
    elif constraint.kind == "not null" and columns:
        body, why = f"not null {names(columns)}", f"each row is asked for {quoted(columns[0])}"
    else:
        return
    fix = (
        f"{bare(table, of) if of else ''}alter table {target} add constraint {name(called)} {body} not valid;\n"
        f"{_LATER}\n"
        f"alter table {target} validate constraint {name(called)};"
    )
    yield work(occasion, table, why=why, fix=fix, offset=action.offset, mode=mode, also=constraint.parent)


def _references(columns: Collection[str], constraint: Constraint) -> str:
    parts = [f"foreign key ({names(columns)}) references {relation(constraint.parent)}"]
    if constraint.parent_columns:
        parts.append(f"({names(constraint.parent_columns)})")
    if constraint.on_update:
        parts.append(f"on update {constraint.on_update}")
    if constraint.on_delete:
        parts.append(f"on delete {constraint.on_delete}")
    return " ".join(parts)


def _attached(schema: Schema, occasion: Occasion, command: AlterTable) -> Iterator[Work]:
    for action in command.actions:
        part = schema.table(action.name, before=occasion) if action.kind == "attach partition" else None
        if part is None or schema.is_new(part.name, occasion) or any(_checks(part)):
            continue
        fix = (
            f"alter table {relation(part.name)} add constraint {name('fits')} check (…) not valid; -- its bounds\n"
            f"{_LATER}\nalter table {relation(part.name)} validate constraint {name('fits')};"
        )
        why = f"each row is put to the bounds of {quoted(command.table)}, as no CHECK proves them"
        yield work(occasion, part.name, why=why, fix=fix, offset=action.offset)


def _checks(table: Table) -> Iterator[bool]:
    yield from (True for one in table.constraints if one.constraint.kind == "check" and one.valid)
    yield from (True for column in table.columns for one in column.column.constraints if one.kind == "check")


def _domain(schema: Schema, occasion: Occasion, command: CreateDomain) -> Iterator[Work]:
    if command.not_valid or command.alters not in {"add constraint", "set not null"}:
        return
    spelled = {command.domain, command.domain.removeprefix("public.")}
    for table in schema.all_tables:
        there = schema.table(table.name, before=occasion)
        if there is None or there.life != table.life or not is_in_use(schema, table.name, occasion):
            continue
        if column := next((one.name for one in there.columns if one.column.type in spelled), ""):
            fix = (
                f"alter domain {relation(command.domain)} add constraint … check (…) not valid;\n"
                f"{_LATER}\nalter domain {relation(command.domain)} validate constraint …;"
            )
            why = f"each row's {quoted(column)} is put to the new condition of its domain"
            yield work(occasion, table.name, why=why, fix=fix)
