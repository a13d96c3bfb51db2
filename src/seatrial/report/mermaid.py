"""A schema as an entity diagram in Mermaid, which the hosts of repositories draw in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.report.drawing.types import short_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatrial.model.reference import Reference, ReferenceColumn, ReferenceKey, ReferenceTable

__all__ = ["mermaid"]

#: Mermaid has no escape for these in a text in quotes, or takes them for markup, an entity or a directive of its own.
_LOOKALIKES = str.maketrans(
    '"#%\\<>`;~',
    "'\N{FULLWIDTH NUMBER SIGN}\N{FULLWIDTH PERCENT SIGN}\N{FULLWIDTH REVERSE SOLIDUS}"
    "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}'"
    "\N{GREEK QUESTION MARK}\N{FULLWIDTH TILDE}",
)
#: Nor in the name of a column or of its type, where older versions refuse these two as well.
_MARKS = str.maketrans(",.", "\N{FULLWIDTH COMMA}\N{ONE DOT LEADER}")
_NO_WORD = re.compile(r"[^A-Za-z0-9_\-()\[\]\u00c0-\uffff]|[\ud800-\udfff]")
#: What a line must not hold anywhere, as it would turn the diagram.
_DIRECTION = re.compile(r"(?<=direction)\s+(?=TB|BT|RL|LR)", re.IGNORECASE)
_INDEXED = re.compile(r"USING btree \(([^()]*)\)(?: INCLUDE \([^()]*\))?(?: NULLS NOT DISTINCT)?$")


def mermaid(reference: Reference) -> str:
    """An `erDiagram`: tables with their columns, and a line for each foreign key.

    Args:
        reference: the schema. Views and partitions are left out; a table that only keys speak of has no columns.
    """
    tables = [table for table in reference.tables if "view" not in table.kind and table.kind != "partition"]
    parents = [key.parent for table in tables for key in table.foreign_keys]
    ids = _ids(dict.fromkeys((*(table.full_name for table in tables), *parents)))
    lines = ["erDiagram"]
    lines += [f'    {id_}["{_quoted(name)}"]' for name, id_ in ids.items()]
    for table in tables:
        if table.columns:
            lines += [f"    {ids[table.full_name]} {{", *(_column(table, one) for one in table.columns), "    }"]
    lines += [_line(table, key, ids) for table in tables for key in table.foreign_keys]
    return "\n".join(lines) + "\n"


def _ids(names: Iterable[str]) -> dict[str, str]:
    """Made of the names, so that a new table changes no line but its own; what Mermaid refuses is left out."""
    found: dict[str, str] = {}
    for name in names:
        wanted = "t_" + re.sub(r"\W", "_", name.removeprefix("public."), flags=re.ASCII)
        number = 2
        id_ = wanted
        while id_ in found.values():
            id_, number = f"{wanted}_{number}", number + 1
        found[name] = id_
    return found


def _quoted(words: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in words.removeprefix("public."))
    return _DIRECTION.sub("_", text.translate(_LOOKALIKES)).strip() or "_"


def _word(words: str) -> str:
    """A name or a type, which has no quotes and must not begin with a number or with the name of a kind of key."""
    text = _NO_WORD.sub("_", words.replace('"', "").translate(_MARKS))
    is_taken = re.match(r"(?:PK|FK|UK)(?!\w)", text, re.IGNORECASE | re.ASCII)
    return f"_{text}" if is_taken or not re.match(r"[A-Za-z_\u00c0-\uffff]", text) else text


def _column(table: ReferenceTable, column: ReferenceColumn) -> str:
    keys = [
        kind for kind, is_one in (
            ("PK", column.name in table.primary_key),
            ("FK", any(column.name in key.columns for key in table.foreign_keys)),
            ("UK", {column.name} in _unique(table) and (column.name,) != table.primary_key),
        ) if is_one
    ]  # fmt: skip
    return f"        {_word(short_type(column.type))} {_word(column.name)} {', '.join(keys)}".rstrip()


def _line(table: ReferenceTable, key: ReferenceKey, ids: Mapping[str, str]) -> str:
    """`||--o{`: exactly one on the left, any number on the right."""
    nullable = {column.name for column in table.columns if column.nullable}
    parent = "|o" if nullable & set(key.columns) else "||"
    child = "o|" if any(columns <= set(key.columns) for columns in _unique(table)) else "o{"
    label = _quoted(", ".join(key.columns))
    return f'    {ids[key.parent]} {parent}--{child} {ids[table.full_name]} : "{label}"'


def _unique(table: ReferenceTable) -> Iterator[set[str]]:
    """Columns of which no two rows have the same values; an index on a part of the rows does not count."""
    if table.primary_key:
        yield set(table.primary_key)
    for index in table.indexes:
        if index.unique and (found := _INDEXED.search(index.definition)):
            yield {name.strip('"').replace('""', '"') for name in found[1].split(", ")}
