"""What a release made, changed or removed, by the files that it deployed: what a trouble may be tied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands.rights import Grant
from seatrial.model.commands.tables import AlterTable
from seatrial.model.watch import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.schema import Life, Schema, Table

__all__ = ["changes_of"]

#: Of a table, by the word for each.
_PARTS = (
    ("column", "columns"), ("constraint", "constraints"), ("index", "indexes"), ("policy", "policies"),
    ("trigger", "triggers"),
)  # fmt: skip


_OF_PARTS = frozenset({"add column", "drop column", "add constraint", "drop constraint", "validate constraint"})


def changes_of(schema: Schema, labels: Mapping[str, str]) -> tuple[Change, ...]:
    """Of some versions, each object once, in the order of the files; the last file that came to it counts.

    Args:
        schema: that the files build up.
        labels: version → label of the migrations that were deployed.
    """
    found = {(one.kind, one.name): one for one in _all(schema, labels)}
    return tuple(sorted(found.values(), key=lambda one: (one.label, one.relation, one.kind, one.name)))


def _all(schema: Schema, labels: Mapping[str, str]) -> Iterator[Change]:
    for table in schema.all_tables:
        if not table.temporary:
            yield from _lived("table", table.name, table.name, table.life, labels)
            yield from _parts(table, labels)
    for view in schema.all_views:
        yield from _lived("view", view.name, view.name, view.life, labels)
    for function in schema.all_functions:
        yield from _lived("function", function.name, "", function.life, labels)
    for occasion in schema.occasions:
        label = labels.get(occasion.script.source.version)
        if label and isinstance(occasion.command, AlterTable) and not _is_of_parts(occasion.command):
            yield Change(kind="table", name=occasion.command.table, relation=occasion.command.table, label=label)
        if label and isinstance(occasion.command, Grant) and occasion.command.kind == "table":
            for name in occasion.command.names:
                yield Change(kind="privileges", name=name, relation=name, label=label)


def _is_of_parts(command: AlterTable) -> bool:
    """Whether it only adds or drops columns and constraints, which are changes of their own."""
    return all(one.kind in _OF_PARTS for one in command.actions)


def _parts(table: Table, labels: Mapping[str, str]) -> Iterator[Change]:
    for kind, attribute in _PARTS:
        for one in getattr(table, attribute):
            # An index lies in the schema of its table, and the others in the table itself.
            name = f"{table.schema if kind == 'index' else table.name}.{one.name}"
            yield from _lived(kind, name, table.name, one.life, labels)


def _lived(kind: str, name: str, relation: str, life: Life, labels: Mapping[str, str]) -> Iterator[Change]:
    made = labels.get(life.made.script.source.version)
    gone = labels.get(life.gone.script.source.version) if life.gone else None
    if gone:
        yield Change(kind=kind, name=name, relation=relation, label=gone, gone=True)
    elif made and not life.gone:
        yield Change(kind=kind, name=name, relation=relation, label=made)
