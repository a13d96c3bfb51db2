"""What became of a release that was killed at every step."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Killed", "KilledFault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KilledFault:
    """A place where a kill does harm."""

    #: `20250122000000_create_integrations_table, step 2`
    place: str
    #: `before its COMMIT`
    moment: str
    #: What was wrong afterwards.
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """Kills on a scratch, each followed by another run."""

    #: How often the session was ended.
    kills: int
    faults: tuple[KilledFault, ...] = ()
