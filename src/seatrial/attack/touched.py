"""Which seeded rows a statement changed or took away, as a superuser sees it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.attack.scene import Row, Scene

__all__ = ["touched"]


def touched(scene: Scene, table: str, gone: Sequence[Row] = ()) -> list[Row]:
    """Rows of a table that are no longer where they were seeded; the last attempt must have worked.

    Args:
        scene: after that attempt.
        table: quoted and qualified.
        gone: rows that were taken away before it.
    """
    # A row that is updated lies elsewhere afterwards, as nothing is ever cleaned up within the transaction.
    found = scene.session.look(
        "SELECT s.leaf, s.tid FROM seatrial_attack.seeded s "
        f"WHERE s.root = coalesce(pg_partition_root({literal(table)}::regclass), {literal(table)}::regclass) "
        f"AND NOT EXISTS (SELECT FROM {table} t WHERE t.tableoid = s.leaf AND t.ctid = s.tid)"
    )
    places = {(int(leaf or 0), tid) for leaf, tid in found} - {(row.leaf, row.tid) for row in gone}
    return [row for row in scene.seeded_before(table) if (row.leaf, row.tid) in places]
