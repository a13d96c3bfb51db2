"""GET and HEAD on a relation, as SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from psycopg import sql

from integrations_hub.store.rest.query import ROWS, answer, columns, condition, counted, ordered, window
from integrations_hub.store.rest.statement import Places, Statement, name, wanted_of_rows

if TYPE_CHECKING:
    from integrations_hub.dialect.records import Query, Request, Window
    from integrations_hub.dialect.schema import Relation
    from integrations_hub.store.rest.statement import Wanted

__all__ = ["EXPLAIN", "SHAPES", "read", "window_values"]

#: Texts that are kept, by the shape of the request.
SHAPES = 1024
EXPLAIN = sql.SQL("explain (format json) select from {}{}")


def read(relation: Relation, request: Request, max_rows: int) -> Statement:
    """The statement of a request."""
    wanted = wanted_of_rows(request)
    text, explained = _texts(relation, request.query, wanted)
    values = (*request.values, *window_values(request.window, max_rows))
    cap = max_rows if wanted.count == "estimated" else 0
    return Statement(
        text=text, values=(*values, str(cap + 1)) if cap else values, writes=False,
        explained=explained, explained_values=request.values, cap=cap,
    )  # fmt: skip


def window_values(asked: Window, max_rows: int) -> tuple[str, str]:
    """The parameters of a window, which has never more than max_rows rows."""
    return str(max_rows if asked.limit is None else min(asked.limit, max_rows)), str(asked.offset)


@lru_cache(maxsize=SHAPES)
def _texts(relation: Relation, query: Query, wanted: Wanted) -> tuple[bytes, bytes | None]:
    places = Places()
    source = name(relation.schema, relation.name)
    where = condition(query, relation.name, places, relation.types)
    clauses = where + ordered(query.order, relation.name) + window(places)
    rows = ROWS.format(columns(query.select, relation.name), source, clauses)
    text = answer(wanted, rows, total=counted(wanted, source, where, places))
    guesses = wanted.count in {"planned", "estimated"}
    return text, EXPLAIN.format(source, where).as_bytes(None) if guesses else None
