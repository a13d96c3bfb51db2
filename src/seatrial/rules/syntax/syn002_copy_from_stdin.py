"""COPY … FROM STDIN, whose data lines only psql can send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.syntax.copying import copies, copy_before
from seatrial.rules.syntax.refusal import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each COPY that waits for data on a connection that sends statements."""
    for script in texts(scripts):
        refusal = refusal_of(script)
        before = copy_before(refusal) if refusal else None
        for copy in [before] if before else copies(script):
            yield Hit(
                script=script,
                offset=copy.offset,
                what=f"COPY {copy.target} reads its rows from standard input",
                effect="a migration is sent as statements and has no standard input: the deployment stops here, "
                "with the files before this one applied",
                fix=copy.as_insert(),
            )
