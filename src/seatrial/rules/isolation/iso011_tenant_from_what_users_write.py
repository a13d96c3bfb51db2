"""A policy that believes what users write into their own profile of the sign-in."""

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

_WRITTEN = re.compile(r"\b(?:user_metadata|raw_user_meta_data)\b")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that reads it, and for each function that policies call and that does."""
    yield from distrusted(
        schema,
        _WRITTEN,
        source="user metadata",
        effect="every user can write into it whatever they like (supabase.auth.updateUser), and so can",
        mended=lambda text: text.replace("raw_user_meta_data", "raw_app_meta_data").replace(
            "user_metadata", "app_metadata"
        ),
    )
