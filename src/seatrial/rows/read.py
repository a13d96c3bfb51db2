"""Reads from the catalogs what decides which rows go into a table."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.rows.facts import Check, Column, ForeignKey, Key, Schema, Shape, Table, Type
from seatrial.rows.text import mentions, with_value

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from seatrial.pg.connection import Connection

    Row = Mapping[str, Any]

__all__ = ["read"]

PACKAGE = "seatrial.rows"


def read(connection: Connection) -> Schema:
    """All tables that may be filled; no setting of the session stays changed."""
    found: dict[str, list[dict[str, Any]]] = {}
    with connection.transaction(force_rollback=True):
        # So every name in an expression comes qualified.
        execute(connection, "SET LOCAL search_path = pg_catalog")
        for name in ("types", "tables", "columns", "checks", "keys", "foreign_keys"):
            found[name] = rows(connection, load(PACKAGE, name, connection.info.server_version))
    types = {row["oid"]: _type(row) for row in found["types"]}
    names = {row["oid"]: row["name"] for row in found["tables"]}
    parts = {name: _by_table(found[name]) for name in ("columns", "checks", "keys", "foreign_keys")}
    tables = [
        _table(row, {name: by_table[row["oid"]] for name, by_table in parts.items()}, types, names)
        for row in found["tables"]
    ]
    return Schema(tables={table.name: table for table in tables}, types=types)


def _by_table(found: Iterable[dict[str, Any]]) -> defaultdict[int, list[dict[str, Any]]]:
    grouped: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        grouped[row["table"]].append(row)
    return grouped


def _type(row: Row) -> Type:
    return Type(
        **{name: row[name] for name in ("oid", "name", "label", "kind", "element", "base", "base_typmod")},
        base_name=row["base_name"] or "",
        not_null=row["not_null"],
        checks=tuple((name, text) for name, text in row["checks"]),
        labels=tuple(row["labels"]),
        subtype=row["subtype"],
        range=row["range"],
        fields=tuple((oid, typmod) for oid, typmod in row["fields"]),
        own_json=row["own_json"],
    )


def _table(
    row: Row, parts: Mapping[str, list[dict[str, Any]]], types: Mapping[int, Type], names: Mapping[int, str]
) -> Table:
    pointing = {name for part in parts["foreign_keys"] for name in part["columns"]}
    columns = {part["name"]: _column(part, types, pointing) for part in parts["columns"]}
    return Table(
        name=row["name"],
        schema=row["schema"],
        bare=row["bare"],
        partitioned=row["kind"] == "p",
        columns=columns,
        checks=(
            *(_check(part["name"], part["text"], columns) for part in parts["checks"]),
            *_domain_checks(parts["columns"], columns, types),
            *_key_checks(parts["keys"], columns),
        ),
        keys=tuple(_key(part, columns) for part in parts["keys"]),
        foreign_keys=tuple(
            ForeignKey(
                name=part["name"],
                parent=names[part["parent"]],
                columns=tuple(part["columns"]),
                parent_columns=tuple(part["parent_columns"]),
            )
            for part in parts["foreign_keys"]
            if part["parent"] in names
        ),
        sources={name: _sources(c.generated, columns) for name, c in columns.items() if c.generated},
        triggers=tuple(row["triggers"]),
    )


def _column(row: Row, types: Mapping[int, Type], pointing: Container[str]) -> Column:
    declared = types[row["type"]]
    is_domain = declared.kind == "d"
    return Column(
        name=row["name"],
        ident=row["ident"],
        type=types[declared.base] if is_domain else declared,
        typmod=declared.base_typmod if is_domain else row["typmod"],
        cast=declared.base_name if is_domain else row["type_name"],
        not_null=row["not_null"] or declared.not_null,
        default=row["default"] or "",
        generated=row["generated"] or "",
        # A number from a sequence would point anywhere.
        numbered=row["numbered"] and row["name"] not in pointing,
        sequence=row["sequence"] or "",
        shape=_shape(row),
    )


def _shape(row: Row) -> Shape | None:
    if row["null_frac"] is None:
        return None
    return Shape(
        null_frac=row["null_frac"],
        avg_width=row["avg_width"] or 0,
        n_distinct=row["n_distinct"] or 0,
        correlation=row["correlation"] or 0,
        common=row["common"],
        common_share=row["common_share"],
        bounds=row["bounds"],
    )


def _check(name: str, text: str, columns: Mapping[str, Column]) -> Check:
    return Check(name=name, text=text, columns=_sources(text, columns))


def _domain_checks(found: Iterable[Row], columns: Mapping[str, Column], types: Mapping[int, Type]) -> Iterable[Check]:
    for row in found:
        for name, text in types[row["type"]].checks:
            yield _check(name, with_value(text, row["ident"]), columns)


def _sources(text: str, columns: Mapping[str, Column]) -> frozenset[str]:
    """The columns that an expression depends on; of a generated one those that it is computed from."""
    found: set[str] = set()
    for name, column in columns.items():
        if mentions(text, column.ident):
            found |= _sources(column.generated, columns) if column.generated else {name}
    return frozenset(found)


def _key_checks(found: Iterable[Row], columns: Mapping[str, Column]) -> Iterable[Check]:
    """An index computes its expressions for every row, and that must not fail: a range ends after it begins."""
    for row in found:
        for text in row["expressions"]:
            check = _check(row["name"], f"(({text}) IS NULL) IS NOT NULL", columns)
            if len(check.columns) > 1:
                yield check


def _key(row: Row, columns: Mapping[str, Column]) -> Key:
    computed = [columns[name].generated for name in row["columns"] if columns[name].generated] + row["expressions"]
    plain = {name for name in row["columns"] if not columns[name].generated}
    return Key(
        name=row["name"],
        columns=frozenset(plain).union(*(_sources(text, columns) for text in computed)),
        whole=row["predicate"] is None,
        nulls_distinct=row["nulls_distinct"],
        deferrable=row["deferrable"],
        plain=not computed and not row["exclusion"],
        coarse=bool(computed),
    )
