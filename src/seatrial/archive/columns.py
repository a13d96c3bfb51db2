"""Columns of a table that stays go to the archive beside its key, while others write, and come back.

Who deploys copies them in batches, and a trigger mirrors what is written meanwhile: the copy never takes the place of
what the trigger has written, so the newer value stays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.archive.script import filled
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seatrial.model.archive import Cause, KeptColumns

__all__ = [
    "BringBack",
    "PutAway",
    "bring_back",
    "by_default",
    "cut_by",
    "differs",
    "filling",
    "of",
    "put_away",
    "refers_to_itself",
    "returned",
    "same",
    "settled",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAway:
    """How columns go to the archive before they are dropped."""

    #: In a short transaction of its own.
    prepare: tuple[str, ...]
    #: One statement under its batch comment, a step of its own.
    copy: str
    #: In the transaction that drops or alters the columns, before it does.
    finish: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BringBack:
    """How values return to columns that are there again."""

    #: One statement under its batch comment, a step of its own.
    fill: str
    #: In a transaction behind it.
    finish: tuple[str, ...]


def put_away(
    kept: KeptColumns, *, version: str, cause: Cause, keep: str = "", as_text: Collection[str] = (), part: int = 1
) -> PutAway:  # fmt: skip
    """Copy columns, and mirror what is written to them until they go.

    Args:
        kept: with a key, by which the rows are told apart.
        version: of the migration.
        cause: who puts them away.
        keep: an interval after which they may be purged; empty for ever.
        as_text: those of `kept` whose type goes and cannot be taken along, as an extension's.
        part: which time it is that columns of this table go.
    """
    named = version if part == 1 else f"{version} {part}"
    names = tuple(dict.fromkeys((*kept.key, *kept.columns, *kept.also)))
    written = [f"{name} = excluded.{name}" for name in (*names[len(kept.key) :], '"seatrial gone"')]
    details = {"key": kept.key, "columns": kept.columns, "also": kept.also}
    parts = {
        "table": kept.table, "place": kept.place, "version": version, "cause": cause.value, "keep": keep,
        "details": json.dumps(details), "names": ", ".join(names),
        "made": ", ".join(f"{name}::text AS {name}" if name in as_text else name for name in names),
        "key": ", ".join(kept.key), "first": kept.key[0],
        "old": of("old", names), "new": of("new", names), "oldkey": of("old", kept.key), "newkey": of("new", kept.key),
        "read": of("t", names), "changes": ", ".join(written), "same": same(kept.key),
        "mirrors": f'"seatrial keeps {named}"', "empties": f'"seatrial empties {named}"',
    }  # fmt: skip
    made = filled("make_room", place=kept.place) + filled("keep_columns", **parts)
    [copy] = filled("copy_columns", **parts)
    return PutAway(
        prepare=made + filled("close", place=kept.place), copy=copy, finish=filled("end_mirror", **parts)
    )  # fmt: skip


def bring_back(
    kept: KeptColumns, *, untouched: Mapping[str, str] | None = None, there: Mapping[str, str] | None = None
) -> BringBack:  # fmt: skip
    """Fill columns that are there again, wherever nobody has written to them since.

    Args:
        kept: as they were put away.
        untouched: column → when nobody has written to it since, over the rows `a` of the archive and `t`, where it was
            not dropped but altered. Else it is NULL then, or the default with which the column was added.
        there: column → when what its value refers to is there, over the row `a`.
    """
    batch = f"-- seatrial: batch key={kept.key[0]} size=5000 triggers=off\n"
    fill = filling(kept, untouched=untouched, batch=batch, there=there)
    if refers_to_itself(kept, there or {}):
        # What comes back is what the rest refers to, so it comes in one piece.
        work = f"{fill.removeprefix(batch)};"
        [fill] = filled("at_rest", table=kept.table, place=kept.place, work=work)
    return BringBack(
        fill=fill,
        finish=settled(kept.table, kept.place, returned(kept)),
    )


def refers_to_itself(kept: KeptColumns, there: Mapping[str, str]) -> bool:
    """Whether a value refers to a row of the same table, which a batch must not look at."""
    return any(f"FROM {kept.table} AS p " in test for test in there.values())


def cut_by(kept: KeptColumns) -> str:
    """The comment that cuts a statement by the key of the table."""
    return f"-- seatrial: batch key={kept.key[0]} size=5000 triggers=off\n"


def filling(
    kept: KeptColumns, *, untouched: Mapping[str, str] | None = None, values: Mapping[str, str] | None = None,
    also: str = "", batch: str = "", there: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The statement that does it.

    Args:
        kept: as they were put away.
        untouched: as above.
        values: column → what it becomes, over the row `a`, where that is not simply what `a` has.
        also: which rows `t` count as not written to besides.
        batch: the comment that cuts the statement.
        there: column → when what its value refers to is there, over the row `a`.
    """
    altered, cast = untouched or {}, values or {}
    free = {one: altered.get(one, _is_new(one)) + (f" OR {also}" if also else "") for one in kept.columns}
    free |= {one: f"({free[one]}) AND {test}" for one, test in (there or {}).items()}
    changes = (
        f"{one} = CASE WHEN {test} THEN {cast.get(one, f'a.{one}')} ELSE t.{one} END" for one, test in free.items()
    )
    wanted = (f"{differs([one], cast)} AND ({test})" for one, test in free.items())
    [fill] = filled(
        "fill_columns", batch=batch, table=kept.table, place=kept.place, same=same(kept.key),
        changes=", ".join(changes), wanted=" OR ".join(wanted),
    )  # fmt: skip
    return fill


