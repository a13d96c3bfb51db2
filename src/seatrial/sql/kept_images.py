"""Old and new images of rows, as statements that store them in the archive. Text only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seatrial.model.archive import KeptRows

__all__ = ["forgotten", "left", "listed", "met", "ordered", "remembered", "same"]


def same(names: Sequence[str], one: str, other: str) -> str:
    """When rows have the same values, to the last bit, also of types without equality."""
    return f"{_row(listed(names, one))} OPERATOR(pg_catalog.*=) {_row(listed(names, other))}"


def _row(values: str) -> str:
    """Two that are not cast would be compared value by value, with an operator that types do not have."""
    return f"ROW({values})::pg_catalog.record"


def met(key: Sequence[str], one: str, other: str) -> str:
    """When rows have the same key."""
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in key)


def listed(names: Sequence[str], of: str = "") -> str:
    """`t.a, t.b`."""
    return ", ".join(f"{of}.{name}" if of else name for name in names)


def remembered(kept: KeptRows, source: str, named: Callable[[str], str] = str, *, often: bool = False) -> str:
    """Old images go to `was`.

    What is there already is the first image, and stays; but where `became` differs from what the row is now, somebody
    else has changed that value since, and theirs is the one to go back to. A row that is in `became` alone was inserted
    by the migration itself.

    Args:
        kept: where to.
        source: the relation with the images.
        named: what a column is called there.
        often: whether a row may be there more than once.
    """
    first = kept.key[0]

    def image(name: str) -> str:
        old = f"o.{named(name)}"
        if name in kept.key:
            return old
        untouched = f"b.{first} IS NOT NULL AND {_row(f'b.{name}')} OPERATOR(pg_catalog.*=) {_row(old)}"
        return f"CASE WHEN {untouched} THEN w.{name} ELSE {old} END"

    distinct = f"DISTINCT ON ({', '.join(f'o.{named(name)}' for name in kept.key)}) " if often else ""
    return (
        f"INSERT INTO {kept.was} AS k ({listed(kept.columns)})\n"
        f"SELECT {distinct}{', '.join(map(image, kept.columns))}\nFROM {source} AS o\n"
        f"LEFT JOIN {kept.was} AS w ON {_met(kept, 'w', named)}\n"
        f"LEFT JOIN {kept.became} AS b ON {_met(kept, 'b', named)}\n"
        f"WHERE w.{first} IS NOT NULL OR b.{first} IS NULL\n{_again(kept)}"
    )


def forgotten(kept: KeptRows, source: str, named: Callable[[str], str] = str) -> str:
    """What is deleted is no longer in `became`."""
    return f"DELETE FROM {kept.became} AS b USING {source} AS o WHERE {_met(kept, 'b', named)}"  # noqa: S608 - quoted names


def left(kept: KeptRows, source: str, named: Callable[[str], str] = str, where: str = "") -> str:
    """New images go to `became`, in place of those of an earlier statement; `where` is a condition on `n`."""
    return (
        f"INSERT INTO {kept.became} AS k ({listed(kept.columns)})\n"
        f"SELECT {', '.join(map(named, kept.columns))} FROM {source} AS n\n{where}{_again(kept)}"
    )


def ordered(kept: KeptRows, source: str, direction: str) -> str:
    """The first (ASC) or the last (DESC) image of each row in a transition table, which has them one after the other.

    A row is there more than once where several foreign keys reach it.
    """
    numbered = f'SELECT *, pg_catalog.row_number() OVER () AS "seatrial at" FROM {source}'  # noqa: S608 - quoted names
    key = listed(kept.key, "i")
    return f'(SELECT DISTINCT ON ({key}) i.* FROM ({numbered}) AS i ORDER BY {key}, i."seatrial at" {direction})'  # noqa: S608 - quoted names


def _met(kept: KeptRows, alias: str, named: Callable[[str], str]) -> str:
    return " AND ".join(f"{alias}.{name} = o.{named(name)}" for name in kept.key)


def _again(kept: KeptRows) -> str:
    # The key is set where there is nothing else, so that every row counts.
    others = [name for name in kept.columns if name not in kept.key] or [kept.key[0]]
    return f"ON CONFLICT ({listed(kept.key)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}"
