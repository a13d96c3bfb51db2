"""A rule or a proof as a renderer of findings needs it: its words, without its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.finding import Level

__all__ = ["RuleText"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """What a rule or a proof is about."""

    #: `FIL003`, `proof/security`.
    code: str
    #: In words: `duplicate version`.
    name: str
    level: Level
    #: One sentence.
    title: str
    #: All that there is to say, in Markdown; empty where nobody has written it.
    page: str = ""
    #: It judges what a rehearsal has seen, and reading the files does not decide it.
    rehearsed: bool = False
    #: It judges what queries took, which a rehearsal alone does not tell.
    measured: bool = False