def by_default(kept: KeptColumns, column: str) -> str:
    """The statement that gives a column its default in rows of which the archive has no value."""
    return (
        f"{cut_by(kept)}UPDATE {kept.table} AS t SET {column} = DEFAULT\n"  # noqa: S608 - quoted names
        f"WHERE t.{column} IS NULL AND NOT EXISTS (SELECT FROM {kept.place} AS a WHERE {same(kept.key)})"
    )


def returned(kept: KeptColumns, values: Mapping[str, str] | None = None) -> str:
    """When the table has the values of a row `a` of the archive, or there are none.

    A row that finds no partner stays: whoever deleted it, and whoever changed its key, look alike.
    """
    differing = differs(kept.columns, values or {})
    partner = f"SELECT FROM {kept.table} AS t WHERE {same(kept.key)}"
    empty = " AND ".join(f"a.{name} IS NULL" for name in kept.columns)
    return f"EXISTS ({partner} AND NOT {differing}) OR {empty} AND NOT EXISTS ({partner})"


def settled(table: str, place: str, restored: str) -> tuple[str, ...]:
    """What is in the table as it is kept leaves the archive; the rest is counted, and stays.

    Args:
        table: that it went back to.
        place: where it is in the archive.
        restored: when a row `a` of the archive is in the table.
    """
    return filled("settle", table=table, place=place, restored=restored) + filled("sweep", place=place)


def of(row: str, columns: Iterable[str]) -> str:
    """`t.id, t.email`."""
    return ", ".join(f"{row}.{column}" for column in columns)


def same(key: Iterable[str]) -> str:
    """When a row `t` of the table and a row `a` of the archive are the same."""
    return " AND ".join(f"t.{column} = a.{column}" for column in key)


def differs(columns: Iterable[str], values: Mapping[str, str]) -> str:
    """Whether values of `t` are others than those of `a`, also where their type has no equality."""
    names = tuple(columns)
    theirs = ", ".join(values.get(name, f"a.{name}") for name in names)
    return f"ROW({of('t', names)})::record OPERATOR(pg_catalog.*<>) ROW({theirs})::record"


def _is_new(column: str) -> str:
    """Whether nobody has written to a column of `t` since it was added."""
    name = column[1:-1].replace('""', '"') if column.startswith('"') else column
    added = "SELECT m.attmissingval::text FROM pg_catalog.pg_attribute AS m"
    of_column = f"m.attrelid = t.tableoid AND m.attname = {literal(name)}"
    # As its type writes it, as a column of arrays would become one array of two dimensions.
    return f"(t.{column} IS NULL OR ARRAY[format('%s', t.{column})]::text = ({added} WHERE {of_column}))"
