"""Columns that get another type: what the file made of their values tells whether somebody has written since.

Who deploys notes it in the transaction of the file; the way back compares, before they have their earlier type again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.columns import same
from seatrial.archive.script import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seatrial.model.archive import KeptColumns

__all__ = ["made_of", "touched", "untouched"]


def made_of(kept: KeptColumns, types: Mapping[str, str]) -> tuple[str, ...]:
    """What a file has made of values is kept beside them, right behind the statement that gave these another type.

    Args:
        kept: of which the copy has come to its end.
        types: column → its new type.
    """
    added = (f"ADD COLUMN {_numbered(kept, name, 'became')} {_stored(of_type)}" for name, of_type in types.items())
    changes = (f"{_numbered(kept, name, 'became')} = t.{name}::{_stored(of_type)}" for name, of_type in types.items())
    return _noted(kept, added, changes)


def touched(kept: KeptColumns, types: Mapping[str, str]) -> tuple[str, ...]:
    """Before the values have their earlier type again: whether somebody has written another one since.

    Args:
        kept: as they were put away.
        types: column → the type that it still has.
    """
    added = (f"ADD COLUMN {_numbered(kept, name, 'touched')} boolean NOT NULL DEFAULT false" for name in types)
    changes = (
        f"{_numbered(kept, name, 'touched')} = ROW(t.{name}::{_stored(of_type)})::record OPERATOR(pg_catalog.*<>) "
        f"ROW(a.{_numbered(kept, name, 'became')})::record"
        for name, of_type in types.items()
    )
    if not types:
        return ()
    return filled("note_touched", table=kept.table) + _noted(kept, added, changes)


def untouched(kept: KeptColumns, column: str, *, now: str, back: Callable[[str, str], str]) -> str:
    """When nobody has written to a column of the row `t` that was altered and altered back.

    Args:
        kept: as they were put away.
        column: one of them.
        now: the type that it had in between.
        back: what the way back makes of a value of a type.
    """
    # A value that is no longer there need not have one of the earlier type.
    value = back(f"a.{_numbered(kept, column, 'became')}", _stored(now))
    is_same = f"ROW(t.{column})::record OPERATOR(pg_catalog.*=) ROW({value})::record"
    return f"CASE WHEN a.{_numbered(kept, column, 'touched')} THEN false ELSE {is_same} END"


def _noted(kept: KeptColumns, added: Iterable[str], changes: Iterable[str]) -> tuple[str, ...]:
    return filled(
        "note_values", table=kept.table, place=kept.place, same=same(kept.key), added=", ".join(added),
        changes=", ".join(changes),
    )  # fmt: skip


def _numbered(kept: KeptColumns, column: str, word: str) -> str:
    """What is known of a column beside its value; a longer name may be too long."""
    return f'"seatrial {word} {kept.columns.index(column) + 1}"'


def _stored(of_type: str) -> str:
    """One that is not the server's own may go with the migration that made it."""
    return "text" if "." in of_type else of_type
