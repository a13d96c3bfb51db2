"""A BEGIN that nothing closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import left_open

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file that ends while its own transaction is open."""
    for script in texts(scripts):
        begin = left_open(script)
        if begin:
            yield Hit(
                script=script,
                offset=begin.start,
                what="the transaction that begins here is never committed",
                effect="a tool that sends the file as it is loses all of it when the connection closes, without an "
                "error; Seatrial commits it, so the file does two different things",
                fix="Delete the BEGIN: the file is one transaction without it",
            )
