"""What a deployment has moved to the archive as a kept table or column needs it: types, functions, sequences. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.archive.script import filled
from seatrial.model.archive import PREFIX
from seatrial.rollback.names import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.archive import Keeping
    from seatrial.model.catalog import Identity
    from seatrial.rollback.case import Case

__all__ = ["carried", "carried_back"]

_MOVE = re.compile(rf'ALTER ([A-Z ]+?) (\S.*) SET SCHEMA ("?{PREFIX}.*)', re.DOTALL)
_KINDS = {"domain": "type", "routine": "function"}


def carried(keeping: Keeping) -> Mapping[Identity, str]:
    """By object: the schema of the archive."""
    statements = [one for found in keeping.instead.values() for one in found]
    moves = [found for found in map(_MOVE.fullmatch, statements) if found]
    return {
        (_KINDS.get(found[1].lower(), found[1].lower()), found[2]): found[3] for found in moves if found[1] != "TABLE"
    }


def carried_back(case: Case) -> Iterator[str]:
    """The statements that move them back."""
    places = carried(case.keeping)
    for (kind, name), place in places.items():
        schema, own = parts(name)
        yield f"ALTER {kind.upper()} {place}.{own} SET SCHEMA {schema}"
    for place in sorted(set(places.values())):
        yield from filled("sweep", place=f"{place}.x")
