"""A deployment that somebody runs in a SQL editor, as facts; a renderer makes the text of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.migration import Migration

__all__ = ["DeployScript", "LedgerQueries", "Look", "Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The one place where the script may be run, and what it finds there."""

    database: str
    role: str
    #: The cluster's identifier; empty where the role may not read it.
    system: str
    #: 18.
    major: int
    #: Versions in the ledger, in its order.
    applied: tuple[str, ...]
    #: Over all that the ledger holds; empty where it is older than its columns, or not there.
    ledger: str
    #: Whether its tables have to be made or completed first.
    makes_ledger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A query with one answer."""

    what: str
    expected: str
    query: str
    #: What is `$1` in it.
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerQueries:
    """How the ledger is written, with named parameters as the driver has them."""

    create: str
    record: str
    #: One value, over all that the ledger holds.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployScript:
    """All that is in the script."""

    release: str
    target: str
    made_at: str
    tool: str
    #: Digest of the plan; empty where nothing was rehearsed.
    plan: str
    #: Digest of the content of the files.
    content: str
    #: Seconds; None where nobody knows.
    forecast: tuple[float, float] | None
    site: Site
    migrations: tuple[Migration, ...]
    #: Version → its statements as the ledger keeps them.
    stored: Mapping[str, tuple[str, ...]]
    #: Version and number of a step → milliseconds that a statement of it may take.
    limits: Mapping[tuple[str, int], int] = field(default_factory=dict)
    #: What must be so before it begins.
    before: tuple[Look, ...]
    #: What should be so in the end.
    after: tuple[Look, ...]
    #: Keys of the locks that a deployer holds.
    locks: tuple[int, ...]
    #: Whether a file relies on a backslash in a string being one.
    standard_strings: bool
    ledger: LedgerQueries
