"""A table goes to the archive, at once whatever its size, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.script import filled

if TYPE_CHECKING:
    from seatrial.model.archive import Cause, KeptTable

__all__ = ["bring_back", "put_away", "take_along", "tried"]


def put_away(
    kept: KeptTable, *, version: str, cause: Cause, keep: str = "", cascade: bool = False
) -> tuple[str, ...]:  # fmt: skip
    """Move a table, with its partitions wherever they are; note and take off what is attached to it from outside.

    What else needs it, such as a view, makes the statements fail as it does DROP TABLE.

    Args:
        kept: the table and its place.
        version: of the migration.
        cause: who puts it away.
        keep: an interval after which it may be purged; empty for ever.
        cascade: views, functions of its row type, defaults and policies that need it are noted and dropped as well.
    """
    moved = filled(
        "take_table", table=kept.table, place=kept.place, version=version, cause=cause.value, keep=keep,
        cascade=str(cascade).lower(),
    )  # fmt: skip
    return filled("make_room", place=kept.place) + moved


def bring_back(kept: KeptTable) -> tuple[str, ...]:
    """Move it back to its schema, and its partitions to theirs; what was attached is made by the caller."""
    return filled("bring_table", table=kept.table, place=kept.place) + filled("sweep", place=kept.place)


def take_along(kind: str, name: str, schema: str) -> tuple[str, ...]:
    """Move what something in the archive still needs: `type`, `public.mood`, and the schema of the archive."""
    return (*filled("make_room", place=f"{schema}.{kind}"), f"ALTER {kind.upper()} {name} SET SCHEMA {schema}")


def tried(statement: str) -> tuple[str, ...]:
    """Have the server refuse a statement, in its own words, if it would; nothing of it remains."""
    return filled("tried", statement=statement)
