"""What statements do to functions, views, and things of any kind: making, dropping, renaming, commenting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.schema import Function, Life, View
from seatrial.schema.draft import TableDraft, ended, types_of
from seatrial.schema.privileges import initial

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.commands import (
        AlterFunction,
        AlterPublication,
        ChangeOwner,
        Comment,
        CreateFunction,
        CreateView,
        Drop,
        Rename,
        SetSchema,
    )
    from seatrial.model.schema import Occasion
    from seatrial.schema.draft import Draft

__all__ = [
    "alter_function", "alter_publication", "change_owner", "comment", "create_function", "create_view", "drop",
    "rename", "set_schema",
]  # fmt: skip


def create_function(draft: Draft, occasion: Occasion, command: CreateFunction) -> None:
    """A function; one that is replaced keeps its privileges."""
    new = Function(life=Life(made=occasion), name=command.function, made=command)
    places = draft.functions_named(command.function, types_of(new))
    old = draft.functions[places[0]] if places else None
    draft.end(draft.functions, places, occasion)
    if old is not None:
        new = replace(new, privileges=old.privileges, owner=old.owner, comment=old.comment)
    else:
        new = replace(new, privileges=tuple(initial(draft, command.function, "function")))
    draft.add_function(new)


def alter_function(draft: Draft, _: Occasion, command: AlterFunction) -> None:
    """What the statement does not say stays."""
    for place in draft.functions_named(command.function, command.types):
        made = draft.functions[place].made
        kept = {} if "all" in command.reset else {k: v for k, v in made.settings.items() if k not in command.reset}
        said = {
            "definer": command.definer, "volatility": command.volatility, "parallel": command.parallel,
            "leakproof": command.leakproof,
        }  # fmt: skip
        changes = {name: value for name, value in said.items() if value is not None}
        changed = replace(made, settings={**kept, **command.settings}, **changes)  # type: ignore[arg-type]
        draft.functions[place] = replace(draft.functions[place], made=changed)


def create_view(draft: Draft, occasion: Occasion, command: CreateView) -> None:
    """A view; one that is replaced keeps its privileges, and has the options of the new one."""
    places = draft.views_named(command.view)
    if command.temporary or (places and command.if_not_exists):
        return
    old = draft.views[places[0]] if places else None
    draft.end(draft.views, places, occasion)
    privileges = old.privileges if old else tuple(initial(draft, command.view, "table"))
    kept = {"owner": old.owner, "comment": old.comment} if old else {}
    draft.add_view(
        View(
            life=Life(made=occasion), name=command.view, made=command, options=command.options,
            privileges=privileges, **kept,
        )
    )  # fmt: skip


def drop(draft: Draft, occasion: Occasion, command: Drop) -> None:
    """What the statement names is gone, and with a schema all that lies in it."""
    change = _DROPS.get(command.kind)
    if change is not None:
        change(draft, occasion, command)


def _drop_parts(draft: Draft, occasion: Occasion, command: Drop) -> None:
    table = draft.table(command.table)
    if table is None:
        return
    for name in command.names:
        if command.kind == "policy":
            table.change(table.policies, name, occasion)
        else:
            table.change(table.triggers, name, occasion)


def _drop_functions(draft: Draft, occasion: Occasion, command: Drop) -> None:
    for name, types in zip(command.names, command.signatures, strict=True):
        draft.end(draft.functions, draft.functions_named(name, types), occasion)


def _drop_views(draft: Draft, occasion: Occasion, command: Drop) -> None:
    for name in command.names:
        draft.end(draft.views, draft.views_named(name), occasion)


def _drop_indexes(draft: Draft, occasion: Occasion, command: Drop) -> None:
    for name in command.names:
        _drop_index(draft, occasion, name)


def _drop_tables(draft: Draft, occasion: Occasion, command: Drop) -> None:
    for found in filter(None, map(draft.table, command.names)):
        found.life = ended(found.life, occasion)


def _drop_schemas(draft: Draft, occasion: Occasion, command: Drop) -> None:
    for name in command.names:
        _drop_schema(draft, occasion, name)


_DROPS: dict[str, Callable[[Draft, Occasion, Drop], None]] = {
    "policy": _drop_parts, "trigger": _drop_parts, "rule": _drop_parts,
    "function": _drop_functions, "procedure": _drop_functions,
    "view": _drop_views, "materialized view": _drop_views,
    "sequence": lambda draft, _, command: draft.sequences.difference_update(command.names),
    "event trigger": lambda draft, _, command: draft.securing.difference_update(command.names),
    "index": _drop_indexes, "table": _drop_tables, "foreign table": _drop_tables, "schema": _drop_schemas,
}  # fmt: skip


def _drop_index(draft: Draft, occasion: Occasion, name: str) -> None:
    schema, _, short = name.partition(".")
    for table in draft.tables:
        if table.life.gone is None and table.name.partition(".")[0] == schema:
            table.change(table.indexes, short, occasion)


def _drop_schema(draft: Draft, occasion: Occasion, schema: str) -> None:
    for table in draft.tables:
        if table.life.gone is None and table.name.startswith(f"{schema}."):
            table.life = ended(table.life, occasion)
    inside = [n for n, one in enumerate(draft.functions) if not one.life.gone and one.name.startswith(f"{schema}.")]
    draft.end(draft.functions, inside, occasion)
    seen = [n for n, one in enumerate(draft.views) if not one.life.gone and one.name.startswith(f"{schema}.")]
    draft.end(draft.views, seen, occasion)


def rename(draft: Draft, occasion: Occasion, command: Rename) -> None:
    """A table goes on under another name; so do its parts."""
    table = draft.table(command.name)
    schema = command.name.partition(".")[0]
    if command.kind == "table" and table is not None:
        _moved(draft, table, occasion, f"{schema}.{command.new}")
    elif command.kind == "column" and table is not None:
        new = command.new
        table.change(
            table.columns, command.part, occasion, lambda one: replace(one, column=replace(one.column, name=new))
        )
    elif command.kind == "policy" and table is not None:
        table.change(table.policies, command.part, occasion, lambda one: replace(one, name=command.new))
    elif command.kind in {"view", "materialized view"}:
        for place in draft.views_named(command.name):
            draft.move_view(place, f"{schema}.{command.new}", occasion)
    elif command.kind in {"function", "procedure"}:
        for place in draft.functions_named(command.name):
            draft.move_function(place, f"{schema}.{command.new}", occasion)
    elif command.kind == "schema":
        _rename_schema(draft, occasion, command)


def _rename_schema(draft: Draft, occasion: Occasion, command: Rename) -> None:
    old = f"{command.name}."

    def moves(one: TableDraft | View | Function) -> bool:
        return one.life.gone is None and one.name.startswith(old)

    for table in [one for one in draft.tables if moves(one)]:
        _moved(draft, table, occasion, f"{command.new}.{table.name.removeprefix(old)}")
    for place, view in list(enumerate(draft.views)):
        if moves(view):
            draft.move_view(place, f"{command.new}.{view.name.removeprefix(old)}", occasion)
    for place, function in list(enumerate(draft.functions)):
        if moves(function):
            draft.move_function(place, f"{command.new}.{function.name.removeprefix(old)}", occasion)


def _moved(draft: Draft, table: TableDraft, occasion: Occasion, name: str) -> None:
    """The old name is over with this statement, and the new one keeps all that was there."""
    draft.tables.append(
        TableDraft(
            life=Life(made=table.life.made, gone=occasion), name=table.name, facts=dict(table.facts),
            columns=list(table.columns), constraints=list(table.constraints), indexes=list(table.indexes),
            policies=list(table.policies), triggers=list(table.triggers), privileges=list(table.privileges),
        )
    )  # fmt: skip
    draft.move_table(table, name)


def set_schema(draft: Draft, occasion: Occasion, command: SetSchema) -> None:
    """A table, view or function goes on in another schema."""
    table = draft.table(command.name)
    name = f"{command.schema}.{command.name.partition('.')[2]}"
    if command.kind == "table" and table is not None:
        _moved(draft, table, occasion, name)
    for place in draft.views_named(command.name) if "view" in command.kind else ():
        draft.move_view(place, name, occasion)
    for place in draft.functions_named(command.name) if command.kind in {"function", "procedure"} else ():
        draft.move_function(place, name, occasion)


def change_owner(draft: Draft, _: Occasion, command: ChangeOwner) -> None:
    """Of functions; tables and views have theirs changed by ALTER TABLE."""
    for place in draft.functions_named(command.name) if command.kind in {"function", "procedure"} else ():
        draft.functions[place] = replace(draft.functions[place], owner=command.role)


def comment(draft: Draft, _: Occasion, command: Comment) -> None:
    """On tables, views and functions."""
    table = draft.table(command.name)
    if command.kind == "table" and table is not None:
        table.facts["comment"] = command.text
    for place in draft.views_named(command.name) if "view" in command.kind else ():
        draft.views[place] = replace(draft.views[place], comment=command.text)
    for place in draft.functions_named(command.name, command.signature) if command.kind == "function" else ():
        draft.functions[place] = replace(draft.functions[place], comment=command.text)


def alter_publication(draft: Draft, _: Occasion, command: AlterPublication) -> None:
    """Which tables it carries."""
    for table in draft.tables:
        if table.life.gone is not None:
            continue
        is_named = table.name in command.tables
        if command.change == "set" and command.publication in table.publications and not is_named:
            table.publications.remove(command.publication)
        if is_named and command.change == "drop" and command.publication in table.publications:
            table.publications.remove(command.publication)
        elif is_named and command.change != "drop" and command.publication not in table.publications:
            table.publications.append(command.publication)
