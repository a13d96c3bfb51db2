"""A view's definition in one spelling for all servers.

PostgreSQL 15 spells every column of a view with its table, because a view's stored query then held two
hidden tables; from 16 on a query over one table leaves the table out:

    15:  SELECT c.id FROM public.contacts c WHERE (c.age > 18)
    16:  SELECT id FROM public.contacts c WHERE (age > 18)

The neutral text is that of 16. It is safe to leave the table out everywhere in such a query, even where 16
itself keeps it (`ORDER BY c.id` beside `SELECT lower(c.id) AS id`): the server never prints a bare name that
means an output column. Nested queries keep the table on all servers, and a query over several tables too.
From 16 on, XMLSERIALIZE also says NO INDENT, which was the only way before.

A known limit: 15 shows a table that is called `old` or `new` as `old_1` or `new_1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["TOKEN", "neutral"]

#: What the server prints; a backslash in a string is one, unless the string begins with E.
TOKEN = re.compile(
    r"""E'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | :: | [A-Za-z_]\w* | \s+ | .""", re.VERBOSE | re.DOTALL
)
#: The server prints keywords in upper case; a name that is not all lower case is quoted.
NAME = re.compile(r'"|[a-z_]')
NESTED_QUERY = frozenset({"SELECT", "VALUES", "WITH"})
SET_OPERATION = frozenset({"UNION", "INTERSECT", "EXCEPT"})
AFTER_FROM = frozenset({"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of the outermost query."""

    #: Where it is in the list of all tokens.
    place: int
    text: str
    #: How many parentheses it is in.
    depth: int


def neutral(definition: str) -> str:
    """The text of `pg_get_viewdef` as PostgreSQL 16 and newer would print it, without the semicolon."""
    texts = TOKEN.findall(definition.strip().rstrip(";"))
    own = list(_own(texts))
    dropped = {*_no_indent(texts), *_qualifiers(own)}
    return "".join(text for place, text in enumerate(texts) if place not in dropped)


def _own(texts: Sequence[str]) -> Iterator[Token]:
    """The tokens that belong to the outermost query and not to one that is nested in it."""
    words = [(place, text) for place, text in enumerate(texts) if not text.isspace()]
    depth, nested_at = 0, 0
    for at, (place, text) in enumerate(words):
        depth -= text == ")"
        if nested_at and depth < nested_at:
            nested_at = 0
        if not nested_at:
            yield Token(place, text, depth)
        depth += text == "("
        if text == "(" and not nested_at and words[at + 1][1] in NESTED_QUERY:
            nested_at = depth


def _qualifiers(own: Sequence[Token]) -> Iterator[int]:
    """The places of `c` and `.` in every `c.id`, when `c` is all that the query reads."""
    start, end = _from_clause(own)
    source = _only_source(own[start:end])
    if source is None or any(token.text in SET_OPERATION and not token.depth for token in own):
        return
    for at in (*range(start), *range(end, len(own) - 2)):
        name, dot, column = own[at : at + 3]
        if (name.text, dot.text) == (source, ".") and NAME.match(column.text) and _is_column(own, at):
            yield from (name.place, dot.place)


def _is_column(own: Sequence[Token], at: int) -> bool:
    """Whether `c.id` is a column here, and not a type, a collation or a function of a schema called `c`."""
    before = own[at - 1].text if at else ""
    after = own[at + 3].text if at + 3 < len(own) else ""
    return before not in {".", "::", "COLLATE"} and after not in {".", "("}


def _from_clause(own: Sequence[Token]) -> tuple[int, int]:
    """Where the outermost FROM clause starts and ends; an empty range when there is none."""
    outer = [(at, token.text) for at, token in enumerate(own) if not token.depth]
    start = next((at for at, text in outer if text == "FROM"), len(own))
    end = next((at for at, text in outer if at > start and text in AFTER_FROM), len(own))
    return start, end


def _only_source(clause: Sequence[Token]) -> str | None:
    """The name by which the clause's table goes; None when it has several or none."""
    words = [token.text for token in clause if not token.depth]
    if "," in words or any(token.text == "JOIN" for token in clause):
        return None
    if "TABLESAMPLE" in words:
        words = words[: words.index("TABLESAMPLE")]
    return next((word for word in reversed(words) if NAME.match(word)), None)


def _no_indent(texts: Sequence[str]) -> Iterator[int]:
    """The places of ` NO INDENT`."""
    for at, text in enumerate(texts):
        if text == "INDENT" and texts[at - 2] == "NO":
            yield from range(at - 3, at + 1)
