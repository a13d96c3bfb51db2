"""What a rule yields: the place and the words; the runner adds what the rule's file name says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.source import Script

__all__ = ["Hit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that a rule found wrong."""

    script: Script
    #: Character offset in the script; None where the file as a whole is meant.
    offset: int | None = None
    #: What is wrong here, with names quoted; one line.
    what: str
    #: What a user or an operator would experience.
    effect: str
    #: A command, SQL or one sentence, for exactly this place.
    fix: str
    #: The object that is meant, `public.notes.body`: what the waiver key rests on, and what a rehearsed database is
    #: asked for again. Empty where the statement itself is meant.
    subject: str = ""
    #: What was measured; of rules that judge.
    figures: str = ""
    #: The line holds a secret, and is not shown.
    hidden: bool = False
