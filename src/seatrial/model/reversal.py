"""The way back of a migration, and whether it was seen to lead back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Reversal", "Reversibility", "WayBack"]


class Reversibility(StrEnum):
    """What was found when a migration was taken back and applied again."""

    REVERSIBLE = "reversible"
    WITH_ARCHIVE = "reversible with archive"
    NOT = "not reversible"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What takes a migration back, derived from the schema before and after it."""

    #: A script as in a file, with comments to Seatrial: batches and inner COMMITs are steps.
    script: str
    #: What it moves or copies to the archive: `table public.integrations`, `columns email, phone of public.contacts`.
    archived: tuple[str, ...] = ()
    #: What it cannot take back, and why, as clauses; empty where it takes back everything.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Of one migration, as it was proved in the rehearsal and as it is stored beside the migration."""

    version: str
    label: str
    #: Of the content of the migration that it takes back.
    digest: str
    verdict: Reversibility
    #: Why it is not reversible, as clauses.
    reasons: tuple[str, ...] = ()
    #: What goes to the archive on the way back.
    archived: tuple[str, ...] = ()
    #: What the deployment itself keeps for it: `table public.old`, `rows of public.contacts`.
    kept: tuple[str, ...] = ()
    #: Empty where there is none.
    script: str = ""
    #: Whether a person wrote it: `-- seatrial: revert` or `NAME.down.sql`.
    by_author: bool = False
    #: `kind name` → digest of everything that the migration changes, as it was before; empty for what was not there.
    before: Mapping[str, str] = field(default_factory=dict)
