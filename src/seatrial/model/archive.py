"""What is kept so that nothing is lost: by a deployment that drops or changes it, by a rollback that takes it away."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "PREFIX", "Archived", "Cause", "Contents", "Keeping", "KeptColumns", "KeptRows", "KeptTable", "columns_in_words",
]  # fmt: skip

#: What the names of all schemas of the archive begin with.
PREFIX = "seatrial_archive_"


class Cause(StrEnum):
    """Who put it there."""

    #: A migration dropped or changed it.
    DEPLOY = "deploy"
    #: A migration made it, and was rolled back.
    ROLLBACK = "rollback"


class Contents(StrEnum):
    """What of the database is there."""

    #: A table, moved with everything that belongs to it.
    TABLE = "table"
    #: Values of columns, beside the key of their rows.
    COLUMNS = "columns"
    #: Rows as they were before statements of a migration, and as they became.
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """A table that is moved to the archive in place of being dropped."""

    #: Schema-qualified, quoted where it has to be, as in every record here: `public.contacts`.
    table: str
    #: Where it is then: `seatrial_archive_kept_20250122000000_public.contacts`.
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptColumns:
    """Columns of a table that stays, copied beside its key."""

    table: str
    #: The table of the archive, which has the columns of `key`, `columns` and `also` under their own names.
    place: str
    #: Columns of the primary key, or of a unique one that is never NULL; empty where there is none.
    key: tuple[str, ...]
    columns: tuple[str, ...]
    #: Further ones that tell whose row it is, for erasure.
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRows:
    """Rows that statements of a migration change: tables of the archive with all columns of the table, and its key.

    A row that is updated is in both, one that is deleted only in `was`, one that is inserted only in `became`.
    """

    table: str
    #: As they were before the first statement of the migration that changed them.
    was: str
    #: As the last statement of the migration left them.
    became: str
    key: tuple[str, ...]
    #: Of which the values are kept, the key among them.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What a deployment does beside what a file says, so that the way back loses nothing. SQL that a person can read.

    `front` and `behind` are scripts as in a file, with comments to Seatrial: batches and inner COMMITs are steps.
    """

    version: str
    #: Runs before the file, in steps of its own.
    front: str = ""
    #: Offset of a statement of the file → statements that run right before it.
    before: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: Offset of a statement of the file → statements that run in its place.
    instead: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: Runs at the end of the last step of the file, in its transaction.
    ending: tuple[str, ...] = ()
    #: Runs behind the file, in steps of its own: what an earlier rollback has taken away comes back.
    behind: str = ""
    tables: tuple[KeptTable, ...] = ()
    columns: tuple[KeptColumns, ...] = ()
    rows: tuple[KeptRows, ...] = ()
    #: Offset of an UPDATE in batches → where its rows are kept.
    batches: Mapping[int, KeptRows] = field(default_factory=dict)
    #: What cannot be kept, and why, as clauses: `rows of public.log are changed, and it has no key`.
    unkept: tuple[str, ...] = ()
    #: What comes back with it, in words: `table public.integrations`.
    returns: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the file runs as it is."""
        return not (self.front or self.before or self.instead or self.ending or self.behind or self.batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A row of `seatrial.archive` on the target."""

    id: int
    #: Of the migration that was deployed or rolled back.
    version: str
    cause: Cause
    contents: Contents
    #: `public.contacts`, also where only columns or rows of it are kept.
    object: str
    #: Where it is; of rows, where they are as they were.
    place: str
    #: Of rows, where they are as they became.
    became: str = ""
    #: ISO 8601.
    archived_at: str = ""
    #: ISO 8601; empty where it stays until somebody purges it.
    keep_until: str = ""
    #: ISO 8601, once all of it that could has gone back.
    returned_at: str = ""
    #: Rows that did not go back, as somebody else has changed or taken their place.
    conflicts: int = 0
    #: What bringing it back needs: `key`, `columns`, `also`; of a table, the SQL of what was taken off it.
    details: Mapping[str, Any] = field(default_factory=dict)


def columns_in_words(columns: Sequence[str], table: str) -> str:
    """`columns email, phone of public.contacts`."""
    return f"column{'s' if len(columns) > 1 else ''} {', '.join(columns)} of {table}"
