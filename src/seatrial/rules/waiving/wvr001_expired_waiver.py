"""A waiver whose last day is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.rules.waivers import Claimed

LEVEL = Level.WARNS
#: It would be a waiver of waivers.
WAIVABLE = False


def review(claimed: Sequence[Claimed]) -> Iterator[Hit]:
    """One hit for each waiver that is over, and that speaks of something or may yet do so."""
    for one in claimed:
        claim = one.claim
        if one.expired and not one.fault and (one.findings or not one.decidable):
            again = f"{count(len(one.findings), 'finding')} of it count{'s' if len(one.findings) == 1 else ''} again"
            yield Hit(
                script=claim.script,
                offset=claim.offset,
                what=f'the waiver of {claim.code} ended on {claim.until}: "{claim.because}"',
                effect=again if one.findings else "a finding of it counts again; none was looked for here",
                fix=f"Mend what {claim.code} speaks of, or write a later day and why it has to wait that long",
                subject=claim.code,
            )
