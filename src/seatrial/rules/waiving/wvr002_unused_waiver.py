"""A waiver of something that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.claim import Written
from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.rules.waivers import Claimed

LEVEL = Level.INFORMS
#: It would be a waiver of waivers.
WAIVABLE = False


def review(claimed: Sequence[Claimed]) -> Iterator[Hit]:
    """One hit for each waiver that covers nothing, and one for all entries of the baseline that do not."""
    unused = [one for one in claimed if one.decidable and not one.findings and not one.fault]
    yield from (_written(one) for one in unused if one.claim.written is not Written.BASELINE)
    gone = [one for one in unused if one.claim.written is Written.BASELINE]
    if gone:
        yield Hit(
            script=gone[0].claim.script,
            offset=gone[0].claim.offset,
            what=f"{count(len(gone), 'old finding')} of the baseline {'is' if len(gone) == 1 else 'are'} gone: "
            f"{', '.join(one.claim.code for one in gone)}",
            effect="if it came back, nobody would hear of it",
            fix="seatrial check --write-baseline",
            subject="baseline",
        )


def _written(one: Claimed) -> Hit:
    claim = one.claim
    beside = claim.written is Written.SETTINGS or claim.statement or claim.leads
    return Hit(
        script=claim.script,
        offset=claim.offset,
        what=f"the waiver of {claim.code} covers nothing" + ("" if beside else ": no statement stands beside it"),
        effect=f"a {claim.code} that comes up here later would be let through unseen",
        fix="Delete it, or move it to the lines right before the statement that it is for",
        subject=claim.code,
    )
