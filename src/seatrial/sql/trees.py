"""The statements of a text as trees; those of the texts that were asked for last are kept.

A file is parsed when it is read, and asked for again when the schema of its folder is built.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import postgast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgast.pg_query_pb2 import RawStmt

__all__ = ["trees"]

#: Files of a large folder; one of 1 KB takes about 15 KB.
_KEPT = 2000


@lru_cache(maxsize=_KEPT)
def trees(text: str) -> Sequence[RawStmt]:
    """Each statement with its place in bytes.

    Raises:
        PgQueryError: the grammar refuses the text.
        DecodeError: a statement is nested too deeply.
    """
    found: Sequence[RawStmt] = postgast.parse(text).stmts
    return found
