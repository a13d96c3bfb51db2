"""An assertion that is no question with one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.directive import ASSERT_FORM
from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each."""
    for script in texts(scripts):
        for assertion in script.assertions:
            if assertion.fault:
                yield Hit(
                    script=script,
                    offset=assertion.start,
                    what=f"this assertion cannot be asked: {assertion.fault}",
                    effect="the deployment stops in front of the COMMIT, and takes everything of its step back",
                    fix=f"Write one expression, or one query with one value, that only reads: {ASSERT_FORM}",
                )
