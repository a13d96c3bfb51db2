"""How the page speaks of verdicts: the sentence at its top, a sign and a word, a fraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.proof import Verdict
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count

if TYPE_CHECKING:
    from seatrial.model.proof import Proof
    from seatrial.model.readiness import Readiness

__all__ = ["SIGNS", "Sign", "fraction", "sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A state: colour never comes alone."""

    #: Class of the style sheet: `passed`, `failed`, `undecided`, `idle`.
    state: str
    symbol: str
    word: str


SIGNS = {
    Verdict.PASSED: Sign(state="passed", symbol="✓", word="passed"),
    Verdict.FAILED: Sign(state="failed", symbol="✗", word="failed"),
    Verdict.INCONCLUSIVE: Sign(state="undecided", symbol="?", word="undecided"),
    Verdict.BROKEN: Sign(state="undecided", symbol="?", word="broken"),
    Verdict.NOT_APPLICABLE: Sign(state="idle", symbol="–", word="not applicable"),
}
#: What stands in the way, the worst first.
_AGAINST = {
    Verdict.FAILED: "failed",
    Verdict.INCONCLUSIVE: "could not be decided",
    Verdict.BROKEN: "could not be put to the proof",
}


def sentence(found: Readiness) -> str:
    """`Not ready for production: 2 of 6 claims failed, 1 could not be decided.`; never a score."""
    verdicts = [claim.proof.verdict for claim in found.claims]
    total = count(len(verdicts), "claim")
    against = [f"{verdicts.count(one)} {word}" for one, word in _AGAINST.items() if one in verdicts]
    if against:
        number, _, word = against[0].partition(" ")
        return f"Not ready for production: {', '.join((f'{number} of {total} {word}', *against[1:]))}."
    idle = verdicts.count(Verdict.NOT_APPLICABLE)
    hold = f"all {total} hold" if not idle else f"{len(verdicts) - idle} of {total} hold, {idle} not applicable"
    told = ", as far as a rehearsal from nothing can tell" if found.start == NOTHING else ""
    return f"Ready for production{told}: {hold}."


def fraction(proof: Proof) -> str:
    """`980/980`; empty where nothing was counted."""
    return f"{proof.held:,}/{proof.of:,}" if proof.of else ""
