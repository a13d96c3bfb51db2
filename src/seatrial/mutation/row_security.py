"""Row security that is off, or that the owner is spared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutant
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.mutation.barriers import Barriers, Weakened
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Release

__all__ = ["weaker_row_security"]


def weaker_row_security(release: Release, reach: Reach, barriers: Barriers) -> Iterator[Weakened]:
    """Every table that has row security, without it; and without FORCE where that is on."""
    for table in release.relations.values():
        if not table.row_security:
            continue
        touched = reach.of_policy(table.name)
        around = partial(barriers.around, touched)
        off = Mutant(
            sort="row security", subject=table.name, change="row security is off",
            sql=f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY", reach=touched,
        )  # fmt: skip
        yield off, around
        if table.forced:
            spared = Mutant(
                sort="row security", subject=table.name, change="FORCE is off: the owner is spared",
                sql=f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY", reach=touched,
                same_because="the owner may bypass row security anyway",
                shown="SELECT r.rolsuper OR r.rolbypassrls FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "  # noqa: S608
                f"WHERE c.oid = {literal(table.name)}::regclass",
            )  # fmt: skip
            yield spared, around
