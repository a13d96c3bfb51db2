"""NOT NULL as it was, without a scan under a strong lock. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from seatrial.rollback.alteration import Alteration
from seatrial.sql.text import LONGEST_NAME, quoted

if TYPE_CHECKING:
    from seatrial.rollback.alteration import Pair

__all__ = ["nullability"]


def nullability(pair: Pair, command: str) -> Alteration:
    """A check that is not valid yet keeps new rows right; validated, it spares SET NOT NULL the scan.

    Args:
        pair: the column.
        command: `ALTER TABLE t`.
    """
    column = f"{command} ALTER COLUMN {pair.own}"
    was = pair.was("not null")
    if was == "no" or (was == "not validated" and pair.now("not null") == "yes"):
        free = Alteration(statements=(f"{column} DROP NOT NULL",))
        return free if was == "no" else free + _unvalidated(pair, command)
    if was == "not validated":
        return _unvalidated(pair, command)
    if command.startswith("ALTER FOREIGN"):
        return Alteration(statements=(f"{column} SET NOT NULL",))
    name = _name(pair.own)
    return Alteration(
        statements=(f"{command} ADD CONSTRAINT {name} CHECK ({pair.own} IS NOT NULL) NOT VALID",),
        later=(
            f"{command} VALIDATE CONSTRAINT {name}",
            f"{column} SET NOT NULL;\n{command} DROP CONSTRAINT {name}",
        ),
    )


def _unvalidated(pair: Pair, command: str) -> Alteration:
    return Alteration(statements=(f"{command} ADD NOT NULL {pair.own} NOT VALID",))


def _name(column: str) -> str:
    """One that nobody else gives, in as many bytes as a name may have."""
    name = f"seatrial_not_null_{column.strip(chr(34))}"
    if len(name.encode()) <= LONGEST_NAME:
        return quoted(name)
    return f"seatrial_not_null_{hashlib.sha256(column.encode()).hexdigest()[:8]}"
