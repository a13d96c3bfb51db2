"""A waiver that cannot be taken as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.claim import Written
from seatrial.model.finding import Level
from seatrial.rules.directive import FORM
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.rules.waivers import Claimed

LEVEL = Level.WARNS
#: It would be a waiver of waivers.
WAIVABLE = False


def review(claimed: Sequence[Claimed]) -> Iterator[Hit]:
    """One hit for each waiver that does not hold."""
    for one in claimed:
        claim = one.claim
        if one.fault:
            yield Hit(
                script=claim.script,
                offset=claim.offset,
                what=f"this waiver does not hold: {one.fault}",
                effect="what it was written for counts as if it were not there",
                fix=FORM if claim.written is Written.COMMENT else f"Correct the entry: {one.fault}",
                subject=f"{claim.code} {one.fault}",
            )
