"""One thing that is wrong, at one place, with its effect and its fix; and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.place import Place

__all__ = ["Decided", "Finding", "Level", "Waived", "Waiver", "Withdrawn"]


class Level(StrEnum):
    """What a finding does to the release."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


class Decided(StrEnum):
    """How it is known."""

    #: The files say it.
    READ = "read"
    #: A rehearsal of them showed it.
    RUN = "run"
    #: Somebody tried it, as a user of the rehearsed database.
    ATTACKED = "attacked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as every renderer shows it."""

    #: `FIL003`; the rule's page explains it.
    code: str
    #: The rule in words: `duplicate version`.
    name: str
    level: Level
    #: What is wrong here, with names quoted.
    what: str
    place: Place
    #: What a user or an operator would experience.
    effect: str
    #: What to type or to change, for exactly this place.
    fix: str
    decided: Decided = Decided.READ
    #: What a rehearsal measured, or an attack got: `written anew, 3.2 s on 400,000 rows`; empty where it was only read.
    figures: str = ""
    #: The object that is meant, `public.notes.body`; empty where the statement itself is.
    subject: str = ""
    #: `FIL003-1f2e3d4c`: the same after reformatting, and after the lines have moved.
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody's word that a finding may stay for a while."""

    #: `LCK001`, or the key of one finding.
    code: str
    #: The last day on which it holds, `2027-03-01`; empty in a baseline, which has no end.
    until: str
    because: str
    #: Where it is written.
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A finding that may stay."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A finding of the files that a rehearsal has shown not to be one."""

    finding: Finding
    #: What it showed: `no table was written anew`.
    because: str
