"""What is found in the archive of a target, and what of it a command brings back or takes away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.archive import Contents

if TYPE_CHECKING:
    from seatrial.model.archive import Archived

__all__ = [
    "Belonging",
    "Found",
    "Name",
    "Share",
    "Standing",
    "attached_sql",
    "bare",
    "split_name",
    "titled",
]

#: Schema and name of a relation, without quotes.
Name = tuple[str, str]

_PART = r'(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)'
_NAME = re.compile(rf"({_PART})\.({_PART})")


class Standing(StrEnum):
    """How it is with an entry."""

    KEPT = "kept"
    #: It was kept until now, and may be purged.
    OVERDUE = "overdue"
    #: What could go back has gone back.
    RETURNED = "returned"
    #: Nothing is where the entry says.
    MISSING = "missing"
    #: What is there is not what the entry says, or not in a schema of the archive: nothing is done with it.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry of the archive with what is really there."""

    entry: Archived
    #: `table public.contacts`, `columns email, phone of public.contacts`, `rows of public.contacts`.
    what: str
    standing: Standing
    #: None where nothing is there, or where it could not be counted.
    rows: int | None = None
    #: Whether they were counted; else it is what the planner believes.
    exact: bool = False
    #: On disk, with indexes.
    bytes: int | None = None
    #: Seconds from when it was put away until when it is kept; None where it stays until it is purged.
    window: float | None = None
    #: Why it is FOREIGN, or what is half done with it, as a clause.
    why: str = ""


class Belonging(StrEnum):
    """Whether rows of a table of the archive can be told to be somebody's."""

    #: They can.
    THEIRS = "theirs"
    #: It holds rows of tenants where a user's are looked for, or the other way round, or rows of nobody.
    OTHERS = "others"
    #: Nobody can tell.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of one table of the archive is somebody's, without a word about who that is."""

    #: Number of the entry; 0 where the list has none.
    entry: int
    #: `table public.integrations`, `rows of public.contacts, as they were`
    what: str
    belonging: Belonging
    #: How it is told, or why it is not, as a clause.
    how: str
    #: Rows that are theirs.
    rows: int = 0
    #: Rows of which nobody can tell, as what they refer to is gone.
    untold: int = 0


def split_name(text: str) -> Name | None:
    """Schema and name without quotes; None for a text that is no qualified name."""
    found = _NAME.fullmatch(text)
    return (_folded(found[1]), _folded(found[2])) if found else None


def bare(name: str) -> str:
    """One name without quotes, where it has any."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _folded(name: str) -> str:
    """As the server reads it."""
    return bare(name) if name.startswith('"') else name.lower()


def titled(entry: Archived) -> str:
    """What an entry keeps, in words."""
    match entry.contents:
        case Contents.TABLE:
            return f"table {entry.object}"
        case Contents.COLUMNS:
            columns = [str(name) for name in entry.details.get("columns") or ()]
            return f"column{'s' if len(columns) != 1 else ''} {', '.join(columns) or '?'} of {entry.object}"
        case Contents.ROWS:
            return f"rows of {entry.object}"


def attached_sql(entry: Archived) -> tuple[str, ...]:
    """What was taken off a table, as statements in order: policies before what lets anybody in."""
    found = [one if isinstance(one, str) else str(one.get("sql", "")) for one in entry.details.get("attached") or ()]
    return tuple(sorted(filter(None, (one.strip().rstrip(";") for one in found)), key=_turn))


def _turn(statement: str) -> int:
    words = statement.upper().split(maxsplit=2)[:2]
    if words == ["CREATE", "POLICY"]:
        return 0
    return 2 if words[:1] == ["GRANT"] else 1
