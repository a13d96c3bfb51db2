"""A policy that believes a header or a cookie of the request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.trusting import distrusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS

_SENT = re.compile(r"\brequest\.(?:headers?|cookies?)\b")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that reads one, and for each function that policies call and that does."""
    yield from distrusted(
        schema,
        _SENT,
        source="a header or cookie of the request",
        effect="whoever sends a request writes its headers, and so can",
        mended=None,
    )
