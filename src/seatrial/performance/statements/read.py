"""Reads from a target what it is asked most: queries of a workload that nobody had to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.words import count
from seatrial.performance.statements.query import Asked, query_of
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.sql.parameters import parameters, without_constants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["workload_from"]

PACKAGE = "seatrial.performance.statements"
#: Queries of the workload, and statements that are looked at for them.
MOST, LOOKED_AT = 50, 500
#: Of the platform, where no tenancy names others.
ROLES = ("anon", "authenticated", "service_role")


def workload_from(
    connection: Connection, tenancy: Tenancy | None = None
) -> tuple[tuple[WorkloadQuery, ...], tuple[str, ...]]:
    """The statements that took most time of those that the API and the service send, and notes on them.

    No value of a row is in them: constants are parameters.

    Args:
        connection: to the target, idle, as the role that deploys; nothing is changed.
        tenancy: who sends them, and which columns hold tenants and users; without it nothing can be drawn.
    """
    found = _texts(connection, tenancy)
    if isinstance(found, str):
        return (), (found,)
    notes: list[str] = []
    asked = list(_asked(connection, found, notes))
    queries: dict[str, WorkloadQuery] = {}
    shares: list[str] = []
    for one in asked:
        if len(queries) == MOST:
            break
        query = query_of(connection, one, tenancy, queries)
        if isinstance(query, str):
            notes.append(query)
        else:
            queries[query.name] = query
            shares.append(f"{query.name} {one.share:.1%}")
    if shares:
        notes.insert(0, f"read from pg_stat_statements, with the share of all calls: {', '.join(shares)}")
        notes += [] if tenancy else ["without [tenancy] nobody knows whose values to draw: parameters are plain values"]
    else:
        notes.append("pg_stat_statements has no statement of the API or the service on tables of this project")
    return tuple(queries.values()), tuple(notes)


def _texts(connection: Connection, tenancy: Tenancy | None) -> Sequence[Mapping[str, Any]] | str:
    """What the server has counted, the longest first; or why nobody can say."""
    roles = (tenancy.anonymous_role, tenancy.signed_in_role, tenancy.service_role) if tenancy else ROLES
    execute(connection, "BEGIN READ ONLY")
    try:
        execute(connection, "SET LOCAL statement_timeout = '30s'")
        found = rows(connection, load(PACKAGE, "extension"))
        if not found:
            return "pg_stat_statements is not installed in this database: nobody knows what it is asked"
        [extension] = found
        if not extension["may_use"]:
            return f"{extension['me']} may not use the schema {extension['schema']} of pg_stat_statements"
        if not extension["is_new_enough"]:
            return f"pg_stat_statements is of version {extension['version']}: ALTER EXTENSION pg_stat_statements UPDATE"
        texts = rows(connection, load(PACKAGE, "texts"), {"roles": list(filter(None, roles)), "most": LOOKED_AT})
        if any(row["queryid"] is None for row in texts):
            return f"statements of other roles are hidden: GRANT pg_read_all_stats TO {extension['me']}"
    except StatementFailed as problem:
        return f"pg_stat_statements cannot be read: {problem.what}"
    finally:
        execute(connection, "ROLLBACK")
    return texts


def _asked(connection: Connection, texts: Sequence[Mapping[str, Any]], notes: list[str]) -> Iterator[Asked]:
    """Those on tables of the project."""
    read = []
    unread = 0
    for row in texts:
        text = without_constants(row["text"])
        about = parameters(text) if text else None
        if text is None or about is None:
            unread += 1
        else:
            read.append((row, text, about))
    if unread:
        notes.append(f"{count(unread, 'statement')} of pg_stat_statements cannot be read, and are left out")
    names = sorted({name for _, _, about in read for name in about.relations})
    own = {row["name"]: row["bare"] for row in rows(connection, load(PACKAGE, "relations"), {"names": names})}
    for row, text, about in read:
        if tables := [own[name] for name in about.relations if name in own]:
            yield Asked(
                role=row["role"], number=row["queryid"], text=text, about=about, table=tables[0], share=row["share"]
            )
