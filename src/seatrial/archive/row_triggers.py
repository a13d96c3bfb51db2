"""Keeps rows by triggers, for a statement whose text does not tell what it changes.

Only where nothing else does: to put triggers on a table and to take them off again needs SHARE ROW EXCLUSIVE and
ACCESS EXCLUSIVE locks on it, which are held to the end of the step. Where a user's trigger changes a row again that the
same statement has changed, the order in which both are seen may turn; then the row is a conflict on the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.script import filled
from seatrial.sql.kept_images import forgotten, left, met, ordered, remembered, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.archive import KeptRows

__all__ = ["hooks", "unhooks"]

#: Stands for the table that is emptied.
_HERE = 'ONLY "seatrial here"'
_OLD, _NEW = '"seatrial old"', '"seatrial new"'


def hooks(kept: KeptRows, table: str, parts: Sequence[str]) -> tuple[str, ...]:
    """What runs before the statement.

    Args:
        kept: where to.
        table: what it is called at that time.
        parts: that, and its partitions: a statement on one of them is seen there alone.
    """
    first, last = ordered(kept, _OLD, "ASC"), ordered(kept, _NEW, "DESC")
    is_ours = f"SELECT FROM {kept.was} AS w WHERE {met(kept.key, 'w', 'n')} AND {same(kept.columns, 'w', 'n')}"
    is_there = f"SELECT FROM {table} AS t WHERE {met(kept.key, 't', 'n')}"
    keeper = filled(
        "row_keeper", table=table, keeper=_keeper(kept), emptied=remembered(kept, _HERE),
        nothing=forgotten(kept, _HERE), remembered=remembered(kept, first), forgotten=forgotten(kept, _OLD),
        left=left(kept, last), met=met(kept.key, "n", "o"),
        updated=left(kept, last, where=f"WHERE NOT EXISTS ({is_ours}) OR EXISTS ({is_there})\n"),
    )  # fmt: skip
    closed = filled("close", place=_keeper(kept))
    return keeper + closed + tuple(s for part in parts for s in filled("row_hooks", table=part, keeper=_keeper(kept)))


def unhooks(kept: KeptRows) -> tuple[str, ...]:
    """What runs behind it."""
    return (f"DROP FUNCTION {_keeper(kept)}() CASCADE",)


def _keeper(kept: KeptRows) -> str:
    """A function has no name in common with a table, so it may have that one's."""
    return kept.was
