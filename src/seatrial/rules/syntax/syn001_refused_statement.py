"""A statement that PostgreSQL's grammar refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.syntax.causes import cause_of
from seatrial.rules.syntax.copying import copy_before
from seatrial.rules.syntax.refusal import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each migration that does not parse, at the place where the grammar gave up."""
    for script in texts(scripts):
        refusal = refusal_of(script)
        if refusal is None or refusal.word == "\\" or copy_before(refusal):
            continue
        cause = cause_of(refusal)
        yield Hit(
            script=script,
            offset=refusal.start,
            what=f"{refusal.message}: {cause.why}" if cause.why else refusal.message,
            effect="the server refuses this file (42601): the deployment stops here, with the files before it applied",
            fix=cause.fix,
        )
