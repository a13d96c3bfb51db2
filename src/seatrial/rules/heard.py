"""Which rules have had their say, so that somebody can tell whether a waiver is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.claim import Claim, Written
from seatrial.rules.folder import migrations
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seatrial.model.source import Script

__all__ = ["Heard", "heard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Which rules have found everything that they can."""

    #: Codes of those that have in every file.
    codes: frozenset[str]
    #: Codes of those that judge a rehearsal, and the files that one went through.
    judged: frozenset[str]
    files: frozenset[str]

    def decides(self, claim: Claim) -> bool:
        """Whether it is known what a waiver is good for."""
        rehearsed = claim.written is Written.COMMENT and claim.script.source.path in self.files
        return claim.code[:6] in (self.codes | self.judged if rehearsed else self.codes)


def heard(scripts: Sequence[Script], rehearsed: Collection[str] = ()) -> Heard:
    """Who had their say; nobody did where a file could not be parsed.

    Args:
        scripts: the whole folder.
        rehearsed: paths of the files that were judged on a stand-in of a target. From nothing a release has only new
            tables, and that rules about locks are silent then says nothing about the target.
    """
    if any(script.fault for script in scripts):
        return Heard(codes=frozenset(), judged=frozenset(), files=frozenset())
    # Queries are not measured each time; that nothing was found says nothing of a waiver.
    reading = frozenset(rule.code for rule in rules() if not (rule.judge or rule.measure))
    judging = frozenset(rule.code for rule in rules() if rule.judge)
    everywhere = {script.source.path for script in migrations(scripts)} <= set(rehearsed)
    return Heard(codes=reading | judging if everywhere else reading, judged=judging, files=frozenset(rehearsed))
