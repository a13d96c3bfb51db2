"""A migration that begins with a byte-order mark."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Encoding
from seatrial.rules.folder import migrations
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each migration in UTF-8 with a mark in front."""
    for script in migrations(scripts):
        if script.source.encoding is Encoding.UTF8_BOM:
            yield Hit(
                script=script,
                offset=0,
                what="the file begins with a byte-order mark (U+FEFF)",
                effect="Seatrial leaves the mark out; the Supabase CLI sends it, and the server refuses the file's "
                "first statement (42601)",
                fix=rf"perl -pi -e 's/^\xEF\xBB\xBF// if $. == 1' {quote(script.source.path)}",
            )
