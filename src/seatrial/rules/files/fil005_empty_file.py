"""A migration without a statement."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each text that holds white space and comments only."""
    for script in texts(scripts):
        if not script.statements and not script.fault:
            comments = "only comments" if script.source.text.strip() else "nothing"
            yield Hit(
                script=script,
                what=f"the file holds {comments}: no statement",
                effect="it is recorded as applied though it changes nothing, and what is written into it "
                "afterwards never runs where it is recorded",
                fix=f"git rm {quote(script.source.path)}",
            )
