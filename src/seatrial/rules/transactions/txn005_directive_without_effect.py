"""A comment that looks like a switch and is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import SpanKind, spans
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.INFORMS

_DIRECTIVE = re.compile(r"--\s*supabase:disable-transaction\b", re.IGNORECASE)


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each such comment."""
    for script in texts(scripts):
        if not _DIRECTIVE.search(script.source.text):
            continue
        for span in spans(script.source.text):
            if span.kind is SpanKind.LINE_COMMENT and _DIRECTIVE.match(script.source.text, span.start):
                yield Hit(
                    script=script,
                    offset=span.start,
                    what="the comment supabase:disable-transaction switches nothing off",
                    effect="no version of the Supabase CLI and no hosted project reads it; statements that no "
                    "transaction can hold are run alone by Seatrial without being asked",
                    fix=f"Delete line {script.source.text.count(chr(10), 0, span.start) + 1}",
                )
