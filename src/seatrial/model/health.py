"""What a look at the health of a database has found: a sentence for each check, and what there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Ailment", "Examined", "HealthFigure", "HealthRun", "Soundness", "most_urgent_first"]


class Soundness(StrEnum):
    """How a check ended."""

    SOUND = "sound"
    AILING = "ailing"
    #: Nobody knows, and the reason is said; silence is not health.
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFigure:
    """One figure of what was found: `size`, `12 MB`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that could be better."""

    #: `public.contacts_name_idx`, quoted where SQL wants it; a session is `session 4711 of app`.
    object: str
    figures: tuple[HealthFigure, ...]
    #: SQL to paste, several statements one a line; empty where no statement helps.
    remedy: str
    #: What somebody should know of this one before it is pasted; may be empty.
    note: str = ""
    #: It gets worse by itself, or something is wrong for users now.
    urgent: bool = False
    #: Statements on it, as shapes without values; empty where they are not known.
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one check says."""

    #: `invalid-indexes`; it stays.
    check: str
    soundness: Soundness
    #: `No invalid indexes`, `3 invalid indexes`, or what was not looked at.
    sentence: str
    #: Why it matters, one sentence.
    why: str
    #: What it cannot see, or why it was not run; may be empty.
    remark: str
    ailments: tuple[Ailment, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether one of its findings is."""
        return any(one.urgent for one in self.ailments)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRun:
    """What a scheduled run has written."""

    #: ISO 8601, in UTC.
    at: str
    examined: tuple[Examined, ...]


def most_urgent_first(examined: Iterable[Examined]) -> tuple[Examined, ...]:
    """Urgent, then what is to be done, then what nobody could look at, then what is sound."""
    order = (Soundness.AILING, Soundness.NOT_RUN, Soundness.SOUND)
    return tuple(sorted(examined, key=lambda one: (not one.is_urgent, order.index(one.soundness))))
