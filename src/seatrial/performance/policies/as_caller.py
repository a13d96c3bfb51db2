"""What a query must not read as the owner of a function instead of its caller, as it would be told other rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.sql.past_policies import named_in
from seatrial.sql.written import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

__all__ = ["as_caller"]

_PACKAGE = "seatrial.performance.policies"
#: PostgreSQL's own that answer by who asks, or that run a query.
_BY_CALLER = re.compile(
    r"pg_has_role|has_\w+_privilege|row_security_active|current_user|\w+_to_xml\w*|ts_stat|ts_rewrite"
)
#: In a body: it may read a table, or ask who calls.
_MAY_READ = re.compile(r"\b(from|join|table|execute|current_user|current_role|user)\b", re.IGNORECASE)
_READABLE = frozenset({"sql", "plpgsql"})


def as_caller(connection: Connection, query: str, table: str) -> tuple[str, ...]:
    """Tables under row security, views, and functions that run as the caller and may read such; in doubt they count.

    Args:
        connection: in a transaction.
        query: what the function would ask.
        table: whose policies are in the query already: `public.notes`.
    """
    found = named_in(query)
    if found is None:
        return ("what cannot be read",)
    relations, calls, roles = found
    others = [one for one in relations if one != table]
    secured = rows(connection, load(_PACKAGE, "own_rows"), {"tables": others})
    return (*(row["name"] for row in secured), *_invokers(connection, set(calls)), *roles)


def _invokers(connection: Connection, names: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    while names := names - seen:
        seen |= names
        found = rows(connection, load(_PACKAGE, "run_as"), {"names": sorted(names)})
        yield from sorted(names - {row["asked"] for row in found})
        inside: set[str] = set()
        for row in found:
            if row["builtin"]:
                if _BY_CALLER.fullmatch(row["bare"]):
                    yield row["name"]
            elif not row["definer"]:
                if row["language"] not in _READABLE or _MAY_READ.search(row["source"]):
                    yield row["name"]
                else:
                    inside |= written(row["definition"]).calls
        names = inside
