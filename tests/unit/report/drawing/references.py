"""Schemas to draw."""

from __future__ import annotations

from seatrial.model.reference import Reference, ReferenceColumn, ReferenceIndex, ReferenceKey, ReferenceTable

__all__ = ["column", "key", "schema", "table"]


def column(name: str, type_: str = "uuid", *, nullable: bool = False, default: str = "") -> ReferenceColumn:
    return ReferenceColumn(name=name, type=type_, nullable=nullable, default=default)


def key(name: str, parent: str) -> ReferenceKey:
    return ReferenceKey(name=f"{name}_fkey", columns=(name,), parent=parent, parent_columns=("id",))


def table(
    name: str,
    *columns: ReferenceColumn,
    keys: tuple[ReferenceKey, ...] = (),
    indexes: tuple[str, ...] = (),
    schema: str = "public",
) -> ReferenceTable:
    """With a primary key `id`."""
    return ReferenceTable(
        schema=schema, name=name, kind="table", columns=(column("id"), *columns), primary_key=("id",),
        foreign_keys=keys,
        indexes=tuple(ReferenceIndex(name=one, definition=one, unique=False, constraint=False) for one in indexes),
    )  # fmt: skip


def schema(*tables: ReferenceTable) -> Reference:
    return Reference(tables=tables)
