"""What could not go back where it was, as somebody else had changed it or taken its place: counted, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.archive import Archived
    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["say_conflicts"]


def say_conflicts(connection: Connection, before: Sequence[Archived], narrator: Narrator) -> None:
    """A line for each entry of the archive in which conflicts have been left since it was read.

    Args:
        connection: to the target, idle.
        before: the archive as it was then.
        narrator: told of them.
    """
    known = {one.id: one.conflicts for one in before}
    for one in read_archive(connection):
        if one.conflicts > known.get(one.id, 0):
            narrator.say(
                f"  {count(one.conflicts, 'conflict')}: somebody has changed, deleted or come to use rows of "
                f"{one.object} since; what was kept of it is #{one.id} of the archive"
            )
