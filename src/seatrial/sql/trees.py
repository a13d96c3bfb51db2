"""The statements of a text as trees; those of the texts that were asked for last are kept.

A file is parsed when it is read, and asked for again when the schema of its folder is built.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Lock, stack_size
from typing import TYPE_CHECKING

import postgast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgast.pg_query_pb2 import ParseResult, RawStmt

__all__ = ["parse_text", "trees"]

#: Files of a large folder; one of 1 KB takes about 15 KB.
_KEPT = 2000
#: Characters up to which any text can be parsed on an ordinary stack of 8 MB: the parser's library writes a tree out
#: by calling itself, and ends the process where the stack does.
_SHORT = 20_000
#: Bytes of stack for a character of a longer one, measured at `1+1+1…` with a margin; it is only reserved.
_STACK = 512
_MOST = 1 << 30
_stack_lock = Lock()


def parse_text(text: str) -> ParseResult:
    """The tree of a text, however long it is.

    Raises:
        PgQueryError: the grammar refuses the text.
        DecodeError: a statement is nested too deeply.
    """
    return postgast.parse(text) if len(text) <= _SHORT else _on_a_large_stack(text)


@lru_cache(maxsize=_KEPT)
def trees(text: str) -> Sequence[RawStmt]:
    """Each statement with its place in bytes.

    Raises:
        PgQueryError: the grammar refuses the text.
        DecodeError: a statement is nested too deeply.
    """
    found: Sequence[RawStmt] = parse_text(text).stmts
    return found


def _on_a_large_stack(text: str) -> ParseResult:
    with _stack_lock:
        before = stack_size(min(_MOST, max(1 << 26, len(text) * _STACK)) & ~0xFFFF)
        try:
            with ThreadPoolExecutor(max_workers=1) as pool:
                return pool.submit(postgast.parse, text).result()
        finally:
            stack_size(before)
