"""What decides who may reach which row, as digests: to tell whether it is what was proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.pg.connection import Connection

__all__ = ["SecurityDiary"]


class SecurityDiary:
    """Notes from one look to the next which objects of security were made, changed or dropped."""

    def __init__(self, connection: Connection) -> None:
        """Look for the first time."""
        self._last = _facts(connection)

    def changes(self, connection: Connection) -> Mapping[str, str]:
        """What is different since the last look: object → digest, empty for one that is gone."""
        now = _facts(connection)
        changed = {name: now.get(name, "") for name in sorted(now.keys() | self._last.keys())}
        changed = {name: digest for name, digest in changed.items() if digest != self._last.get(name, "")}
        self._last = now
        return changed


def _facts(connection: Connection) -> dict[str, str]:
    return {row["object"]: row["digest"] for row in rows(connection, load("seatrial.catalog", "security"))}
