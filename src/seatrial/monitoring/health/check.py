"""What a check is made of."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question about the health of a database; its query is `queries/NAME.sql`, with `_` for `-`.

    The query selects `object`, `figures` (an object of JSON), `remedy`, `note` and `urgent`, worst first.
    A row whose `object` is NULL finds nothing: its note says what could not be seen.
    """

    #: `invalid-indexes`; it stays.
    name: str
    #: What it looks for, one of them: `invalid index`.
    noun: str
    #: Several of them, where that is not the noun with an ending.
    plural: str = ""
    #: Why it matters, one sentence.
    why: str
    #: What it cannot see, or where its formula comes from; may be empty.
    remark: str = ""
    #: What it needs that a database does not know; a scheduled run leaves it out.
    needs: str = ""
