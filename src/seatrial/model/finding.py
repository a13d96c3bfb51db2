"""One thing that is wrong, at one place, with its effect and its fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.place import Place

__all__ = ["Finding", "Level"]


class Level(StrEnum):
    """What a finding does to the release."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


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
