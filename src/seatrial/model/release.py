"""A release folder as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seatrial.model.claim import Claim
    from seatrial.model.source import Source
    from seatrial.model.tenancy import Tenancy
    from seatrial.model.workload import WorkloadQuery

__all__ = ["Expectation", "FunctionalCheck", "Release", "Target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database that a release goes to. The DSN may hold a password: it is never shown, and no repr has it."""

    name: str
    dsn: str
    #: What stands after --target in a command that is shown: a name, or a variable in place of a DSN.
    argument: str
    #: Another target that must have it first, verified; empty for none.
    requires: str = ""
    #: A command that makes a backup; empty for none.
    backup_command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the DSN."""
        return f"Target(name={self.name!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A question with one answer that a deployed target must give; asked read-only."""

    name: str
    sql: str
    equals: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalCheck:
    """What somebody does with the release, and how the database must answer; run on a scratch."""

    name: str
    role: str
    claims: Mapping[str, object]
    sql: str
    #: Exactly one of the three is set.
    rows: int | None = None
    value: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Everything that the folder says."""

    root: Path
    name: str
    #: `supabase` or `postgres`.
    platform: str
    #: Folder of the migrations, relative to the root, with forward slashes.
    migrations_folder: str
    #: Every file of that folder in text order of its version.
    sources: tuple[Source, ...]
    #: Cluster-wide roles, run before the first migration on a scratch; empty when there are none.
    roles: str
    #: Contents of the seed files, in order.
    seeds: tuple[Source, ...]
    expectations: tuple[Expectation, ...]
    functional: tuple[FunctionalCheck, ...]
    #: Digest of what the settings say, targets aside.
    settings: str
    #: Schemas that clients reach through the API.
    exposed: tuple[str, ...] = ("public",)
    #: To whom rows belong; None where nobody has declared it.
    tenancy: Tenancy | None = None
    #: Those of the settings, then those of the baseline.
    waivers: tuple[Claim, ...] = ()
    #: The generated page of the schema and the folder of release notes, relative to the root, with forward slashes.
    schema_page: str = "docs/schema.md"
    release_notes: str = "docs/releases"
    #: Queries that the application asks often.
    workload: tuple[WorkloadQuery, ...] = ()
